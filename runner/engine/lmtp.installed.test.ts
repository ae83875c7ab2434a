import assert from 'node:assert/strict';
import { describeServers } from '../../fixtures/servers/missing.ts';
import { sharedConfiguration } from '../../fixtures/servers/playing.ts';
import { outdent } from '../../fixtures/testing/plan.ts';
import { fails, passes } from '../../fixtures/testing/play.ts';

const config = () => sharedConfiguration();

const suite = (steps: string, server = 'lmtp') => `
suite: S
server: ${server}
scenarios:
  - name: one
    dialogue:
      - expect: 220
      - { send: LHLO client.example, expect: [250-PIPELINING, { extensions: { 8BITMIME: true, STARTTLS: true } }] }
      - { send: "MAIL FROM:<\${sender}>", expect: 250 2.1.0 }
${outdent(steps).replace(/^(?=.)/gm, '      ')}
`;

const twoRecipients = `
  - { send: "RCPT TO:<\${user}>", expect: 250 2.1.5 }
  - { send: "RCPT TO:<\${unknown_user}>", expect: 550 5.1.1 }
  - { send: "RCPT TO:<\${recipient}>", expect: 250 }
  - { send: DATA, expect: 354 }
`;

describeServers(['postfix', 'dovecot'], 'LMTP against Dovecot', () => {
  for (const server of ['lmtp', 'lmtp_unix']) {
    it(`has a reply for each recipient that was accepted (${server})`, async () => {
      await passes(
        suite(
          `${outdent(twoRecipients)}
- message: { from: "\${sender}", subject: "\${scenario.id}", text: "For two." }
  expect: { code: 250, enhanced: 2.0.0, text: { contains: "<\${user}>" } }
- expect: [250 2.0.0, "/<\${recipient}>/"]
- { send: QUIT, expect: 221 }
- expect: closed`,
          server,
        ),
        { config: await config() },
      );
    });
  }

  it('fails where the reply for a recipient is not expected, however late it comes', async () => {
    const { code } = await fails(suite(`${outdent(twoRecipients)}\n- { message: { subject: x }, expect: 250 }`), {
      config: await config(),
    });
    assert.equal(code, 'reply.unread');
  });

  it('has one reply for each of them where the mailbox is full', async () => {
    await passes(
      suite(`
        - { send: "RCPT TO:<\${user}>", expect: 250 }
        - { send: "RCPT TO:<\${full_user}>", expect: 250 }
        - { send: DATA, expect: 354 }
        - { message: { subject: "\${scenario.id}", size: 8KiB }, expect: 250 }
        - expect: { code: [452, 552], enhanced: [4.2.2, 5.2.2] }
        - { send: QUIT, expect: 221 }
      `),
      { config: await config() },
    );
  });

  it('takes BDAT chunks, and forgets recipients after RSET', async () => {
    await passes(
      suite(`
        - { send: "RCPT TO:<\${user}>", expect: 250 }
        - { send: RSET, expect: 250 }
        - { send: "MAIL FROM:<\${sender}>", expect: 250 }
        - { send: "RCPT TO:<\${user}>", expect: 250 }
        - { send: "RCPT TO:<\${recipient}>", expect: 250 }
        - { message: { subject: "\${scenario.id}", size: 5KiB, bdat: 2KiB }, expect: 250 }
        - expect: 250
      `),
      { config: await config() },
    );
  });

  it('refuses EHLO, and encrypts', async () => {
    await passes(
      outdent(`
        suite: S
        server: lmtp
        scenarios:
          - name: one
            dialogue:
              - expect: 220
              - { send: EHLO client.example, expect: [500, 5xx] }
              - { send: LHLO client.example, expect: 250-STARTTLS }
              - starttls
              - { send: LHLO client.example, expect: { code: 250, extensions: { STARTTLS: false } } }
      `),
      { config: await config() },
    );
  });
});
