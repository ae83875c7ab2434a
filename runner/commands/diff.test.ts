import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';

const suite = (expected: string) => `suite: a
server: mx
scenarios:
  - { name: the greeting, dialogue: [{ expect: ${expected} }] }
  - { name: the end, dialogue: [{ expect: 220 }, { send: QUIT, expect: 221 }] }
`;

/** Another reply in each session. @param asks how often a session asks */
function inTurn(asks: number): () => string {
  let asked = 0;
  return () => (Math.floor(asked++ / asks) % 2 === 0 ? '250 2.0.0 OK' : '451 4.7.1 *Later*');
}

describe('mailspec diff', () => {
  const { listen } = peers();
  const servers: Server[] = [];
  after(() => {
    for (const server of servers) server.close();
  });

  async function smtp(greeting: string, extensions: readonly string[]): Promise<string> {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.write(`220 ${greeting}\r\n`);
      socket.on('data', (octets: Buffer) => {
        for (const line of octets.toString('latin1').split('\r\n').slice(0, -1)) {
          const all = ['mail.example.test', ...extensions];
          if (/^EHLO \S/i.test(line))
            socket.write(all.map((each, index) => `250${index < all.length - 1 ? '-' : ' '}${each}\r\n`).join(''));
          else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
          else socket.write('500 what?\r\n');
        }
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('compares a run with scenarios that it should have met', async () => {
    const mx = await smtp('ready', []);
    const cwd = project({ 'mailspec.yaml': { servers: { mx } }, 'base/a.yaml': suite('220 ready') });
    const run = (file: string, ...more: readonly string[]) =>
      dispatched(['run', 'base', '--reporter', `json=${file}`, ...more], { cwd });
    assert.equal((await run('same.jsonl')).status, 0);
    const same = await dispatched(['diff', 'base', 'same.jsonl'], { cwd });
    assert.deepEqual([same.status, same.stdout], [0, '# `base` and `same.jsonl`\n\nNothing changed: 2 scenarios.\n']);

    const other = await smtp('another', []);
    await run('other.jsonl', '--server', `mx=${other}`);
    const changed = await dispatched(['diff', 'base', 'other.jsonl'], { cwd });
    assert.equal(changed.status, 1, changed.stderr);
    assert.match(changed.stdout, /## Newly red \(1\)\n\n- the greeting \(`base\/a#the-greeting`\): .*another/);
  });

  it('names the step that still fails, otherwise, in two runs', async () => {
    const cwd = project({ 'mailspec.yaml': { servers: { mx: await smtp('ready', []) } }, 'base/a.yaml': suite('554') });
    const run = (file: string, ...more: readonly string[]) =>
      dispatched(['run', 'base', '--reporter', `json=${file}`, ...more], { cwd });
    await run('before.jsonl');
    const other = await listen(smtpScript({ greeting: '421 4.3.0 Busy' }));
    await run('after.jsonl', '--server', `mx=${other.url('smtp')}`);
    const { stdout } = await dispatched(['diff', 'before.jsonl', 'after.jsonl'], { cwd });
    assert.match(
      stdout,
      /## Red as before, otherwise \(1\)\n\n- the greeting \(`base\/a#the-greeting`\): `greeting`\n {2}- `code`: `220.*` became `421.*`\n/,
    );
  });

  it('compares two servers, whatever others the configuration has', async () => {
    const [old, fresh] = [await smtp('ready', ['SIZE 1000', 'DSN']), await smtp('ready', ['SIZE 2000', 'DSN', 'HELP'])];
    const cwd = project({ 'mailspec.yaml': { servers: { mx: old } } });
    const diff = (left: string, right: string) =>
      dispatched(['diff', '--server', `old=${left}`, '--server', `new=${right}`, '--grep', 'EHLO before'], { cwd });
    const { status, stdout, stderr } = await diff(old, fresh);
    assert.equal(status, 1, stderr);
    assert.match(
      stdout,
      /^# \S+ and \S+\n\n2 differences:\n\n- EHLO before TLS: `step 1\.expect\.extensions`\n {2}- old: .*SIZE: 1000.*\n {2}- new: .*SIZE: 2000.*HELP.*\n/,
    );
    const same = await diff(old, old);
    assert.deepEqual([same.status, /Both answer the same/.test(same.stdout)], [0, true]);
  });

  it('lists what could not be compared, and why: once if both servers have it in common', async () => {
    const server = async (more: Readonly<Record<string, () => string>> = {}) => {
      const noTls = { EHLO: '250-peer.example\n250 STARTTLS', STARTTLS: '454 4.7.0 Not now' };
      const peer = await listen(smtpScript({ ...noTls, EXPN: inTurn(1), ...more }));
      return peer.url('smtp');
    };
    const { stdout, stderr } = await dispatched(
      [
        ...['diff', '--server', `old=${await server()}`, '--server', `new=${await server({ ETRN: inTurn(2) })}`],
        ...['--var', 'domain=example.test', '--var', 'relay_domain=relay.example', '--grep', 'n, '],
      ],
      { cwd: project({}) },
    );
    const values = String.raw`"250 2.0.0 OK" and "451 4.7.1 \*Later\*"`;
    assert.equal(
      stdout.slice(stdout.indexOf('\n')),
      `

1 difference:

- ETRN, before TLS: only the old server can be observed

## Not compared

- old and new: EXPN, before TLS: it was different each time: the reply to EXPN postmaster differs: ${values}
- old and new: 5 scenarios: STARTTLS: expected a positive reply, got 454 4.7.0 Not now
  - EXPN, over TLS; ETRN, over TLS; AUTH within a mail transaction, over TLS; AUTH PLAIN, over TLS; AUTH LOGIN, over TLS
- new: ETRN, before TLS: it was different each time: the reply to ETRN example.test differs: ${values}
`,
      stderr,
    );
  });

  it('says which server could not be observed, and why', async () => {
    const url = (await listen(smtpScript({ EXPN: inTurn(1) }))).url('smtp');
    const { status, stdout, stderr } = await dispatched(
      ['diff', '--server', `old=${url}`, '--server', `new=${url}`, '--grep', 'expn, before'],
      { cwd: project({}) },
    );
    assert.deepEqual([status, stdout], [3, '']);
    assert.match(
      stderr,
      /^left out: server › EXPN, before TLS: it was different each time: .*\nerror: Cannot compare: nothing of the server "old" could be observed\n$/m,
    );
  });

  it('names the steps that differ if one server ends the dialogue earlier', async () => {
    const old = await listen(smtpScript({ NOOP: '250 2.0.0 Ok', RSET: '250 2.0.0 Ok', HELP: '502 5.5.1 No' }));
    const fresh = await listen((talk, number) =>
      smtpScript({
        NOOP: '250 2.0.0 Ok',
        RSET: () => {
          talk.end();
          return '';
        },
      })(talk, number),
    );
    const { stdout, stderr } = await dispatched(
      ['diff', '--server', `old=${old.url('smtp')}`, '--server', `new=${fresh.url('smtp')}`, '--grep', 'NOOP'],
      { cwd: project({}) },
    );
    assert.match(
      stdout,
      /\n\n2 differences:\n\n- NOOP, RSET and HELP, .*: `step RSET`\n {2}- old: `.*250.*`\n {2}- new: `closed`\n- NOOP, RSET and HELP, .*: `step HELP`\n {2}- only old: `.*502.*`\n$/,
      stdout + stderr,
    );
  });
});
