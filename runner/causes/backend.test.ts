import assert from 'node:assert/strict';
import { placeIn, problemAt, resultOf, scenarioOf, transcript } from '../../fixtures/reports/results.ts';
import type { Evidence } from '../evidence.ts';
import type { LogLine, ScenarioResult } from '../result.ts';
import type { SourceFile } from '../source.ts';
import { causeWords, countWords } from '../words/cause.ts';
import { backendOf } from './backend.ts';
import { collectCauses } from './collect.ts';
import { loggedProducts, tellingLines } from './log.ts';

const file: SourceFile = { path: 'a.yaml', text: 'expect: 250\n' };
const line = 'EHLO client.example';

/** A session that ends at EHLO. */
function ended(lines: readonly string[], more: Partial<ScenarioResult> = {}): ScenarioResult {
  const problem = problemAt(placeIn(file, '250'), {
    code: 'connection.closed',
    headline: { kind: 'closed', after: { kind: 'command', label: line, line } },
    evidence: { server: 'submission', action: { kind: 'command', label: line, line } },
    at: 100,
  });
  return resultOf(scenarioOf(0, 'offers AUTH once encrypted'), 'failed', {
    problem,
    transcript: transcript(lines),
    ...more,
  });
}

const overTls = ['C STARTTLS␍␊', 'S 220 2.0.0 Ready␍␊', '* TLSv1.3', `C ${line}␍␊`];

const logged: readonly (readonly [string, string | undefined])[] = [
  ["warning: SASL: Connect to Dovecot auth socket 'private/auth' failed: No such file or directory", 'authentication'],
  ['fatal: no SASL authentication mechanisms', 'authentication'],
  ['imap-login: Error: auth: connect(/run/dovecot/login) failed: Connection refused', 'authentication'],
  ['warning: connect to Milter service inet:127.0.0.1:9: Connection refused', 'milter'],
  ['warning: problem talking to server private/policy: Connection refused', 'policy'],
  [
    'mx exim[20]: [1\\17] 1xX-0 H=(c) [127.0.0.1] F=<a@b> temporarily rejected after DATA: failed to expand ACL string: failed to connect to socket 127.0.0.1:9: Connection refused',
    'scanner',
  ],
  ['error: open database /etc/postfix/virtual.db: No such file or directory', 'table'],
  ['sendmail[77]: 6ARG: Milter (dead): error connecting to filter: Connection refused by 127.0.0.1', 'milter'],
  ['mx imaps: Maximum connection limit reached for ::ffff:127.0.0.1', 'limit'],
  ['imap: Warning: service(imap): process_limit (3) reached, client connections are being dropped', 'limit'],
  ['warning: New TLS session rate limit exceeded: 31 from localhost[127.0.0.1] for service smtp', 'limit'],
  ['warning: Refusing TLS service request from localhost[127.0.0.1] for service submissions', 'limit'],
  ['warning: TLS library problem: error:0A000418', undefined],
  ['warning: mx.example.test: RBL lookup error: Host not found', undefined],
];

describe('backendOf()', () => {
  for (const [text, kind] of logged)
    it(`takes "${text.slice(0, 50)}" for ${kind ?? 'something else'}`, () => {
      const found = backendOf('silent', [], [{ file: 'maillog', text }]);
      assert.deepEqual(found, kind === undefined ? undefined : { kind, logged: true });
      assert.equal(backendOf('accepted', [], [{ file: 'maillog', text }]), undefined);
    });

  it('is a limit for logins that are not answered, and not for those that are refused', () => {
    const log = [
      { file: 'maillog', text: 'Warning: service(imap): process_limit (3) reached, client connections are' },
    ];
    const login = (evidence: Evidence) =>
      ended(['C a LOGIN␍␊'], { problem: problemAt(placeIn(file, '250'), { evidence }) });
    const refusal = login({ reply: { kind: 'reply', status: 'NO', text: '[AUTHENTICATIONFAILED]', more: 0 } });
    assert.deepEqual(backendOf('login', [login({})], log), { kind: 'limit', logged: true });
    assert.equal(backendOf('login', [login({}), refusal], log), undefined);
  });

  it('is not what a command with a syntax error is refused for, whatever is logged at that time', () => {
    const log = [{ file: 'maillog', text: 'connect to /run/saslauthd/mux: No such file or directory' }];
    const refused = (status: string) =>
      ended([`C ${line}␍␊`], {
        problem: problemAt(placeIn(file, '250'), {
          evidence: { reply: { kind: 'reply', status, text: 'no', more: 0 } },
        }),
      });
    assert.equal(backendOf('refused', [refused('501')], log), undefined);
    assert.deepEqual(backendOf('refused', [refused('501'), refused('451')], log), {
      kind: 'authentication',
      logged: true,
    });
  });

  it('supposes a dead authentication service where sessions end at the EHLO over TLS, and nowhere else', () => {
    assert.deepEqual(backendOf('silent', [ended(overTls)], []), { kind: 'authentication', logged: false });
    assert.equal(backendOf('silent', [ended([`C ${line}␍␊`])], []), undefined);
    assert.equal(backendOf('silent', [ended(['* connected to a', `C ${line}␍␊`])], []), undefined);
  });
});

describe('loggedProducts()', () => {
  for (const [text, product] of [
    ['Nov 27 16:14:17 mx sendmail[77]: 6ARG: Milter (dead): to error state', 'sendmail'],
    ['Nov 27 16:12:23 mx exim[22]: TLS error on connection from [127.0.0.1]', 'exim'],
    ['Nov 27 16:16:13 mx imaps: ip=[::ffff:127.0.0.1], couriertls: /a.pem: No such file', 'courier'],
    ['Nov 27 16:16:13 mx postfix/mx/smtpd[1]: warning: connect', 'postfix'],
    ['Nov 27 16:16:13 mx dovecot: imap-login: Error: x', 'dovecot'],
    ['Nov 27 16:16:13 mx kernel: out of memory', undefined],
  ] as const)
    it(`knows ${product ?? 'nobody'} by "${text.slice(16, 50)}"`, () =>
      assert.deepEqual(loggedProducts([{ file: 'maillog', text }]), product === undefined ? [] : [product]));
});

describe('tellingLines()', () => {
  it('leaves out what a server says is no trouble', () => {
    const info = 'managesieve(bob)<1>: Info: Failed to delete script: Cannot delete the active script';
    const waited = 'imap-login: Info: Disconnected: Auth process broken (connection refused)';
    const error = 'lmtp(bob)<1>: Error: failed to store into mailbox';
    const lines = [info, waited, error].map((text): LogLine => ({ file: 'maillog', text }));
    assert.deepEqual(
      tellingLines([lines])
        .map(({ text }) => text)
        .sort(),
      [waited, error].sort(),
    );
  });

  it('leaves out what scenarios provoke on an Exim, and keeps the refused login', () => {
    const provoked = 'exim[32]: SMTP protocol error in "AUTH NTLM" H=(client.example) [192.0.2.1] not supported';
    const literal =
      'exim[17]: SMTP syntax error in "RCPT TO:<a@[192.0.2.1]>" H=(b) [192.0.2.1] domain literals not allowed';
    const refused = 'exim[25]: login authenticator failed for (client.example) [192.0.2.1]: 535 Incorrect data';
    const lines = [provoked, literal, refused].map((text): LogLine => ({ file: 'maillog', text }));
    assert.deepEqual(
      tellingLines([lines]).map(({ text }) => text),
      [refused],
    );
  });
});

describe('collectCauses()', () => {
  const lookup = (index: number, name: string, path = 'status') =>
    resultOf(
      scenarioOf(
        index,
        `finds ${name}`,
        { severity: index === 0 ? 'medium' : 'critical' },
        { ...file, path: `${index}.yaml` },
      ),
      index === 2 ? 'warning' : 'failed',
      {
        problem: problemAt(placeIn(file, '250'), {
          code: 'check.mismatch',
          headline: { kind: 'mismatch', of: { kind: 'check', label: `dns MX ${name}` } },
          evidence: { check: { step: 'dns', label: `dns MX ${name}` }, fault: { kind: 'no name', name } },
          mismatches: [{ path, expected: { kind: 'words', words: 'x' }, actual: { kind: 'value', value: 'NXDOMAIN' } }],
        }),
      },
    );
  const lists = (...results: readonly ScenarioResult[]) => {
    const causes = collectCauses();
    for (const each of results) causes.add(each);
    return causes.list();
  };

  it('counts names below one that does not exist under it, and says how each scenario ended', () => {
    const [cause, ...others] = lists(
      lookup(1, 'mx.example.test'),
      lookup(2, '_dmarc.example.test'),
      lookup(0, 'example.test', 'text'),
    );
    assert.ok(cause);
    assert.deepEqual(others, []);
    assert.equal(causeWords(cause), 'example.test does not exist in the DNS (NXDOMAIN)');
    assert.equal(countWords(cause), '3 scenarios: 2 failed, 1 warning');
    assert.equal(cause.first.scenario.index, 0);
    assert.equal(cause.severity, 'medium');
  });

  it('keeps names apart of which none is below another, and a single one as its scenario says it', () => {
    const causes = lists(lookup(1, 'mx.example.test'), lookup(0, 'notexample.test'), lookup(3, 'mx.example.test'));
    assert.deepEqual(causes.map(causeWords), [
      'mx.example.test does not exist in the DNS (NXDOMAIN)',
      'dns MX notexample.test: expected x, got "NXDOMAIN"',
    ]);
  });

  it('is one for a name without an address, whichever scenario and server needs it', () => {
    const message = 'Cannot find an address of "autoconfig.example.test": the name does not exist';
    const unfound = (index: number, server?: string) =>
      resultOf(scenarioOf(index, 'works', {}, { ...file, path: `${index}.yaml` }), 'errored', {
        problem: problemAt(placeIn(file, '250'), {
          code: 'connect.name',
          headline: { kind: 'message', message },
          evidence: { ...(server && { server }), check: { step: 'http', label: `http ${index}` } },
        }),
      });
    const causes = lists(unfound(0), unfound(1, 'imaps://${host}:${port}'), unfound(2, 'smtps://${host}:${port}'));
    assert.deepEqual(causes.map(causeWords), [message]);
    assert.equal(causes[0]?.count, 3);
  });

  const [title, remedy] = ['submission: sessions end before a login, usually because', /smtpd_sasl_path/];

  it('says with its certainty what sessions lack that end at EHLO', () => {
    const causes = collectCauses();
    causes.add(ended(overTls, { products: [{ server: 'submission', product: 'postfix' }] }));
    const [cause] = causes.list();
    assert.ok(cause && causeWords(cause).startsWith(title));
    assert.match(cause.remedies.map(({ text }) => text).join(), remedy);
  });

  it('takes no line that a scenario sends instead of a handshake for a silent server', () => {
    const causes = collectCauses();
    causes.add(ended(['C STARTTLS␍␊', 'S 220 2.0.0 Ready␍␊', `C ${line}␍␊`]));
    const [cause] = causes.list();
    assert.equal(cause?.kind, 'other');
    assert.ok(cause && causeWords(cause).startsWith(line), cause && causeWords(cause));
  });

  it('shows what is accepted by the suite that says most about it', () => {
    const accepted = (index: number, suite: string) =>
      resultOf(scenarioOf(index, 'refused', {}, { ...file, path: suite }), 'failed', {
        problem: problemAt(placeIn(file, '250'), {
          headline: { kind: 'mismatch', of: { kind: 'command', label: 'x' } },
          evidence: {
            action: { kind: 'command', label: 'RCPT TO:<nobody@example.test>' },
            reply: { kind: 'reply', status: '250', text: '', more: 0 },
          },
        }),
      });
    const [cause, ...others] = lists(
      accepted(0, 'ipv6.yaml'),
      accepted(1, 'recipients.yaml'),
      accepted(2, 'recipients.yaml'),
    );
    assert.deepEqual([cause?.count, cause?.first.scenario.index, others.length], [3, 1, 0]);
    assert.deepEqual(
      cause?.members.map(({ scenario }) => scenario.index),
      [1, 0, 2],
    );
  });

  it('puts mail that another mailbox got under the address that is accepted and should not be', () => {
    const accepted = (index: number, sent: string, status: string, more: Partial<ScenarioResult> = {}) =>
      resultOf(
        scenarioOf(index, 'sent', { severity: index === 0 ? 'critical' : 'high' }, { ...file, path: `${index}.yaml` }),
        'failed',
        {
          problem: problemAt(placeIn(file, '250'), {
            headline: { kind: 'mismatch', of: { kind: 'command', label: sent, line: sent } },
            evidence: {
              action: { kind: 'command', label: sent, line: sent },
              reply: { kind: 'reply', status, text: '', more: 0 },
            },
          }),
          ...more,
        },
      );
    const line = 'postfix/lmtp[1]: 1C9: to=<alice@example.test>, orig_to=<bob@example.test>, status=sent (250 2.0.0)';
    const stray = accepted(0, 'TOP 15 0', '+OK', { log: [{ file: 'maillog', text: line, whose: 'own' }] });
    const list = (domain: string) => {
      const causes = collectCauses();
      causes.add(stray);
      causes.add(accepted(1, `RCPT TO:<nobody@${domain}>`, '250'));
      return causes.list();
    };
    assert.deepEqual(
      list('example.test').map(({ count }) => count),
      [2],
    );
    assert.match(
      list('example.test').map(causeWords).join(),
      /^RCPT TO:<nobody@example\.test>.*alice@example\.test instead of bob/,
    );
    assert.equal(list('example.org').length, 2);
  });
});
