import assert from 'node:assert/strict';
import { placeIn, problemAt, transcript } from '../../fixtures/reports/results.ts';
import type { Evidence } from '../evidence.ts';
import type { ReplyLine, WantedCondition } from '../mismatch.ts';
import type { LogLine, Problem } from '../result.ts';
import type { SourceFile } from '../source.ts';
import { hintOf } from './hint.ts';

const file: SourceFile = { path: 'a.yaml', text: 'expect: 250\n' };

function problem(evidence: Evidence, more: Partial<Problem> = {}): Problem {
  return problemAt(placeIn(file, '250'), { evidence, ...more });
}

function wanted(status: string): WantedCondition {
  return /^\d/.test(status) ? { kind: 'code', codes: [status] } : { kind: 'status', statuses: [status] };
}

function reply(status: string, text: string, line: string, expected = '250'): Problem {
  const answer: ReplyLine = { kind: 'reply', status, text, more: 0 };
  return problem(
    { action: { kind: 'command', label: line, line }, reply: answer },
    { mismatches: [{ path: '', expected: { kind: 'condition', condition: wanted(expected) }, actual: answer }] },
  );
}

const silent = (protocol: string, kind: 'greeting' | 'capabilities' | 'handshake' = 'greeting'): Problem =>
  problem(
    { protocol, action: { kind } },
    { code: 'reply.timeout', mismatches: [{ path: '', expected: { kind: 'reply' }, actual: { kind: 'silence' } }] },
  );
const unanswered = (line: string): Problem =>
  problem(
    { protocol: 'imap', action: { kind: 'command', label: line, line } },
    { code: 'reply.timeout', mismatches: [{ path: '', expected: { kind: 'reply' }, actual: { kind: 'silence' } }] },
  );
const closedAfter = (line: string, text = ''): Problem =>
  problem(
    { action: { kind: 'command', label: line, line } },
    {
      code: 'connection.closed',
      mismatches: [{ path: '', expected: { kind: 'reply' }, actual: { kind: 'end', after: { kind: 'octets', text } } }],
    },
  );
const handshake = (how: 'closed' | 'not TLS' | 'refused', protocol = 'imaps'): Problem =>
  problem({ protocol, fault: { kind: 'handshake', how } }, { code: 'tls.handshake' });

const greeted = (protocol: string, text: string): Problem =>
  problem(
    { protocol, action: { kind: 'greeting' } },
    {
      code: 'protocol.violation',
      mismatches: [{ path: '', expected: { kind: 'reply' }, actual: { kind: 'violation', text } }],
    },
  );
const fragment = (literal: { readonly announced: number; readonly came: number } | undefined): Problem =>
  problem(
    { protocol: 'imap', action: { kind: 'command', label: 'FETCH 1 BODY[]' } },
    {
      code: 'reply.timeout',
      mismatches: [
        {
          path: '',
          expected: { kind: 'reply' },
          actual: { kind: 'fragment', octets: { kind: 'octets', text: '* 1 F' }, ...(literal && { literal }) },
        },
      ],
    },
  );

/** Each symptom, a pattern for its hint, a problem with it, and a similar problem without it. */
const symptoms: readonly (readonly [string, RegExp, shown: Problem, other: Problem])[] = [
  ['silence on a plain scheme', /TLS first: write "imaps:" instead of "imap:"/, silent('imap'), silent('imaps')],
  ['silence at the greeting', /"smtps:" instead of "smtp:"/, silent('smtp'), silent('smtp', 'capabilities')],
  ['silence after a handshake', /no second greeting/, silent('imap', 'handshake'), silent('sieve', 'capabilities')],
  [
    'a greeting that no step expects',
    /The server speaks first/,
    reply('220', 'mail.example.com ESMTP', 'EHLO client.example'),
    reply('220', '2.0.0 Ready to start TLS', 'STARTTLS'),
  ],
  [
    'a greeting that another command gets',
    /The server speaks first/,
    reply('220', 'mail.example.com ESMTP', 'NOOP'),
    reply('221', '2.0.0 Bye', 'QUIT'),
  ],
  [
    'the greeting of IMAP on an SMTP scheme',
    /write "imap:" instead of "smtp:"/,
    greeted('smtp', '* OK IMAP4rev1 ready\r\n'),
    greeted('smtp', 'OK ready\r\n'),
  ],
  [
    'the greeting of SMTP on an IMAP scheme',
    /write "smtps:" instead of "imaps:"/,
    greeted('imaps', '220 mx.example.com ESMTP\r\n'),
    greeted('imaps', '2200 mx.example.com\r\n'),
  ],
  [
    'the greeting of POP3 on an IMAP scheme',
    /write "pop3:" instead of "imap:"/,
    greeted('imap', '+OK ready\r\n'),
    greeted('imap', '+OKAY ready\r\n'),
  ],
  ['a literal that is too short', /counts them wrong/, fragment({ announced: 100, came: 22 }), fragment(undefined)],
  ['plain text on a TLS scheme', /write "imap:" instead of "imaps:"/, handshake('not TLS'), handshake('refused')],
  ['plain text after STARTTLS', /write "pop3:"/, handshake('not TLS', 'pop3s'), handshake('not TLS', 'pop3')],
  ['closed at the ClientHello', /no certificate/, handshake('closed'), handshake('refused')],
  ['a refused handshake', /could not load its certificate/, handshake('refused'), handshake('closed')],
  ['closed after PASS', /no home directory or no Maildir/, closedAfter('PASS «password»'), closedAfter('STAT')],
  [
    'chdir after PASS',
    /no home directory/,
    reply('-ERR', 'chdir Maildir failed', 'PASS «password»', '+OK'),
    reply('-ERR', 'chdir Maildir failed', 'STAT', '+OK'),
  ],
  [
    "Courier's BYE for a backend that is down",
    /backends is down/,
    closedAfter('LOGIN alice «password»', '* BYE Temporary problem, please try again later\r\n'),
    closedAfter('LOGIN alice «password»', '* BYE [ALERT] Fatal error: No such file or directory\r\n'),
  ],
  [
    'a login that is answered late',
    /after failed ones/,
    unanswered('LOGIN alice «password»'),
    unanswered('SELECT INBOX'),
  ],
  [
    'a temporary problem',
    /backends is down/,
    reply('-ERR', 'Temporary problem, please try again later', 'PASS «password»', '+OK'),
    reply('-ERR', 'Temporary problem, please try again later', 'PASS «password»', '-ERR'),
  ],
  [
    'a name of the other form',
    /with the domain .*or without/,
    reply('535', '5.7.8 Error: authentication failed', 'AUTH PLAIN «credentials»', '235'),
    reply('535', '5.7.8 Error: authentication failed', 'AUTH PLAIN «credentials»', '5xx'),
  ],
  ['538', /TLS before this login/, reply('538', 'Encryption required', 'AUTH PLAIN'), reply('504', 'No', 'AUTH PLAIN')],
  [
    "Dovecot's IMAP login without TLS",
    /TLS before this login/,
    reply('NO', '[PRIVACYREQUIRED] Plaintext authentication disallowed', 'LOGIN alice «password»', 'OK'),
    reply('NO', '[PRIVACYREQUIRED] Plaintext authentication disallowed', 'LOGIN alice «password»', 'NO'),
  ],
  [
    "Dovecot's POP3 login without TLS",
    /TLS before this login/,
    reply('-ERR', '[AUTH] Cleartext authentication disallowed on non-secure connections.', 'USER alice', '+OK'),
    reply('-ERR', '[AUTH] Authentication failed.', 'USER alice', '+OK'),
  ],
  [
    "Courier's login without TLS",
    /TLS before this login/,
    reply('NO', 'STARTTLS required', 'LOGIN alice «password»', 'OK'),
    reply('NO', 'STARTTLS required', 'SELECT INBOX', 'OK'),
  ],
  [
    "Postfix's AUTH without TLS",
    /TLS before a login/,
    reply('503', '5.5.1 Error: authentication not enabled', 'AUTH PLAIN «credentials»', '235'),
    reply('503', '5.5.1 Error: need MAIL command', 'DATA', '354'),
  ],
  [
    "Exim's submission without a login",
    /wants a login/,
    reply('550', '5.7.1 Authentication required', 'RCPT TO:<a@b.example>'),
    reply('550', '5.7.1 Spam', 'RCPT TO:<a@b.example>'),
  ],
  [
    "Postfix's submission without a login",
    /wants a login/,
    reply('554', '5.7.1 <c[192.0.2.1]>: Client host rejected: Access denied', 'RCPT TO:<a@b.example>'),
    reply('554', '5.7.1 <a@b.example>: Sender address rejected: Access denied', 'RCPT TO:<a@b.example>'),
  ],
  [
    "Exim's unverifiable sender",
    /neither an MX nor an address record/,
    reply('550', 'Verification failed for <a@b.example>', 'RCPT TO:<a@b.example>'),
    reply('550', 'Verification failed for <a@b.example>', 'RCPT TO:<a@b.example>', '550'),
  ],
  [
    '530 for TLS',
    /wants TLS first/,
    reply('530', '5.7.0 Must issue a STARTTLS command first', 'MAIL FROM:<a@b.example>'),
    reply('530', '5.7.0 Must issue a STARTTLS command first', 'MAIL FROM:<a@b.example>', '550'),
  ],
  [
    '530 for a login',
    /wants a login/,
    reply('530', '5.7.0 Authentication required', 'MAIL FROM:<a@b.example>'),
    reply('503', '5.5.1 Bad sequence', 'MAIL FROM:<a@b.example>'),
  ],
  [
    '550 5.1.1',
    /mailbox does not exist/,
    reply('550', '5.1.1 User unknown', 'RCPT TO:<a@b.example>'),
    reply('550', '5.2.1 Mailbox disabled', 'RCPT TO:<a@b.example>'),
  ],
  [
    "Exim's unknown recipient",
    /mailbox does not exist/,
    reply('550', 'Unrouteable address', 'RCPT TO:<a@b.example>'),
    reply('550', 'Unrouteable address', 'MAIL FROM:<a@b.example>'),
  ],
  [
    "OpenSMTPD's unknown recipient",
    /mailbox does not exist/,
    reply('550', 'Invalid recipient: <a@b.example>', 'RCPT TO:<a@b.example>'),
    reply('550', 'Invalid recipient: <a@b.example>', 'RCPT TO:<a@b.example>', '550'),
  ],
  [
    "Courier's unknown recipient",
    /mailbox does not exist/,
    reply('550', 'User unknown.', 'RCPT TO:<a@b.example>'),
    reply('550', 'User suspended.', 'RCPT TO:<a@b.example>'),
  ],
  [
    "Postfix's 501 5.1.7",
    /syntax of the sender/,
    reply('501', '5.1.7 Bad sender address syntax', 'MAIL FROM:<a b>'),
    reply('501', '5.1.3 Bad recipient address syntax', 'RCPT TO:<a b>'),
  ],
  [
    '553 5.1.7',
    /syntax of the sender/,
    reply('553', '5.1.7 Bad sender address syntax', 'MAIL FROM:<a b>'),
    reply('250', '2.1.0 Ok 5.1.7', 'MAIL FROM:<a b>', '251'),
  ],
  [
    '550 5.1.8',
    /neither an MX nor an address record/,
    reply('550', '5.1.8 Domain not found', 'MAIL FROM:<a@b.example>'),
    reply('550', '5.1.80 No', 'MAIL FROM:<a@b.example>'),
  ],
  [
    "Exim's syntax error",
    /501 usually means that the syntax of the address/,
    reply('501', '<a b@c>: malformed address: b@c> may not follow a', 'MAIL FROM:<a b@c>'),
    reply('501', 'Syntactically invalid EHLO argument(s)', 'EHLO a_b'),
  ],
  [
    'a home directory that is gone, on Dovecot',
    /home directory or the Maildir of the user/,
    reply('NO', '[SERVERBUG] Internal error occurred. Refer to server log for more information.', 'SELECT INBOX', 'OK'),
    reply('NO', "[NONEXISTENT] Mailbox doesn't exist", 'SELECT x', 'OK'),
  ],
  [
    'a dead name server',
    /name server does not answer/,
    reply('450', '4.1.8 <a@b>: Sender address rejected: Domain not found', 'RCPT TO:<c@d>'),
    reply('450', '4.2.0 <a@b>: Recipient address rejected: busy', 'RCPT TO:<c@d>'),
  ],
  [
    '554 5.7.1',
    /Relaying denied/,
    reply('554', '5.7.1 <a@b.example>: Relay access denied', 'RCPT TO:<a@b.example>'),
    reply('554', '5.7.1 Spam', 'RCPT TO:<a@b.example>'),
  ],
  [
    "qmail's 553",
    /Relaying denied/,
    reply('553', "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", 'RCPT TO:<a@b.example>'),
    reply('553', 'sorry, your envelope sender is in my badmailfrom list (#5.7.1)', 'RCPT TO:<a@b.example>'),
  ],
  [
    "Courier's 513",
    /Relaying denied/,
    reply('513', 'Relaying denied.', 'RCPT TO:<a@b.example>'),
    reply('513', 'Syntax error.', 'RCPT TO:<a@b.example>'),
  ],
];

const none = { transcript: [], log: [] };

describe('hintOf()', () => {
  for (const [name, says, shown, other] of symptoms) {
    it(`recognizes ${name}, and not what looks like it`, () => {
      assert.match(hintOf(shown, none) ?? '', says);
      assert.doesNotMatch(hintOf(other, none) ?? '', says);
    });
  }

  it('says what was said where a problem arose, if it is no symptom', () => {
    assert.equal(hintOf(problem({}, { hint: 'Try HELP' }), none), 'Try HELP');
    assert.equal(hintOf(problem({}), none), undefined);
  });

  it('recognizes a line where the handshake is due after STARTTLS', () => {
    const closed = { ...closedAfter('EHLO a.example'), at: 100 };
    const says = /write the step "starttls" instead of "send"/;
    const hint = (lines: readonly string[]) => hintOf(closed, { transcript: transcript(lines), log: [] }) ?? '';
    assert.match(hint(['C STARTTLS␍␊', 'S 220 2.0.0 Ready␍␊', 'C EHLO a.example␍␊', '* closed by the server']), says);
    assert.match(hint(['C a001 STARTTLS␍␊', 'S a001 OK Begin TLS␍␊', 'C a002 NOOP␍␊']), says);
    assert.match(hint(['C STLS␍␊', 'S +OK Begin TLS␍␊', 'C CAPA␍␊']), says);
    for (const other of [
      ['C STARTTLS␍␊', 'S 220 2.0.0 Ready␍␊', '* TLSv1.3', 'C EHLO a.example␍␊'],
      ['C STARTTLS␍␊', 'S 454 4.7.0 Not now␍␊', 'C EHLO a.example␍␊'],
      ['C a001 STARTTLS␍␊', 'S a001 NO Not now␍␊', 'C a002 NOOP␍␊'],
      ['C STARTTLS␍␊', 'C EHLO a.example␍␊'],
      ['C EHLO a.example␍␊', 'S 250-STARTTLS␍␊', 'C NOOP␍␊'],
    ])
      assert.doesNotMatch(hint(other), says, other.join(' '));
  });

  it('recognizes the reply to EHLO where the next command has the first "expect"', () => {
    const hint = (lines: readonly string[], more: number, status = '250') =>
      hintOf(
        problem(
          {
            action: { kind: 'command', label: 'QUIT', line: 'QUIT' },
            reply: { kind: 'reply', status, text: 'mx.example', more },
          },
          { code: 'reply.mismatch', at: 100 },
        ),
        { transcript: transcript(lines), log: [] },
      ) ?? '';
    const says = /^The reply is that to the command before, which has no "expect"/;
    const lines = ['S 220 mx.example␍␊', 'C EHLO a.example␍␊', 'C QUIT␍␊', 'S 250-mx.example␍␊'];
    assert.match(hint(lines, 8), says);
    assert.doesNotMatch(hint(lines, 0), says);
    assert.doesNotMatch(hint(lines, 8, '502'), says);
    assert.doesNotMatch(hint(['C EHLO a.example␍␊', 'S 250-mx␍␊', 'C HELP␍␊', 'S 250-mx␍␊'], 8), says);
  });

  it('recognizes silence that a scenario ended before a reply was late', () => {
    const greeting = problem({ protocol: 'imap', action: { kind: 'greeting' } }, { code: 'scenario.timeout' });
    const hint = (lines: readonly string[], shown = greeting) =>
      hintOf(shown, { transcript: transcript(lines), log: [] }) ?? '';
    const says = /write "imaps:" instead of "imap:"/;
    assert.match(hint(['* connected']), says);
    assert.doesNotMatch(hint(['* connected', 'S * OK ready␍␊']), says);
    assert.doesNotMatch(hint(['* connected'], { ...greeting, code: 'reply.mismatch' }), says);
  });

  it('says which log got nothing, if nothing better is known', () => {
    const before = { file: '/var/log/mail.log', text: 'started', whose: 'before' } as const;
    const hint = (log: readonly LogLine[], more: Partial<Problem> = {}) =>
      hintOf(problem({}, more), { transcript: [], log });
    assert.match(
      hint([before, before]) ?? '',
      /^Nothing was logged in "\/var\/log\/mail\.log" meanwhile, which usually means/,
    );
    assert.equal(hint([before, { file: before.file, text: 'a' }]), undefined);
    assert.equal(hint([before], { hint: 'Try HELP' }), 'Try HELP');
    assert.equal(hint([before], { code: 'connect.failed' }), undefined);
    assert.equal(hint([]), undefined);
  });
});
