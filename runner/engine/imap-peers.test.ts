import assert from 'node:assert/strict';
import { type LineSession, serveLines } from '../../fixtures/line/serve.ts';
import { dialogue, outdent } from '../../fixtures/testing/plan.ts';
import { type Failure, fails, passes } from '../../fixtures/testing/play.ts';

/** A peer that greets, and answers each command by name; `TAG` is replaced by the command's tag. */
function peer(greeting: string, answers: Readonly<Record<string, string>>): () => LineSession {
  return () => ({
    greeting: `${greeting}\r\n`,
    line(line) {
      const [tag = '', name = ''] = line.split(' ');
      const text = answers[name] ?? answers[tag];
      return text === undefined ? { text: `${tag} BAD no such command\r\n` } : { text: text.replaceAll('TAG', tag) };
    },
  });
}

async function against<T>(session: () => LineSession, body: (head: string) => Promise<T>): Promise<T> {
  const { url, stop } = await serveLines(session);
  try {
    return await body(`server: ${url.replace('tcp:', 'imap:')}`);
  } finally {
    await stop();
  }
}

const good = (session: () => LineSession, steps: string) =>
  against(session, (head) => passes(dialogue(outdent(steps), head)));
const bad = (session: () => LineSession, steps: string): Promise<Failure> =>
  against(session, (head) => fails(dialogue(outdent(steps), head)));

const noop = { NOOP: 'TAG OK done\r\n' };

describe('IMAP against small peers', () => {
  it('greets with PREAUTH and with BYE', async () => {
    await good(
      peer('* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hello', noop),
      '- expect: { status: PREAUTH, capabilities: { IDLE: true } }\n- { send: NOOP, expect: OK done }',
    );
    const closing = (): LineSession => ({ greeting: '* BYE too busy\r\n', line: () => ({ text: '', last: true }) });
    await good(closing, '- expect: BYE too busy');
    await good(closing, '- expect: "* BYE too"');
  });

  it('compares SORT and THREAD in the order in which they came', async () => {
    const sorting = peer('* OK hi', {
      SORT: '* SORT 2 1\r\nTAG OK done\r\n',
      THREAD: '* THREAD (2)(1 3)\r\nTAG OK done\r\n',
    });
    const asked = (command: string, expected: string) =>
      `- expect: OK\n- { send: ${command}, expect: { status: OK, untagged: [${expected}] } }`;
    const byDate = 'SORT (DATE) UTF-8 ALL';
    const threads = 'THREAD REFERENCES UTF-8 ALL';
    await good(sorting, asked(byDate, '{ SORT: { equals: [2, 1] } }'));
    await good(sorting, asked(threads, '{ THREAD: "(2)(1 3)" }'));
    const differences = async (...asking: Parameters<typeof asked>) =>
      (await bad(sorting, asked(...asking))).differences;
    assert.deepEqual(await differences(byDate, '{ SORT: { equals: [1, 2] } }'), [
      'untagged.SORT: exactly 1, 2, in this order <- [2, 1]',
    ]);
    assert.deepEqual(await differences(byDate, '{ SORT: { ordered: [1, 2] } }'), [
      'untagged.SORT: 1, 2, in this order <- [2, 1]',
    ]);
    assert.deepEqual(await differences(threads, '{ THREAD: "(1 3)(2)" }'), [
      'untagged.THREAD: "(1 3)(2)" <- "(2)(1 3)"',
    ]);
  });

  it('leaves a refusal unread behind untagged responses that were all that was expected', async () => {
    const { code, differences } = await bad(
      peer('* OK hi', { ...noop, SELECT: '* 3 EXISTS\r\nTAG NO quota\r\n' }),
      '- expect: OK\n- { send: SELECT x, expect: { untagged: [{ EXISTS: 3 }] } }\n- { send: NOOP, expect: OK }',
    );
    assert.equal(code, 'reply.unread');
    assert.deepEqual(differences, [': no unread reply before going on <- "a001 NO quota␍␊"']);
  });

  it('does not take a late tail for the reply to the next command', () => {
    let late = '';
    const session = (): LineSession => ({
      greeting: '* OK hi\r\n',
      line(line) {
        const [tag = '', name = ''] = line.split(' ');
        if (name === 'CHECK') {
          late = `${tag} OK late\r\n`;
          return { text: '* 1 EXISTS\r\n' };
        }
        return { text: `${late}* 2 EXISTS\r\n${tag} OK ${name.toLowerCase()}\r\n` };
      },
    });
    return good(
      session,
      `
        - expect: OK
        - { send: CHECK, expect: "* 1 EXISTS" }
        - { send: NOOP, expect: [OK noop, { untagged: [{ EXISTS: 2 }] }] }
      `,
    );
  });

  it('shows what came of a reply when the server goes', async () => {
    const session = (): LineSession => ({
      greeting: '* OK hi\r\n',
      line: () => ({ text: '* 1 EXISTS\r\n* BYE going down\r\n', last: true }),
    });
    const { code, differences } = await bad(session, '- expect: OK\n- { send: NOOP, expect: OK }');
    assert.equal(code, 'connection.closed');
    assert.match(differences.join(), /\* 1 EXISTS␍␊\* BYE going down␍␊/);
    await good(session, '- expect: OK\n- { send: NOOP, expect: "* BYE going down" }\n- expect: closed');
  });

  it('fails for a tag that no command had, and for data that break their grammar', async () => {
    const tagged = await bad(
      peer('* OK hi', { NOOP: 'other OK done\r\n' }),
      '- expect: OK\n- { send: NOOP, expect: OK }',
    );
    assert.equal(tagged.code, 'protocol.violation');
    const broken = await bad(
      peer('* OK hi', { NOOP: '* x EXISTS\r\n* 1 FETCH (FLAGS (\\Seen)\r\nTAG OK done\r\n' }),
      '- expect: OK\n- { send: NOOP, expect: OK }',
    );
    assert.equal(broken.code, 'protocol.violation');
    assert.match(broken.text, /RFC 9051 section 7/);
  });

  const hostile: readonly (readonly [what: string, text: string, most: string, came: RegExp])[] = [
    [
      'a literal of gigabytes',
      '* 1 FETCH (BODY[] {99999999999}\r\n',
      'a literal of at most 16777216 octets',
      /^99999999999 octets: "\* 1 FETCH \(BODY\[\] \{99999999999\}␍␊"$/,
    ],
    [
      'lists in lists',
      `* 1 FETCH (BODYSTRUCTURE ${'('.repeat(5000)}\r\nTAG OK done\r\n`,
      'a list of at most 100 levels',
      /^101 levels: "\* 1 FETCH \(/,
    ],
    [
      'an endless line',
      `* OK ${'x'.repeat(9_000_000)}`,
      'a line of at most 8388608 octets',
      /^8\d{6} octets: "\* OK x+"$/,
    ],
  ];
  for (const [what, text, most, came] of hostile) {
    it(`says what limit the server exceeds by ${what}, and by how much`, async () => {
      const { code, differences } = await bad(
        peer('* OK hi', { NOOP: text }),
        '- expect: OK\n- { send: NOOP, expect: OK }',
      );
      assert.equal(code, 'protocol.limit');
      const [expected = '', actual = ''] = differences.join().split(' <- ');
      assert.equal(expected, `: ${most}`);
      assert.match(actual, came);
    });
  }

  it('keeps responses that the grammar does not know as text', () =>
    good(
      peer('* OK hi', { NOOP: '* XNEW some (thing)\r\n* 7 XCOUNT\r\nTAG OK [XCODE 5] done\r\n' }),
      `
        - expect: OK
        - send: NOOP
          expect:
            status: OK
            response_code: "XCODE 5"
            untagged: [XNEW some, { XNEW: "some (thing)" }, "* 7 XCOUNT", /^XNEW .*thing/, { contains: (thing) }]
      `,
    ));
});
