import assert from 'node:assert/strict';
import { accounts } from '../../fixtures/servers/accounts.ts';
import { bearerToken } from '../../fixtures/servers/dovecot-files.ts';
import { type MailServer, sharedMailServer } from '../../fixtures/servers/mail-server.ts';
import { describeServers } from '../../fixtures/servers/missing.ts';
import { type PlayOptions, play, playSteps, spoken, told } from '../../fixtures/testing/play.ts';
import { actualIn, headlineIn } from '../../fixtures/testing/worded.ts';

/** 2100-01-01, in seconds. */
const late = 4_102_444_800;

describeServers(['postfix', 'dovecot'], 'SMTP and LMTP with Postfix and Dovecot', () => {
  let server: MailServer;
  let options: PlayOptions;
  before(async () => {
    server = await sharedMailServer();
    options = {
      servers: {
        submission: { url: server.urls.submission, tls: { ca: server.ca } },
        submissions: { url: server.urls.submissions, tls: { ca: server.ca } },
      },
      variables: { user: accounts.alice.user, odd_user: accounts.carol.user },
      secrets: {
        password: accounts.alice.password,
        odd_password: accounts.carol.password,
        token: bearerToken(accounts.alice.user, late),
      },
    };
  });

  const all = '[PLAIN, LOGIN, CRAM-MD5, DIGEST-MD5, SCRAM-SHA-1, SCRAM-SHA-256, XOAUTH2, OAUTHBEARER]';
  const suite = (each: string, credentials: string, expectation: string) => `
    suite: Mechanisms
    server: submission
    scenarios:
      - name: \${mechanism} \${initial}
        each: { mechanism: ${each}, initial: [true, false] }
        dialogue:
          - use: mailspec:smtp#encrypted
          - authenticate: { mechanism: "\${mechanism}", initial_response: "\${initial}", ${credentials} }
            expect: ${expectation}
          - send: NOOP
            expect: 250
          - send: QUIT
            expect: 221
    `;

  it('succeeds with every mechanism that they have, with and without an initial response', async () => {
    const { results } = await play(
      suite(all, 'user: "${user}", password: "${password}", token: "${token}"', '235'),
      options,
    );
    assert.equal(results.length, 16);
    assert.deepEqual(results.filter(({ outcome }) => outcome !== 'passed').map(told), []);
    for (const result of results) {
      const text = spoken(result).join('\n');
      assert.ok(!text.includes(accounts.alice.password), text);
      if (!result.scenario.name.startsWith('LOGIN')) assert.match(text, /C: (AUTH \S+ )?«(password|token)»/, text);
    }
    // RFC 4954 section 4: without an initial response the command has no argument.
    const alone = results.find(({ scenario }) => scenario.name === 'PLAIN false');
    assert.ok(alone && spoken(alone).includes('C: AUTH PLAIN␍␊'), alone && told(alone));
  });

  it('takes any characters of a password', async () => {
    const { results } = await play(
      suite('[PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256]', 'user: "${odd_user}", password: "${odd_password}"', '235'),
      options,
    );
    assert.deepEqual(results.filter(({ outcome }) => outcome !== 'passed').map(told), []);
  });

  it('shows its expectation the refusal of wrong credentials, after which the session goes on', async () => {
    const { results } = await play(
      suite(all, 'user: "${user}", password: wrong, token: wrong', '{ code: 535, enhanced: 5.7.8 }'),
      options,
    );
    assert.deepEqual(results.filter(({ outcome }) => outcome !== 'passed').map(told), []);
  });

  it('without an expectation must succeed', async () => {
    const steps = (password: string) =>
      `- use: mailspec:smtp#hello\n- authenticate: { mechanism: PLAIN, user: "\${user}", password: "${password}" }`;
    const good = await playSteps(steps('${password}'), {
      ...options,
      server: { url: server.urls.submissions, tls: { ca: server.ca } },
    });
    assert.equal(good.outcome, 'passed', told(good));
    const bad = await playSteps(steps('wrong'), {
      ...options,
      server: { url: server.urls.submissions, tls: { ca: server.ca } },
    });
    assert.equal(bad.outcome, 'failed');
    assert.match(
      headlineIn(bad),
      /^(?:AUTH PLAIN|answer to the challenge of PLAIN): expected a positive reply, got 535 /,
      told(bad),
    );
    assert.match(actualIn(bad), /535 5\.7\.8/);
  });

  it('delivers what LMTP is given, one reply a recipient', async () => {
    const result = await playSteps(
      `
      - expect: 220
      - send: LHLO client.example
        expect: { code: 250, extensions: { PIPELINING: true, 8BITMIME: true } }
      - pipeline:
          - { send: "MAIL FROM:<sender@somewhere.example>", expect: 250 }
          - { send: "RCPT TO:<${accounts.alice.user}>", expect: 250 }
          - { send: "RCPT TO:<nobody@example.test>", expect: 550 }
          - { send: "RCPT TO:<${accounts.bob.user}>", expect: 250 }
          - { send: DATA, expect: 354 }
      - message: { from: sender@somewhere.example, to: "${accounts.bob.user}", subject: "\${scenario.id}", text: "Hello" }
        expect: 250 2.0.0 <${accounts.alice.user}>
      - expect: 250 2.0.0 <${accounts.bob.user}>
      - send: QUIT
        expect: 221
      `,
      { server: server.urls.lmtpSocket },
    );
    assert.equal(result.outcome, 'passed', told(result));
  });
});
