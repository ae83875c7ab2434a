import assert from 'node:assert/strict';
import fc from 'fast-check';
import { runsOf } from '../../fixtures/testing/long.ts';
import { goodPlan } from '../../fixtures/testing/plan-in-memory.ts';
import { imap, line, pop3, sieve, smtp } from '../../fixtures/testing/replies.ts';
import { evaluate } from '../engine/expectation.ts';
import type { Mismatch } from '../mismatch.ts';
import type { Text } from '../plan.ts';
import type { Reply } from '../protocol/reply.ts';
import type { Did, Exchange } from './exchange.ts';
import type { Came } from './expectation.ts';
import { scenarioFile } from './scenario-file.ts';

const vocabulary = { names: new Map<string, string>(), secrets: new Map<string, string>() };

function written(exchanges: readonly Exchange[], server = 'mx', words = vocabulary): string {
  const hello = server === 'mx' ? 'EHLO' : undefined;
  return scenarioFile([{ name: 'one', exchanges }], { suite: 'S', server, hello, ...words });
}

const command = (text: string): Did => ({ kind: 'line', text });

/** The mismatches between the written expectation and a reply; by default, the one that it was made from. */
function mismatches(did: Did, came: Came, server: string, reply: Reply = came as Reply): readonly Mismatch[] {
  const [scenario] = goodPlan(written([{ did, came: [came] }], server)).scenarios;
  const expectation = scenario?.dialogue[0]?.expect;
  assert.ok(expectation);
  const scope = { expand: (text: Text) => (typeof text === 'string' ? text : ''), capture() {} };
  return evaluate(expectation, reply, { scope, elapsed: 1 }).mismatches;
}

const word = fc.constantFrom(
  ...[
    'Ok',
    'ready',
    'queued as 4XyZ12abC',
    '2.1.0',
    '1/2',
    '(0.001 + 0.000 secs).',
    'Postfix',
    '3.7.11',
    '[127.0.0.1]',
  ],
  ...[
    'mx.example.com',
    '<20260101.1234@mx.example.com>',
    '${x}',
    '$',
    '$${',
    '"',
    "'",
    '#',
    ': ',
    '- ',
    '{}',
    '[',
    '/',
  ],
  ...[
    'Thu, 26 Nov 2026 23:00:13 +0000',
    '17',
    '10240000',
    'a1b2c3d4e5f6',
    '1wXyZa-0003Kd-2C',
    '\\',
    '/x/i',
    'Ünï',
    '|',
  ],
  ...[
    '250',
    'closed',
    'nothing',
    'true',
    'null',
    '~',
    '*',
    '+',
    '&a',
    '!b',
    '%c',
    '@d',
    '`',
    'x.1.2',
    '5.x.1',
    '2026-11-26',
  ],
);
const text = fc
  .oneof(
    fc.array(fc.oneof(word, fc.string({ maxLength: 8 })), { maxLength: 6 }).map((words) => words.join(' ')),
    fc.string({ maxLength: 40, unit: 'grapheme' }),
  )
  .map((each) => each.replace(/[\r\n]/g, ' '));

describe('scenarioFile()', () => {
  it('writes expectations that validate and that the reply meets', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 599 }), fc.array(text, { minLength: 1, maxLength: 4 }), (code, lines) => {
        const wire = lines.map((each, index) => `${code}${index < lines.length - 1 ? '-' : ' '}${each}`);
        for (const verb of ['NOOP', 'EHLO client.example'])
          assert.deepEqual(mismatches(command(verb), smtp(...wire), 'mx'), []);
      }),
      { numRuns: runsOf(100) },
    );
    fc.assert(
      fc.property(fc.constantFrom('+OK', '-ERR'), text, (status, each) => {
        assert.deepEqual(mismatches(command('NOOP'), pop3('NOOP', `${status} ${each}`), 'pop3'), []);
        assert.deepEqual(mismatches(command('x'), line(each), 'line'), []);
      }),
      { numRuns: runsOf(100) },
    );
  });

  it('writes expectations that IMAP and ManageSieve replies meet', () => {
    const untagged = fc.oneof(
      fc.constantFrom(
        '* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=LOGIN LITERAL+ ENABLE=X',
        '* FLAGS (\\Seen \\Recent $Forwarded true)',
        '* 17 EXISTS',
        '* 0 RECENT',
        '* OK [UIDVALIDITY 1700000000] UIDs valid',
        '* OK [PERMANENTFLAGS (\\Seen \\*)] Limited',
        '* SEARCH 2 3 5',
        '* STATUS INBOX (MESSAGES 17 UIDNEXT 18)',
        '* LIST (\\HasNoChildren) "." "a b"',
        '* LIST (\\HasNoChildren) "/" {5}\r\na$${b',
        '* 3 FETCH (FLAGS (\\Seen) UID 7 INTERNALDATE "26-Nov-2026 23:00:13 +0000" BODY[TEXT] {4}\r\nabcd)',
        '* 3 FETCH (RFC822.SIZE 44 BODY[HEADER.FIELDS (SUBJECT)] "false")',
        '* ID ("name" "Dovecot" "version" "2.3.19")',
        '* NAMESPACE (("" "/")) NIL NIL',
        '* BYE bye',
        '* VENDOR ${x}',
      ),
      text.map((each) => `* X-NEW ${each}`),
    );
    fc.assert(
      fc.property(
        fc.array(untagged, { maxLength: 5 }),
        fc.constantFrom('OK', 'NO', 'BAD'),
        text,
        (list, status, each) => {
          const reply = imap('a1', ...list, `a1 ${status} ${each}`);
          assert.deepEqual(mismatches(command('X'), reply, 'imap'), []);
        },
      ),
      { numRuns: runsOf(100) },
    );
    const capabilities = [
      '"IMPLEMENTATION" "Dovecot ${x}"',
      '"SIEVE" "fileinto reject"',
      '"SASL" "PLAIN"',
      '"STARTTLS"',
    ];
    assert.deepEqual(mismatches({ kind: 'wait' }, sieve(...capabilities, 'OK "ready at 12:30:00"'), 'sieve'), []);
  });

  it('writes expectations that another reply does not meet', () => {
    const differs = (did: Did, came: Reply, server: string, other: Reply) =>
      assert.notDeepEqual(mismatches(did, came, server, other), []);
    differs(command('NOOP'), smtp('250 2.0.0 Ok'), 'mx', smtp('250 2.0.0 Fine'));
    differs(command('NOOP'), smtp('250 2.0.0 Ok'), 'mx', smtp('550 2.0.0 Ok'));
    differs(command('NOOP'), smtp('250 queued as 4XyZ12'), 'mx', smtp('250 deferred as 4XyZ12'));
    differs(command('EHLO a'), smtp('250-a', '250 AUTH PLAIN'), 'mx', smtp('250-a', '250 AUTH LOGIN'));
    differs(command('CAPA'), pop3('CAPA', '+OK', 'TOP', '.'), 'pop3', pop3('CAPA', '+OK', 'UIDL', '.'));
    differs(
      command('X'),
      imap('a1', '* FLAGS (\\Seen)', 'a1 OK x'),
      'imap',
      imap('a1', '* FLAGS (\\Deleted)', 'a1 OK x'),
    );
    differs(command('X'), imap('a1', 'a1 NO [CANNOT] x'), 'imap', imap('a1', 'a1 NO [NOPERM] x'));
    differs(command('x'), line('action=ok 12'), 'line', line('action=no 12'));
  });

  it('writes what varies as a pattern that the next reply meets, too', () => {
    const same = (did: Did, came: Reply, server: string, other: Reply) =>
      assert.deepEqual(mismatches(did, came, server, other), []);
    const end = command('.');
    same(end, smtp('250 2.0.0 Ok: queued as 4F3062215484'), 'mx', smtp('250 2.0.0 Ok: queued as 4bXyZ12zQz'));
    same(end, smtp('250 OK id=1wXyZa-0003Kd-2C'), 'mx', smtp('250 OK id=1wXyZb-000000003Ke-1abc'));
    same(
      { kind: 'wait' },
      smtp('220 mx.example.com ESMTP; Thu, 26 Nov 2026 23:00:13 +0000'),
      'mx',
      smtp('220 mx2.example.org ESMTP; Fri, 1 Jan 2027 01:00:13 +0100'),
    );
    same({ kind: 'wait' }, pop3('', '+OK ready <12.345@a.example>'), 'pop3', pop3('', '+OK ready <99.1@b.example>'));
    same(
      { kind: 'wait' },
      pop3('', '+OK Dovecot ready. <75ea.3.6b08d215.E3BySRL+Q8svmb0y+FUngA==@vm>'),
      'pop3',
      pop3('', '+OK Dovecot ready. <7ab.4.1.A/n3zfVJHNunfemq8LSdMA==@vm>'),
    );
    same(
      end,
      smtp('250 2.0.0 <bob@a.example> 8Mv9GALSCGvTdwAAg+zDdQ:R2 Saved'),
      'mx',
      smtp('250 2.0.0 <bob@a.example> ICczAwTSCGvTdwAAgzDdQx Saved'),
    );
    same(
      command('LIST "" *'),
      imap('a1', '* LIST (\\Unmarked \\HasChildren) "." "INBOX"', 'a1 OK x'),
      'imap',
      imap('a1', '* LIST (\\Marked \\HasChildren) "." "INBOX"', 'a1 OK x'),
    );
    same(
      command('STORE 1 +FLAGS (\\Seen)'),
      imap('a1', '* 1 FETCH (FLAGS (\\Seen \\Recent))', 'a1 OK x'),
      'imap',
      imap('a1', 'a1 OK x'),
    );
    same(command('STAT'), pop3('STAT', '+OK 3 320'), 'pop3', pop3('STAT', '+OK 0 0'));
    same(
      command('SELECT INBOX'),
      imap('a1', '* 3 EXISTS', '* OK [UIDNEXT 4] x', 'a1 OK [READ-WRITE] Select completed (0.001 secs).'),
      'imap',
      imap('a1', '* 17 EXISTS', '* OK [UIDNEXT 9] x', 'a1 OK [READ-WRITE] Select completed (0.2 + 0.1 secs).'),
    );
  });
});
