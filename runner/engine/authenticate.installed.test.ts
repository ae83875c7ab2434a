import assert from 'node:assert/strict';
import { describeServers } from '../../fixtures/servers/missing.ts';
import { sharedConfiguration } from '../../fixtures/servers/playing.ts';
import { outdent } from '../../fixtures/testing/plan.ts';
import { play, told } from '../../fixtures/testing/play.ts';
import { linesIn } from '../../fixtures/testing/worded.ts';

const passwords = ['PLAIN', 'LOGIN', 'CRAM-MD5', 'DIGEST-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-256'];
const tokens = ['XOAUTH2', 'OAUTHBEARER'];

/** The steps before a login, the reply to a login, and the reply to a refused one. */
const protocols = {
  imaps: { before: '- expect: OK', yes: 'OK', no: 'NO' },
  pop3s: { before: '- expect: +OK', yes: '+OK', no: '-ERR' },
  submissions: { before: '- expect: 220\n- { send: EHLO client.example, expect: 250-AUTH }', yes: '235', no: '535' },
  sieve: { before: '- expect: OK\n- starttls\n- expect: OK', yes: 'OK', no: 'NO' },
} as const;

describeServers(['postfix', 'dovecot'], 'authenticate against Dovecot and Postfix', () => {
  for (const [server, { before, yes, no }] of Object.entries(protocols)) {
    it(`logs in by every mechanism, and is refused by every one (${server})`, async () => {
      const anonymous = server === 'imaps' || server === 'pop3s' ? ['ANONYMOUS'] : [];
      const cases = [...passwords, ...tokens, ...anonymous].flatMap((mechanism) =>
        ['true', 'false'].map((initial) => ({ mechanism, initial, wrong: false })),
      );
      const refused = [...passwords, ...tokens].map((mechanism) => ({ mechanism, initial: 'true', wrong: true }));
      const scenarios = [...cases, ...refused].map(({ mechanism, initial, wrong }) => {
        const [password, token] = wrong ? ['wrong', 'wrong'] : ['${password}', '${token}'];
        return [
          `  - name: ${mechanism} ${initial} ${wrong}`,
          '    dialogue:',
          before.replace(/^/gm, '      '),
          `      - authenticate: { mechanism: ${mechanism}, user: "\${user}", password: "${password}", token: "${token}", initial_response: ${initial} }`,
          `        expect: "${wrong ? no : yes}"`,
        ].join('\n');
      });
      const { results } = await play(`suite: S\nserver: ${server}\nscenarios:\n${scenarios.join('\n')}\n`, {
        config: await sharedConfiguration(),
      });
      for (const result of results) assert.equal(result.outcome, 'passed', told(result));
      assert.equal(results.length, cases.length + refused.length);
    });
  }

  it('logs in by EXTERNAL with the certificate of a client', async () => {
    const { results } = await play(
      outdent(`
        suite: S
        scenarios:
          - name: imaps
            server: imaps-external
            dialogue: [{ expect: OK }, { authenticate: { mechanism: EXTERNAL }, expect: OK }]
          - name: imaps, a challenge first
            server: imaps-external
            dialogue: [{ expect: OK }, { authenticate: { mechanism: EXTERNAL, initial_response: false }, expect: OK }]
          - name: imap
            server: imap-external
            dialogue: [{ expect: OK }, starttls, { authenticate: { mechanism: EXTERNAL, authzid: "\${user}" }, expect: OK }]
          - name: pop3
            server: pop3-external
            dialogue: [{ expect: +OK }, starttls, { authenticate: { mechanism: EXTERNAL }, expect: +OK }]
          - name: sieve
            server: sieve-external
            dialogue: [{ expect: OK }, starttls, { expect: OK }, { authenticate: { mechanism: EXTERNAL }, expect: OK }]
          - name: without a certificate
            server: imaps
            dialogue: [{ expect: OK }, { authenticate: { mechanism: EXTERNAL, authzid: "\${user}" }, expect: "NO" }]
      `),
      { config: await sharedConfiguration() },
    );
    for (const result of results) assert.equal(result.outcome, 'passed', told(result));
  });

  it('shows no form of the password', async () => {
    const config = await sharedConfiguration();
    const scenarios = [...passwords, ...tokens].map(
      (mechanism) => `
  - name: ${mechanism}
    dialogue:
      - expect: OK
      - authenticate: { mechanism: ${mechanism}, user: "\${user}", password: "\${password}", token: "\${token}" }`,
    );
    const { results } = await play(`suite: S\nserver: imaps\nscenarios:${scenarios.join('')}\n`, { config });
    const shown = results.flatMap(linesIn).join('\n');
    assert.doesNotMatch(shown, /wonderland/);
    const decoded = shown.split(/[^A-Za-z0-9+/=]+/).map((word) => Buffer.from(word, 'base64').toString('latin1'));
    assert.ok(
      decoded.every((text) => !text.includes('wonderland') && !text.includes('Bearer ey')),
      'no base64 of a secret is shown',
    );
    for (const result of results) assert.equal(result.outcome, 'passed', told(result));
  });
});
