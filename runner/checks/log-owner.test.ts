import assert from 'node:assert/strict';
import { ownLines, tokensIn } from './log-owner.ts';

const nobody = { addresses: [], clients: [] };

const postfix = [
  'Nov 26 23:00:01 mx postfix/smtpd[10]: connect from localhost[127.0.0.1]',
  'Nov 26 23:00:01 mx postfix/smtpd[11]: connect from localhost[127.0.0.1]',
  'Nov 26 23:00:02 mx postfix/smtpd[11]: NOQUEUE: reject: RCPT from localhost[127.0.0.1]: 554 5.7.1 <a@b.example>: Relay access denied',
  'Nov 26 23:00:02 mx postfix/smtpd[10]: 4F5A41C0F3: client=localhost[127.0.0.1]',
  'Nov 26 23:00:02 mx postfix/cleanup[12]: 4F5A41C0F3: message-id=<one@example.test>',
  'Nov 26 23:00:02 mx postfix/qmgr[13]: 4F5A41C0F3: from=<a@b.example>, size=300, nrcpt=1 (queue active)',
  'Nov 26 23:00:02 mx postfix/smtpd[11]: disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=0/1 commands=2/3',
  'Nov 26 23:00:02 mx postfix/qmgr[13]: 5A5A41C0F3: from=<x@b.example>, size=300, nrcpt=1 (queue active)',
  'Nov 26 23:00:03 mx postfix/smtpd[10]: disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=1 data=1 commands=4',
  'Nov 26 23:00:03 mx postfix/smtpd[10]: connect from localhost[127.0.0.1]',
  'Nov 26 23:00:03 mx postfix/smtpd[10]: NOQUEUE: reject: RCPT from localhost[127.0.0.1]: 550 5.1.1 <nobody@example.test>: User unknown',
  'Nov 26 23:00:03 mx postfix/lmtp[14]: 4F5A41C0F3: to=<alice@example.test>, orig_to=<bob@example.test>, relay=mx[private/dovecot-lmtp], status=sent (250 2.0.0 Saved)',
];

describe('ownLines()', () => {
  it('are those of the accepted message and of its session, not those of the refused ones beside it', () => {
    const own = ownLines(postfix, { tokens: tokensIn(['250 2.0.0 Ok: queued as 4F5A41C0F3']), ports: [], ...nobody });
    assert.deepEqual(
      own,
      [0, 3, 4, 5, 8, 11].map((at) => postfix[at]),
    );
  });

  it('find a message by its id, and what the log calls it', () => {
    const own = ownLines(postfix, { tokens: tokensIn(['Message-ID: <one@example.test>']), ports: [], ...nobody });
    assert.ok(own.some((line) => line.includes('status=sent')));
    assert.ok(!own.some((line) => line.includes('NOQUEUE')));
  });

  it("are none where nothing of the scenario's is in the log", () => {
    assert.deepEqual(ownLines(postfix, { tokens: [], ports: [50_000], ...nobody }), []);
  });

  it('have the client port, where the server logs it, and nothing of a longer one', () => {
    const lines = [
      '2026-11-26 23:00:01 SMTP connection from [127.0.0.1]:49152 I=[127.0.0.2]:25',
      '2026-11-26 23:00:01 H=(client.example) [127.0.0.1]:49152 F=<a@b.example> rejected RCPT <x@relay.example>: relay not permitted',
      '2026-11-26 23:00:01 H=(client.example) [127.0.0.1]:491520 F=<a@b.example> rejected RCPT <y@relay.example>: relay not permitted',
      'Nov 26 23:00:01 mx imapd: LOGIN, user=alice, ip=[::ffff:127.0.0.1], port=[49152], protocol=IMAP',
    ];
    assert.deepEqual(ownLines(lines, { tokens: [], ports: [49_152], ...nobody }), [lines[0], lines[1], lines[3]]);
  });

  it("have the whole session of Dovecot's LMTP, whose lines name a user only while it delivers", () => {
    const lines = [
      'Nov 29 13:22:02 mx dovecot: lmtp(20): Info: Connect from 127.0.0.1',
      'Nov 29 13:22:02 mx dovecot: lmtp(21): Info: Connect from 127.0.0.1',
      'Nov 29 13:22:02 mx dovecot: lmtp(alice@example.test)<20><OBZ/D/omDGufEQAA>: Info: msgid=<one@example.test>: saved mail to INBOX',
      'Nov 29 13:22:02 mx dovecot: lmtp(alice@example.test)<21><WLVXCZgpDGvJIQAA>: Info: msgid=<two@example.test>: saved mail to INBOX',
      'Nov 29 13:22:02 mx dovecot: lmtp(bob@example.test)<20><OBZ/D/omDGufEQAA>: Panic: file sieve.c: assertion failed',
      'Nov 29 13:22:02 mx dovecot: lmtp(21): Info: Disconnect from 127.0.0.1: Logged out (state=READY)',
      'Nov 29 13:22:02 mx dovecot: lmtp(20): Info: Disconnect from 127.0.0.1: Connection closed (state=READY)',
    ];
    const tokens = tokensIn(['Message-ID: <one@example.test>']);
    assert.deepEqual(
      ownLines(lines, { tokens, ports: [], ...nobody }),
      [0, 2, 4, 6].map((at) => lines[at]),
    );
  });

  it("follow Exim's message from its arrival to its delivery", () => {
    const lines = [
      '2026-11-26 23:00:01 1vOabc-000000001xy-2abc <= a@b.example H=(client.example) [127.0.0.1] P=esmtp S=300 id=one@example.test',
      '2026-11-26 23:00:01 1vOdef-000000001xz-3def <= a@b.example H=(client.example) [127.0.0.1] P=esmtp S=300',
      '2026-11-26 23:00:02 1vOabc-000000001xy-2abc => alice <alice@example.test> R=virtual T=maildir',
    ];
    const tokens = tokensIn(['250 OK id=1vOabc-000000001xy-2abc']);
    assert.deepEqual(ownLines(lines, { tokens, ports: [], ...nobody }), [lines[0], lines[2]]);
  });

  it("follow OpenSMTPD's message to its deliveries, whose ids begin with its own", () => {
    const log = [
      'mx smtpd[19]: 02e2c6d226b907bd smtp message msgid=d2e3f5f5 size=484 nrcpt=1 proto=ESMTP',
      'mx smtpd[19]: 02e2c6d5a4b6ed78 mda delivery evpid=d2e3f5f57ff060ea from=<a@b> to=<bob@c> rcpt=<bob@c> user=alice delay=0s result=Ok stat=Delivered',
      'mx smtpd[19]: 02e2c6dd6502472e mda delivery evpid=d9127139b83bab8d from=<a@b> to=<bob@c> rcpt=<bob@c> user=alice delay=0s result=Ok stat=Delivered',
    ];
    const tokens = tokensIn(['250 2.0.0 d2e3f5f5 Message accepted for delivery']);
    assert.deepEqual(ownLines(log, { tokens, ports: [], ...nobody }), log.slice(0, 2));
  });

  it('have an address that nobody else uses, with its session, and not a longer address', () => {
    const own = (address: string) =>
      ownLines(postfix, { tokens: [], ports: [], addresses: [address], clients: [] }).map((line) =>
        postfix.indexOf(line),
      );
    assert.deepEqual(own('nobody@example.test'), [9, 10]);
    assert.deepEqual(own('x@b.example'), [7]);
    for (const longer of ['body@example.test', 'nobody@example', 'b@example.test', 'nobody@example.tes'])
      assert.deepEqual(own(longer), [], longer);
  });

  it('have an address in whatever case and punctuation the server logs it', () => {
    const own = (line: string) =>
      ownLines([line], { tokens: [], ports: [], addresses: ["o'neil+x@b.example"], clients: [] }).length === 1;
    for (const line of [
      "H=(c.example) [127.0.0.1] F=<a@b.example> rejected RCPT <O'Neil+x@b.example>: relay not permitted",
      "ruleset=check_rcpt, arg1=<o'neil+x@B.example>, relay=localhost [127.0.0.1], reject=550 5.7.1",
      "error,relay=::ffff:127.0.0.1,from=<a@b.example>,to=o'neil+x@b.example: 513 Relaying denied.",
      "No mailbox of o'neil+x@b.example.",
    ])
      assert.ok(own(line), line);
    for (const line of [
      "<first.o'neil+x@b.example>",
      "<o'neil+x@b.example.invalid>",
      "<o'neil+x@b.example-b>",
      '<oxneil+x@b.example>',
      "<\u00f6o'neil+x@b.example>",
    ])
      assert.ok(!own(line), line);
  });

  it('have all parts of an entry that was split, and of no other entry', () => {
    const entry = (pid: number, subject: string) => [
      `Nov 28 01:25:14 mx exim[${pid}]: [1\\3] 1xX-0 H=(client.example) [127.0.0.1] temporarily rejected after DATA`,
      `Nov 28 01:25:14 mx exim[${pid}]: [2\\3]   Subject: ${subject}`,
      `Nov 28 01:25:14 mx exim[${pid}]: [3/3]   To: <bob@example.test>`,
    ];
    const [one, other] = [entry(20, 'mailspec r1-7a'), entry(21, 'mailspec r1-8a')];
    // In the order of arrival: lines of both processes alternate.
    const lines = one.flatMap((line, at) => [line, other[at] ?? '']);
    assert.deepEqual(
      ownLines([...lines, ...entry(20, 'mailspec r1-9a')], { tokens: ['r1-7a'], ports: [], ...nobody }),
      one,
    );
  });

  it('have the name in EHLO, where the line says that it is that', () => {
    const lines = [
      'NOQUEUE: reject: RCPT from localhost[127.0.0.1]: 554 5.7.1; from=<a@b.example> proto=ESMTP helo=<localhost>',
      '2026-11-26 23:00:01 H=mx.example (LOCALHOST) [127.0.0.1] F=<a@b.example> rejected RCPT <x@y.example>',
      '2026-11-26 23:00:01 H=(localhost) [127.0.0.1] F=<a@b.example> rejected RCPT <x@y.example>',
      'Nov 26 23:00:01 mx postfix/smtpd[10]: connect from localhost[127.0.0.1]',
      'NOQUEUE: reject: RCPT from localhost[127.0.0.1]: 554 5.7.1; helo=<localhost.example>',
      '2026-11-26 23:00:01 H=localhost (client.example) [127.0.0.1] F=<a@b.example> rejected RCPT <x@y.example>',
    ];
    assert.deepEqual(
      ownLines(lines, { tokens: [], ports: [], addresses: [], clients: ['localhost'] }),
      lines.slice(0, 3),
    );
  });
});
