import assert from 'node:assert/strict';
import { placeIn, problemAt, resultOf, scenarioOf, transcript } from '../../fixtures/reports/results.ts';
import { type Product, remedyOf } from '../remedy.ts';
import type { Problem, ScenarioResult } from '../result.ts';
import type { SourceFile } from '../source.ts';
import { causeWords, meaningWords } from '../words/cause.ts';
import { hintOf } from '../words/hint.ts';
import { collectCauses } from './collect.ts';
import { type Sign, signIn, signOf } from './sign.ts';
import { signRemedies } from './sign-remedies.ts';

const file: SourceFile = { path: 'mine.yaml', text: 'expect: 250\n' };

function answered(line: string, status: string, text: string, more: Partial<Problem> = {}): Problem {
  return problemAt(placeIn(file, '250'), {
    headline: { kind: 'mismatch', of: { kind: 'command', label: line, line } },
    evidence: {
      server: 'mx',
      action: { kind: 'command', label: line, line },
      reply: { kind: 'reply', status, text, more: 0 },
    },
    mismatches: [
      {
        path: 'code',
        expected: { kind: 'positive reply' },
        actual: { kind: 'reply', status, text, more: 0 },
      },
    ],
    at: 100,
    ...more,
  });
}

const failed = (problem: Problem, more: Partial<ScenarioResult> = {}, index = 0) =>
  resultOf(scenarioOf(index, 'sent', { remedies: [] }, file), 'failed', { problem, ...more });

const overTls = {
  transcript: transcript(['C STARTTLS␍␊', 'S 220 2.0.0␍␊', 'T TLSv1.3 TLS_AES_256', 'C AUTH PLAIN «password»␍␊']),
};

/** Replies of real servers. */
const rows: readonly (readonly [line: string, status: string, text: string, Sign | undefined])[] = [
  ['RCPT TO:<bob@a>', '450', '4.1.8 <a@b>: Sender address rejected: Domain not found', 'name server'],
  ['RCPT TO:<bob@a>', '550', '5.1.8 <a@b>: Sender address rejected: Domain not found', undefined],
  ['RCPT TO:<bob@a>', '450', '4.7.1 <DESKTOP-7N10I2>: Helo command rejected: Host not found', undefined],
  ['MAIL FROM:<a@b>', '451', '4.1.8 Domain of sender address a@b does not resolve', 'name server'],
  ['RCPT TO:<bob@a>', '450', '4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]', 'no reverse name'],
  ['MAIL FROM:<a@b>', '452', '4.3.1 Insufficient system storage', 'disk full'],
  ['MAIL FROM:<a@b>', '452', 'space shortage, please try later', 'disk full'],
  ['RCPT TO:<bob@a>', '552', '5.2.2 <bob@a> Quota exceeded (mailbox for user is full)', 'mailbox full'],
  [
    'RCPT TO:<bob@a>',
    '450',
    '4.7.1 <bob@a>: Recipient address rejected: Internal quota calculation error',
    'internal error',
  ],
  [
    'a SELECT INBOX',
    'NO',
    '[SERVERBUG] Internal error occurred. Refer to server log for more information.',
    'internal error',
  ],
  ['message', '451', '4.2.0 <bob@a> Temporarily unable to access necessary Sieve scripts', 'internal error'],
  ['message', '451', '4.6.0 Alias expansion error', 'alias loop'],
  ['RCPT TO:<bob@a>', '451', '4.3.0 <bob@a>: Temporary lookup failure', 'lookup'],
  ['RCPT TO:<bob@a>', '451', '4.3.5 Server configuration problem', 'configuration'],
  ['MAIL FROM:<a@b>', '451', '4.7.1 Service unavailable - try again later', 'milter'],
  ['RCPT TO:<bob@a>', '550', '5.7.1 Command rejected', undefined],
  ['AUTH PLAIN «password»', '503', '5.5.1 Error: authentication not enabled', 'TLS first'],
  ['LOGIN "alice" "«password»"', 'NO', '[PRIVACYREQUIRED] Plaintext authentication disallowed', 'TLS first'],
  ['PASS «password»', '-ERR', 'chdir /home/alice/Maildir failed', 'no folder'],
  ['PASS «password»', '-ERR', '[AUTH] Authentication failed.', undefined],
  ['PASS «password»', '-ERR', '[IN-USE] Mailbox in use', 'in use'],
  ['PASS «password»', '-ERR', '[IN-USE] Mailbox is locked by another POP3 session', 'in use'],
  ['PASS «password»', '-ERR', 'Unable to lock maildrop: another POP session is active', 'in use'],
  ['message', '552', '5.3.4 Error: message file too big', 'too big'],
  ['MAIL FROM:<a@b> SIZE=9', '552', '5.3.4 Message size exceeds fixed limit', 'too big'],
  ['message', '552', 'Message size exceeds maximum permitted', 'too big'],
  ['MAIL FROM:<a@b>', '450', '4.7.1 Error: too much mail from 192.0.2.1', 'too much mail'],
  ['RCPT TO:<a@b>', '450', '4.7.1 Error: too many recipients from 192.0.2.1', 'too much mail'],
  ['MAIL FROM:<a@b>', '452', '4.5.3 Too many messages sent', 'too much mail'],
  ['MAIL FROM:<a@b>', '421', 'mx too many messages in this connection', 'too much mail'],
  ['RCPT TO:<a@b>', '452', '4.5.3 Error: too many recipients', undefined],
  ['AUTH LOGIN', '535', '5.7.8 Error: authentication failed: Invalid authentication mechanism', 'no mechanism'],
  ['AUTH LOGIN', '504', '5.5.4 Unrecognized authentication type', 'no mechanism'],
  ['AUTHENTICATE PLAIN «password»', 'NO', 'Too many open connections (3 of 3 for alice)', 'too many connections'],
];

/** Reasons for deferred mail in logs. */
const waits: readonly (readonly [why: string, Sign | undefined])[] = [
  ['connect to 127.0.0.1[127.0.0.1]:9: Connection refused', 'next server'],
  ['delivery temporarily suspended: connect to mx.example[192.0.2.1]:25: Connection timed out', 'next server'],
  ['connect to mx.example[2001:db8::1]:25: Network is unreachable', 'next server'],
  ['Connection refused by mx.example.', 'next server'],
  ['connect to mx.example.test[/run/nowhere/lmtp]: No such file or directory', undefined],
  ['connect to mx.example.test[/run/nowhere/lmtp]: Connection refused', undefined],
  ['Host or domain name not found. Name service error for name=a type=MX: Host not found, try again', 'name server'],
];

describe('signOf()', () => {
  for (const [line, status, text, sign] of rows)
    it(`takes "${status} ${text.slice(0, 60)}" for ${sign ?? 'nothing that decides'}`, () =>
      assert.equal(signOf(answered(line, status, text), { transcript: [] }), sign));

  for (const [why, sign] of waits)
    it(`takes "${why.slice(-60)}" for ${sign ?? 'nothing that decides'}`, () => assert.equal(signIn(why), sign));

  it('knows by the connection whether 503 to AUTH means TLS first, or no logins at all', () => {
    const problem = answered('AUTH PLAIN «password»', '503', '5.5.1 Error: authentication not enabled');
    assert.equal(signOf(problem, overTls), 'no logins');
    assert.equal(
      signOf({ ...problem, evidence: { ...problem.evidence, protocol: 'smtps' } }, { transcript: [] }),
      'no logins',
    );
  });

  it('knows by the connection that a proxy ends TLS before a server which wants TLS', () => {
    for (const [line, status, text] of [
      ['AUTHENTICATE PLAIN', 'NO', '[PRIVACYREQUIRED] Authentication not allowed until SSL/TLS is enabled.'],
      ['AUTH PLAIN', '-ERR', '[AUTH] Authentication not allowed until SSL/TLS is enabled.'],
      ['AUTH PLAIN', '538', '5.7.11 Encryption required'],
    ] as const) {
      assert.equal(signOf(answered(line, status, text), { transcript: [] }), 'TLS first', text);
      assert.equal(signOf(answered(line, status, text), overTls), 'TLS ended', text);
    }
    const postfix = answered('AUTH PLAIN «password»', '503', '5.5.1 Error: authentication not enabled');
    const behind = transcript(['T TLSv1.3 TLS_AES_256', 'S 250-mx␍␊', 'S 250-STARTTLS␍␊', 'C AUTH PLAIN «password»␍␊']);
    assert.equal(signOf(postfix, { transcript: behind }), 'TLS ended');
    const result = failed(postfix, { transcript: behind });
    assert.match(hintOf(postfix, result) ?? '', /a proxy before it ends TLS/);
  });
});

describe('a cause', () => {
  const title = (codes: readonly string[], status: string) => {
    const causes = collectCauses();
    const mismatches: Problem['mismatches'] = [
      {
        path: 'code',
        expected: { kind: 'condition', condition: { kind: 'code', codes } },
        actual: { kind: 'reply', status, text: '', more: 0 },
      },
    ];
    causes.add(failed(answered('AUTH LOGIN', status, '5.5.1 Invalid command', { mismatches })));
    const [first] = causes.list();
    return first === undefined ? '' : causeWords(first);
  };

  it('is not a refused login if a refusal was expected and the command is unknown', () => {
    assert.match(title(['538'], '500'), /^mx: AUTH LOGIN: 500 /);
    assert.match(title(['334'], '500'), /^logins are refused on mx: 500 /);
    assert.match(title(['538'], '454'), /^logins are refused on mx: 454 /);
  });
});

describe('the remedy of a cause', () => {
  const remedies = (result: ScenarioResult) => {
    const causes = collectCauses();
    causes.add(result);
    return causes.list()[0]?.remedies.map(({ text }) => text) ?? [];
  };
  const by = (product: Product) => ({ products: [{ server: 'mx', product }] });
  const late = (line: string) =>
    answered(line, '', '', {
      code: 'reply.timeout',
      headline: { kind: 'no reply', after: { kind: 'command', label: line, line } },
      evidence: { server: 'mx', action: { kind: 'command', label: line, line } },
      mismatches: [{ path: '', expected: { kind: 'positive reply' }, actual: { kind: 'silence' } }],
    });

  it('fits its hint: a late login is no wrong passdb', () => {
    const result = failed(late('LOGIN "alice" "«password»"'), by('dovecot'));
    assert.match(hintOf(result.problem as Problem, result) ?? '', /delays logins/);
    assert.match(remedies(result).join(), /timeout: 30s/);
  });

  it('is about what the server waits for if RCPT is not answered, not about open relays', () => {
    const [one, other] = ['<a@example.net>', '<postmaster@example.test>'].map((to) =>
      failed(late(`RCPT TO:${to}`), by('postfix')),
    ) as [ScenarioResult, ScenarioResult];
    assert.match(remedies(one).join(), /^Find out what Postfix waits for/);
    const causes = collectCauses();
    for (const each of [one, other]) causes.add(each);
    assert.equal(causes.list().length, 1);
    assert.match(meaningWords(causes.list()[0] ?? { kind: 'other' }) ?? '', /^Other servers give up/);
  });

  it('fits its hint: 503 to AUTH before TLS has nothing to do with smtpd_sasl_path', () => {
    const result = failed(
      answered('AUTH PLAIN «password»', '503', '5.5.1 Error: authentication not enabled'),
      by('postfix'),
    );
    assert.match(hintOf(result.problem as Problem, result) ?? '', /put STARTTLS before it/);
    assert.match(remedies(result).join(), /smtpd_tls_auth_only/);
    assert.doesNotMatch(remedies(result).join(), /smtpd_sasl_path/);
    assert.match(remedies({ ...result, ...overTls }).join(), /smtpd_sasl_auth_enable = yes/);
  });

  it('fits its hint: a Maildir that is not there is no matter of authdaemond', () => {
    const result = failed(answered('PASS «password»', '-ERR', 'chdir Maildir failed'), by('courier'));
    assert.match(hintOf(result.problem as Problem, result) ?? '', /no home directory or no Maildir/);
    assert.match(remedies(result).join(), /maildirmake/);
    assert.doesNotMatch(remedies(result).join(), /authdaemond/);
  });

  it('fits its end: the BYE of a Courier that cannot enter the Maildir is the same cause as its -ERR', () => {
    const text = '* BYE [ALERT] Fatal error: No such file or directory: No such file or directory\r\n';
    const line = 'LOGIN "alice" "«password»"';
    const ended = answered(line, '', '', {
      code: 'connection.closed',
      evidence: { server: 'imap', action: { kind: 'command', label: line, line } },
      mismatches: [{ path: '', expected: { kind: 'reply' }, actual: { kind: 'end', after: { kind: 'octets', text } } }],
    });
    assert.equal(signOf(ended, { transcript: [] }), 'no folder');
    const causes = collectCauses();
    causes.add(failed(ended, by('courier')));
    causes.add(failed(answered('PASS «password»', '-ERR', 'chdir Maildir failed'), by('courier')));
    assert.equal(causes.list().length, 1);
    assert.match(
      causes
        .list()[0]
        ?.remedies.map(({ text }) => text)
        .join() ?? '',
      /maildirmake/,
    );
  });

  it('fits its reply: a server that wants TLS before mail has no trouble with its mailboxes', () => {
    const refused = (text: string) => ({
      ...failed(answered('RCPT TO:<bob@a>', '530', text), by('exim')),
      scenario: scenarioOf(0, 'mail arrives', { remedies: [remedyOf('exim', 'Look at the directory.')] }, file),
    });
    assert.match(
      remedies(refused('5.7.0 Must issue a STARTTLS command first')).join(),
      /^Port 25 must .*acl_smtp_rcpt/,
    );
    assert.deepEqual(remedies(refused('5.7.0 Authentication required')), ['Look at the directory.']);
  });

  it('looks for what Exim depends on where many suites get the same temporary error', () => {
    const causes = collectCauses();
    for (const at of [0, 1, 2]) {
      const suite = { ...file, path: `${at}.yaml` };
      const scenario = scenarioOf(
        at,
        'mail arrives',
        { remedies: [remedyOf('exim', 'Look at the directory.')] },
        suite,
      );
      const problem = answered('message', '451', 'Temporary local problem - please try later');
      causes.add({ ...failed(problem, by('exim'), at), scenario });
    }
    const [cause, ...others] = causes.list();
    assert.deepEqual(others, []);
    assert.match(cause?.remedies.map(({ text }) => text).join() ?? '', /^Look in the log for "temporarily rejected"/);
  });

  it('names what an authenticator of Exim cannot read', () => {
    const result = failed(answered('AUTH PLAIN «password»', '435', 'Unable to authenticate at present'), by('exim'));
    assert.match(remedies(result).join(), /^Look in the log for "authenticator failed".*server_condition/);
  });

  it('fits its hint: a client without a PTR record has nothing to do with a milter, in one failure as in many', () => {
    const result = failed(
      answered('RCPT TO:<bob@a>', '450', '4.7.25 Client host rejected: cannot find your hostname'),
      {
        ...by('postfix'),
        scenario: scenarioOf(0, 'mail arrives', { remedies: [remedyOf('postfix', 'Look at the directory.')] }, file),
      },
    );
    assert.match(hintOf(result.problem as Problem, result) ?? '', /PTR record/);
    assert.match(remedies(result).join(), /^Give this client's address a PTR record/);
  });

  it('is there for every sign and an unknown product', () => {
    for (const [sign, list] of Object.entries(signRemedies)) {
      assert.equal(list.at(-1)?.product, 'any', sign);
      for (const { product, url } of list) assert.equal(url !== undefined, product !== 'any', `${sign}, ${product}`);
    }
  });
});

describe('causes that stop everything', () => {
  const titles = (...results: readonly ScenarioResult[]) => {
    const causes = collectCauses();
    for (const each of results) causes.add(each);
    return causes.list().map(causeWords);
  };
  const internal = '4.7.1 <bob@a>: Recipient address rejected: Internal quota calculation error';
  const why = 'host mx[/lmtp] said: 451 4.2.0 <bob@a> Internal error occurred. Refer to server log';
  const line = (text: string) => ({ log: [{ file: 'maillog', text, whose: 'own' as const }] });
  const waited = (text: string, index: number) =>
    failed(
      answered('SEARCH', 'OK', '', {
        code: 'reply.mismatch',
        evidence: { server: 'imap', tries: 9, action: { kind: 'command', label: 'SEARCH' } },
      }),
      line(`postfix/lmtp[1]: 4F: to=<bob@a>, relay=mx, dsn=4.2.0, status=deferred (${text})`),
      index,
    );

  it('are one for mail that is refused, mail that waits, and sessions that end after the login', () => {
    const unread = answered('PASS «password»', '+OK', '', {
      code: 'reply.unread',
      mismatches: [
        {
          path: '',
          expected: { kind: 'nothing unread' },
          actual: { kind: 'octets', text: '-ERR [SYS/TEMP] Internal error occurred.\r\n' },
        },
      ],
    });
    const stat = 'dovecot: imap(bob@a)<1><x>: Error: stat(/mail/bob/Maildir/tmp) failed: Not a directory';
    const list = titles(
      failed(answered('RCPT TO:<bob@a>', '450', internal), line(stat), 0),
      waited(why, 1),
      failed(unread, {}, 2),
    );
    assert.equal(list.length, 1);
    assert.match(list[0] ?? '', /because the server cannot use its mail store$/);
  });

  it('say why mail waits, in the words of the log', () => {
    const text = 'connect to mx[/run/lmtp]: No such file or directory';
    assert.deepEqual(titles(waited(text, 0)), [
      `accepted mail does not arrive: the server deferred its delivery: ${text}`,
    ]);
  });

  it('name a milter that refuses, and not what other scenarios provoke', () => {
    const log = [
      { file: 'maillog', text: 'postfix/smtpd[1]: warning: Illegal address syntax from a[::1] in RCPT command: <@>' },
      { file: 'maillog', text: 'postfix/smtpd[1]: 3E: reject: RCPT from a[::1]: 554 5.7.1 <a@b>: Relay access denied' },
      {
        file: 'maillog',
        text: 'postfix/smtpd[1]: NOQUEUE: milter-reject: RCPT from a[::1]: 550 5.7.1 Command rejected',
      },
    ];
    const causes = collectCauses();
    causes.add(
      failed(answered('RCPT TO:<bob@a>', '550', '5.7.1 Command rejected'), {
        log,
        ...{ products: [{ server: 'mx', product: 'postfix' }] },
      }),
    );
    const [cause] = causes.list();
    assert.ok(cause);
    assert.match(causeWords(cause), /^mx: RCPT TO:<bob@a>: 550 5\.7\.1 Command rejected, because a milter refuses it$/);
    assert.deepEqual(
      cause.log.map(({ text }) => text),
      [log[2]?.text],
    );
    assert.match(cause.remedies.map((each) => each.text).join(), /smtpd_milters/);
  });
});
