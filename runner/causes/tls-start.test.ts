import assert from 'node:assert/strict';
import { placeIn, problemAt, resultOf, scenarioOf, transcript } from '../../fixtures/reports/results.ts';
import type { Evidence } from '../evidence.ts';
import type { Mismatch } from '../mismatch.ts';
import type { LogLine, ScenarioResult } from '../result.ts';
import type { SourceFile } from '../source.ts';
import { causeWords } from '../words/cause.ts';
import { collectCauses } from './collect.ts';

const file: SourceFile = { path: 'scenarios/tls/starttls.yaml', text: 'expect: 250\n' };

const reply = (status: string, text: string) => ({ kind: 'reply', status, text, more: 0 }) as const;
const command = (line: string) => ({ kind: 'command', label: line, line }) as const;

let index = 0;
function failed(
  code: string,
  evidence: Evidence,
  more: Partial<ScenarioResult> = {},
  mismatches: readonly Mismatch[] = [],
): ScenarioResult {
  const scenario = scenarioOf(index++, 'works', { severity: 'high', remedies: [] }, file);
  const problem = problemAt(placeIn(file, '250'), { code: code as 'tls.handshake', evidence, mismatches, at: 100 });
  return resultOf(scenario, 'failed', { problem, ...more });
}

const words = (path: string, actual: string): Mismatch => ({
  path,
  expected: { kind: 'words', words: '"accepted"' },
  actual: { kind: 'words', words: actual },
});
const refused = (server: string, offer: string) =>
  failed('check.mismatch', { server, check: { step: 'tls', label: `tls ${server} ${offer}` } }, {}, [
    words('state', '"refused"'),
  ]);
const closed = (server: string, protocol = server) =>
  failed('tls.handshake', { server, protocol, fault: { kind: 'handshake', how: 'closed' } });
const starttls = (server: string, status: string, text: string, more: Partial<ScenarioResult> = {}) =>
  failed('reply.mismatch', { server, protocol: 'smtp', action: command('STARTTLS'), reply: reply(status, text) }, more);
const unreachable = (server: string, protocol: string) =>
  failed('connect.failed', { server, protocol, fault: { kind: 'unreachable', how: 'refused' } });
const unannounced = (server: string, name: string) =>
  failed('reply.mismatch', { server, action: command('EHLO a'), reply: reply('250', 'mx') }, {}, [
    {
      ...words(`extensions.${name}`, 'not advertised; the server advertises "SIZE"'),
      missing: [{ kind: 'name', name }],
    },
  ]);

function titles(...results: readonly ScenarioResult[]): readonly string[] {
  const causes = collectCauses();
  for (const each of results) causes.add(each);
  return causes.list().map(causeWords);
}

describe('causes of TLS that does not begin', () => {
  const notAvailable = starttls('mx', '454', '4.7.0 TLS not available due to local problem');

  it('are one, whatever a port for TLS alone, a refused STARTTLS, a check and each offer show of it', () => {
    const list = titles(
      closed('submissions', 'smtps'),
      notAvailable,
      failed('tls.handshake', {
        server: 'submission',
        protocol: 'smtp',
        check: { step: 'certificate', label: 'certificate submission' },
        reply: reply('454', '4.7.0 TLS not available due to local problem'),
      }),
      failed('tls.handshake', { server: 'imap', protocol: 'imap', fault: { kind: 'handshake', how: 'not TLS' } }),
      refused('submissions', 'TLSv1.2 TLSv1.2'),
      refused('mx', 'P-256'),
    );
    assert.equal(list.length, 1);
    assert.match(list[0] ?? '', /^mx, submissions, submission and imap: /);
  });

  it('are one where Courier has it turned off: it knows neither command, and says so in two ways', () => {
    const check = (server: string, status: string, text: string) =>
      failed('tls.handshake', {
        server,
        protocol: server,
        check: { step: 'certificate', label: `certificate ${server}` },
        reply: reply(status, text),
      });
    const list = titles(
      check('imap', 'NO', 'Error in IMAP command received by server.'),
      check('pop3', '-ERR', 'TLS support not available.'),
    );
    assert.equal(list.length, 1);
    assert.match(list[0] ?? '', /^imap and pop3: TLS is turned off: /);
  });

  const lines: readonly (readonly [server: string, line: string])[] = [
    [
      'Postfix',
      'mx postfix/mx/smtpd[1]: warning: error loading private keys and certificates from: a.pem: disabling TLS support',
    ],
    [
      'Postfix',
      'mx postfix/smtps/smtpd[1]: warning: Wrapper-mode request dropped from a[::1] for service smtps. TLS context initialization failed. For details see earlier warnings in your logs.',
    ],
    [
      'Dovecot',
      "mx dovecot: imap-login: Error: Failed to initialize SSL server context: Can't load SSL private key (ssl_key setting): Key is for a different cert than ssl_cert",
    ],
    ['Cyrus', 'mx cyrus/imaps[1]: TLS server engine: cannot load cert/key data, may be a cert/key mismatch?'],
    ['Courier', 'mx imapd-ssl: couriertls: /etc/courier/imapd.pem: error:0A000000'],
    ['Sendmail', 'mx sm-mta[1]: STARTTLS=server, error: SSL_CTX_use_PrivateKey_file(/a.key) failed'],
    [
      'Exim',
      'TLS error on connection from (a) [::1] (cert/key setup: cert=/a.pem key=/b.pem): Error while reading file.',
    ],
  ];
  for (const [server, text] of lines)
    it(`say why where the log of ${server} does, though only one scenario has the line: ${text.slice(0, 60)}`, () => {
      const log: readonly LogLine[] = [{ file: 'maillog', text }];
      const many = Array.from({ length: 20 }, () => closed('imaps'));
      assert.deepEqual(titles(...many, { ...closed('imaps'), log }), [
        'imaps: TLS does not begin, because the server cannot load its certificate or key',
      ]);
    });

  it('are one on POP3 servers without TLS: they do not know the command, with or without words', () => {
    const pop3 = (text: string) =>
      failed('tls.handshake', {
        server: 'pop3',
        protocol: 'pop3',
        check: { step: 'certificate', label: 'certificate pop3' },
        reply: reply('-ERR', text),
      });
    for (const text of ['', 'unknown command'])
      assert.match(titles(pop3(text), pop3(text)).join('; '), /^pop3: TLS is turned off[^;]*$/, text);
    assert.doesNotMatch(titles(pop3('TLS is broken')).join(), /turned off/);
  });

  it('are not what puts off every command, nor STARTTLS that is refused within TLS', () => {
    assert.match(titles(starttls('mx', '454', '4.3.0 Try again later'))[0] ?? '', /^mx: STARTTLS: 454 4\.3\.0/);
    const within = transcript([
      '* connected to a',
      'C STARTTLS␍␊',
      'S 220 2.0.0␍␊',
      'T TLSv1.3 TLS_AES',
      'C STARTTLS␍␊',
    ]);
    const list = titles(
      starttls('mx', '554', '5.5.1 Error: TLS already active', { transcript: within }),
      closed('smtps'),
    );
    assert.equal(list.length, 2);
  });

  it('are TLS that is turned off where nothing announces or knows it, with the closed ports for TLS alone', () => {
    const list = titles(
      unreachable('imaps', 'imaps'),
      starttls('mx', '502', '5.5.1 Error: command not implemented'),
      unannounced('mx', 'STARTTLS'),
      failed('tls.handshake', {
        server: 'mx',
        check: { step: 'tls', label: 'tls mx TLSv1.2' },
        reply: reply('-ERR', "TLS support isn't enabled."),
      }),
    );
    assert.equal(list.length, 1);
    assert.match(list[0] ?? '', /^imaps and mx: TLS is turned off: /);
    assert.equal(titles(unreachable('smtp', 'smtp'), unannounced('mx', 'STARTTLS')).length, 2);
  });

  it('are what a server no longer announces that cannot begin it, also where the author writes the line', () => {
    const place = { ...placeIn({ path: 'a.yaml', text: 'expect: 250-STARTTLS\n' }, '250-STARTTLS') };
    const line = { ...words('text', '["mx", "SIZE"]'), place };
    const asked = failed('reply.mismatch', { server: 'mx', action: command('EHLO a'), reply: reply('250', 'mx') }, {}, [
      line,
    ]);
    const list = titles(notAvailable, unannounced('submission', 'STARTTLS'), asked);
    assert.equal(list.length, 1);
    assert.match(list[0] ?? '', /^mx and submission: /);
    const refusedHello = failed(
      'reply.mismatch',
      { server: 'mx', action: command('EHLO a'), reply: reply('501', 'no') },
      {},
      [line],
    );
    assert.match(titles(refusedHello)[0] ?? '', /^mx: EHLO a: 501 no/);
  });

  it('are none where another line of those that are expected is missing', () => {
    const text = 'expect: [250-STARTTLS, 250-VRFY]\n';
    const missing = (line: string) => {
      const place = placeIn({ path: 'a.yaml', text }, line);
      const mismatch = { ...words('text', '["mx", "SIZE"]'), place };
      const evidence = { server: 'mx', action: command('EHLO a'), reply: reply('250', 'mx') };
      return titles(failed('reply.mismatch', evidence, {}, [mismatch]))[0] ?? '';
    };
    assert.match(missing('250-STARTTLS'), /TLS is turned off/);
    assert.doesNotMatch(missing('250-VRFY'), /TLS is turned off/);
  });

  it('are one with what a dead milter puts off', () => {
    const log = [{ file: 'maillog', text: 'sendmail[1]: 6A: Milter (dead): error connecting to filter: refused' }];
    const list = titles(
      { ...starttls('mx', '454', '4.7.0 Please try again later'), log },
      { ...closed('submissions', 'smtps'), log },
      { ...refused('submissions', 'TLSv1.2'), log },
    );
    assert.deepEqual(list, [
      'mx and submissions: STARTTLS: 454 4.7.0 Please try again later, because a milter does not answer',
    ]);
  });

  it('are not refused offers of a server that accepts others: the widest one stands for those with more conditions', () => {
    assert.deepEqual(
      titles(
        refused('imap', 'TLSv1.2 TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256'),
        refused('imap', 'TLSv1.2 TLSv1.2'),
        refused('pop3', 'TLSv1.2 TLSv1.2'),
        refused('pop3', 'P-256'),
      ),
      ['imap and pop3: a TLS handshake with TLSv1.2 is refused', 'pop3: a TLS handshake with P-256 is refused'],
    );
  });

  it('leave a login that is not offered to the refused ones on that server', () => {
    const login = failed('reply.mismatch', {
      server: 'submission',
      action: command('AUTH PLAIN «password»'),
      reply: reply('503', '5.5.1 Error: authentication not enabled'),
    });
    assert.equal(titles(login, unannounced('submission', 'AUTH')).length, 1);
    assert.equal(titles(login, unannounced('mx', 'AUTH')).length, 2);
    assert.equal(titles(login, unannounced('submission', 'SIZE')).length, 2);
  });
});
