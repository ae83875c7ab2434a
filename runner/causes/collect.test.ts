import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsOf } from '../../fixtures/broken-servers/settings.ts';
import { brokenServer } from '../../fixtures/causes/broken.ts';
import { serveLines } from '../../fixtures/line/serve.ts';
import { reportOf } from '../../fixtures/reports/collect.ts';
import { projectFolder } from '../../fixtures/servers/project.ts';
import { peers, type Script, smtpScript } from '../../fixtures/testing/peer.ts';
import { play } from '../../fixtures/testing/play.ts';
import { meaningOf } from '../reporters/cause-parts.ts';
import { create } from '../reporters/spec.ts';
import type { RunEvent } from '../run-event.ts';
import { causeWords } from '../words/cause.ts';
import type { Cause } from './cause.ts';
import { collectCauses } from './collect.ts';
import { recordedRun } from './recorded.test.helper.ts';

interface Row {
  /** The name of its recording: the server, unless it is Postfix with Dovecot, and the error. */
  readonly name: string;
  /** The first line of the report. */
  readonly first: RegExp;
  /** Names in its remedies. */
  readonly helps: RegExp;
}

/** Broken servers whose runs were recorded. */
const recorded: readonly Row[] = [
  {
    name: 'certificate-expired',
    first: /^certificate of mx\.example\.test expired \d+ days? ago \(.*\): .*imaps.*submission/,
    helps: /Renew the certificate.*smtpd_tls_chain_files/s,
  },
  {
    name: 'milter-down',
    first: /45[14] 4\.\d\.\d .*[Tt]ry again later, because a milter does not answer$/,
    helps: /smtpd_milters/,
  },
  {
    name: 'sasl-socket-broken',
    first: /^submissions? and submissions?: logins fail, because the authentication service does not answer$/,
    helps: /smtpd_sasl_path/,
  },
  {
    name: 'tls-forced-on-25',
    first: /^mx and mx6: .*530 5\.7\.0 Must issue a STARTTLS command first/,
    helps: /smtpd_tls_security_level/,
  },
  {
    name: 'catch-all',
    first: /^RCPT TO:<\S+@example\.test>: expected .*, got 250 2\.1\.5 Ok/,
    helps: /virtual_alias_maps/,
  },
  {
    name: 'mail-discarded',
    first: /^accepted mail does not arrive: the server discarded it/,
    helps: /virtual_transport/,
  },
  // Relaying for disguised addresses has the same cause as for plain ones.
  { name: 'mynetworks-everybody', first: /^RCPT TO:<\S+>: expected .*, got 250 2\.1\.5 Ok/, helps: /mynetworks/ },
  {
    name: 'postfix-13-certificate-expired',
    first: /^certificate of mx\.example\.test expired \d+ days? ago \(.*\): .*imaps.*submission/,
    helps: /Renew the certificate.*smtpd_tls_cert_file/s,
  },
  { name: 'postfix-13-milter-down', first: /, because a milter does not answer$/, helps: /smtpd_milters/ },
  {
    name: 'postfix-13-sasl-socket-broken',
    first: /^submissions? and submissions?: logins fail, because the authentication service does not answer$/,
    helps: /smtpd_sasl_path/,
  },
  {
    name: 'postfix-13-tls-forced-on-25',
    first: /^mx: .*530 5\.7\.0 Must issue a STARTTLS command first/,
    helps: /smtpd_tls_security_level/,
  },
  {
    name: 'postfix-13-catch-all',
    first: /^RCPT TO:<\S+@example\.test>: expected .*, got 250 2\.1\.5 Ok/,
    helps: /virtual_alias_maps/,
  },
  {
    name: 'postfix-13-mail-discarded',
    first: /^accepted mail does not arrive: the server discarded it/,
    helps: /mailbox_transport/,
  },
  {
    name: 'exim-certificate-expired',
    first: /^certificate of mx\.example\.test expired \d+ days? ago \(.*\): .*mx/,
    helps: /Renew the certificate.*tls_certificate/s,
  },
  {
    name: 'exim-scanner-down',
    first: /451 Temporary local problem.*, because a scanner, or another service that it asks, does not answer$/,
    helps: /readsocket/,
  },
  {
    name: 'exim-sasl-socket-broken',
    first: /^logins are refused on submission and submissions: 435 Unable to authenticate at present/,
    helps: /server_condition/,
  },
  {
    name: 'exim-tls-forced-on-25',
    first: /^mx: .*530 5\.7\.0 Must issue a STARTTLS command first/,
    helps: /acl_smtp_mail/,
  },
  // Whoever is trusted needs no login, and may write to any address.
  {
    name: 'exim-relay-from-everybody',
    first: /^RCPT TO:<\S+@relay\.example>: expected .*, got 250 Accepted/,
    helps: /relay_from_hosts/,
  },
  {
    name: 'exim-catch-all',
    first: /^RCPT TO:<\S+@example\.test>: expected .*, got 250 Accepted/,
    helps: /routers that accept every name/,
  },
  { name: 'exim-mail-discarded', first: /^accepted mail does not arrive, although/, helps: /transport/ },
];

/** The height of a screen. */
const mostLines = 60;

/** Each recorded run, read once for all tests, and its causes. */
const runs = new Map<string, { readonly events: readonly RunEvent[]; readonly causes: readonly Cause[] }>();

function readRun(name: string) {
  const events = recordedRun(name);
  const causes = collectCauses();
  for (const event of events) if (event.type === 'scenario') causes.add(event.result);
  const run = { events, causes: causes.list() };
  runs.set(name, run);
  return run;
}

const runOf = (name: string) => runs.get(name) ?? readRun(name);
const eventsOf = (name: string) => runOf(name).events;
const causesOf = (name: string) => runOf(name).causes;

describe('a server that protects itself', () => {
  const { listen } = peers();
  const pop3: Script = async (talk) => {
    talk.write('+OK ready\r\n');
    while (true) talk.write(/^PASS/.test(await talk.line()) ? '-ERR [LOGIN-DELAY] Once a minute\r\n' : '+OK\r\n');
  };
  const mail = '[expect: 220, { send: "MAIL FROM:<a@b>", expect: 250 }, { send: "RCPT TO:<c@d>", expect: 250 }]';
  const login = '[expect: +OK, { send: USER a, expect: +OK }, { send: PASS b, expect: +OK }]';
  const rows: readonly (readonly [
    name: string,
    scheme: string,
    Script,
    dialogue: string,
    title: RegExp,
    fix: RegExp,
  ])[] = [
    [
      'greylisting',
      'smtp',
      smtpScript({ RCPT: '451 4.7.1 Greylisted, come back in 00:04:59' }),
      mail,
      /^it: mail from clients that it does not know is deferred \(greylisting\): 451 /,
      /greylisting_wait/,
    ],
    [
      'a refused name',
      'smtp',
      smtpScript({ RCPT: '450 4.7.1 <client.example>: Helo command rejected: Host not found' }),
      mail,
      /^it: the name in EHLO is refused: 450 /,
      /"helo"/,
    ],
    ['a login delay', 'pop3', pop3, login, /^it: a user may log in only so often: -ERR /, /login_delay_wait/],
  ];
  for (const [name, scheme, script, dialogue, title, fix] of rows)
    it(`by ${name} is no server that does not answer`, async () => {
      const peer = await listen(script);
      const scenario = (at: number) => `- { name: number ${at}, severity: critical, dialogue: ${dialogue} }`;
      const text = `suite: S\nserver: it\nscenarios:\n${[1, 2].map(scenario).join('\n')}\n`;
      const causes = collectCauses();
      for (const result of (await play(text, { servers: { it: peer.url(scheme) } })).results) causes.add(result);
      const [cause, ...others] = causes.list() as [Cause, ...Cause[]];
      assert.deepEqual(others, []);
      assert.deepEqual([cause.kind, cause.severity, cause.count], ['defended', 'info', 2]);
      assert.match(causeWords(cause), title);
      assert.match(cause.remedies[0]?.text ?? '', fix);
    });
});

describe('a reply of SMTP that is tried again', () => {
  const { listen } = peers();

  it('is no mail that does not arrive', async () => {
    const peer = await listen(smtpScript());
    const again = '{ within: 100ms, every: 20ms, dialogue: [{ send: VRFY bob, expect: 502 }] }';
    const text = `suite: S\nserver: it\nscenarios: [{ name: a, dialogue: [{ expect: 220 }, { eventually: ${again} }] }]`;
    const causes = collectCauses();
    for (const result of (await play(text, { servers: { it: peer.url('smtp') } })).results) causes.add(result);
    const [cause] = causes.list();
    assert.match(cause === undefined ? '' : causeWords(cause), /^VRFY bob: expected 502, got 250 2\.0\.0 OK/);
    assert.equal(cause?.kind, 'accepted');
  });
});

describe('an IMAP command that the server does not know', () => {
  it('is no mail that does not arrive, though it is tried again', async () => {
    const { url, stop } = await serveLines(() => ({
      greeting: '* OK hello\r\n',
      line: (line) => ({ text: `${line.split(' ', 1)[0]} BAD unknown\r\n` }),
    }));
    try {
      const again = '{ within: 100ms, every: 20ms, dialogue: [{ send: "UID EXPUNGE 1", expect: OK }] }';
      const text = `suite: S\nserver: it\nscenarios: [{ name: a, dialogue: [{ expect: OK }, { eventually: ${again} }] }]`;
      const causes = collectCauses();
      const { results } = await play(text, { servers: { it: url.replace('tcp:', 'imap:') } });
      for (const result of results) causes.add(result);
      assert.deepEqual(
        causes.list().map(({ kind }) => kind),
        ['refused'],
      );
    } finally {
      await stop();
    }
  });
});

describe('a reply that breaks the protocol', () => {
  it('is remedied as such, and not as what the scenario is about', async () => {
    const { url, stop } = await serveLines(() => ({
      greeting: '* OK hello\r\n',
      line: (line) => ({ text: `* BYE\r\n${line.split(' ', 1)[0]} OK done\r\n` }),
    }));
    try {
      const text =
        'suite: S\ndescription: Nobody can connect.\nremedy: { any: Start the service. }\nserver: it\nscenarios: [{ name: a, dialogue: [{ expect: OK }, { send: LOGOUT, expect: OK }] }]';
      const causes = collectCauses();
      const { results } = await play(text, { servers: { it: url.replace('tcp:', 'imap:') } });
      for (const result of results) causes.add(result);
      const [cause] = causes.list();
      assert.ok(cause !== undefined);
      assert.equal(cause.severity, 'low');
      assert.match(meaningOf(cause) ?? '', /^A reply breaks the protocol/);
      assert.match(cause.remedies[0]?.text ?? '', /^Update the server/);
    } finally {
      await stop();
    }
  });
});

describe('causes of recorded runs', () => {
  after(() => runs.clear());

  for (const { name, first, helps } of recorded) {
    it(`${name}: few, and the first one is what is wrong`, () => {
      const causes = causesOf(name);
      const titles = causes.map(causeWords);
      assert.ok(causes.length >= 1 && causes.length <= 5, titles.join('\n'));
      assert.match(titles[0] ?? '', first);
      const remedies = causes[0]?.remedies.map(({ text }) => text).join('\n') ?? '';
      assert.match(remedies, helps);
      // A replaced passage of Exim's configuration has no name: its row says what is named instead.
      const settings = settingsOf(brokenServer(name));
      assert.ok(settings.length > 0 || name.startsWith('exim-'), name);
      assert.ok(settings.length === 0 || settings.some((setting) => remedies.includes(setting)), remedies);
    });

    it(`${name}: the whole text fits on a screen`, async () => {
      const text = (await reportOf(create, eventsOf(name), { list: false })).replace(/^.*\r\x1b\[K/gm, '');
      const path = join(projectFolder(), 'fixtures', 'causes', `${name}.terminal.txt`);
      if (process.env['UPDATE']) writeFileSync(path, text);
      assert.equal(text, readFileSync(path, 'utf8'));
      assert.ok(text.split('\n').length <= mostLines, text);
      // A remedy contains Exim's own syntax.
      assert.doesNotMatch(text, /\$\{(?!readsocket…\})/);
    });
  }

  it('have a remedy of certificates, whichever scenario met one that expired', () => {
    const results = eventsOf('certificate-expired').flatMap((event) =>
      event.type === 'scenario' ? [event.result] : [],
    );
    const suites = new Set(causesOf('certificate-expired')[0]?.suites.keys());
    assert.ok(suites.size > 10);
    for (const suite of suites) {
      const causes = collectCauses();
      for (const each of results) if (each.scenario.suite.id === suite) causes.add(each);
      const found = causes.list().find(({ kind }) => kind === 'certificate');
      for (const { text } of found?.remedies ?? []) assert.match(text, /[Cc]ertificate/, suite);
      assert.notEqual(found?.remedies.length ?? 0, 0, suite);
    }
  });

  it('count every scenario that did not pass once, by how it ended', () => {
    for (const { name } of recorded) {
      const causes = causesOf(name);
      const counts = eventsOf(name).flatMap((event) => (event.type === 'end' ? [event.summary.counts] : []))[0];
      for (const outcome of ['failed', 'errored', 'blocked', 'warning'] as const) {
        const counted = causes.reduce((sum, { outcomes }) => sum + (outcomes.get(outcome) ?? 0), 0);
        assert.equal(counted, counts?.[outcome], `${name}: ${outcome}`);
      }
      for (const { count, outcomes, scenarios, suites } of causes) {
        assert.equal(
          [...outcomes.values()].reduce((sum, each) => sum + each, 0),
          count,
        );
        assert.equal(
          [...suites.values()].reduce((sum, each) => sum + each, 0),
          count,
        );
        assert.equal(new Set(scenarios).size, count);
      }
    }
  });

  it('come in the same order, whatever ended first', () => {
    for (const { name } of recorded) {
      const causes = collectCauses();
      for (const event of [...eventsOf(name)].reverse()) if (event.type === 'scenario') causes.add(event.result);
      assert.deepEqual(causes.list().map(causeWords), causesOf(name).map(causeWords), name);
    }
  });
});
