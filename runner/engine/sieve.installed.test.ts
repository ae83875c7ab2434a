import assert from 'node:assert/strict';
import { describeServers } from '../../fixtures/servers/missing.ts';
import { sharedConfiguration } from '../../fixtures/servers/playing.ts';
import { outdent } from '../../fixtures/testing/plan.ts';
import { fails, passes } from '../../fixtures/testing/play.ts';

const suite = (steps: string) => `
suite: S
server: sieve
scenarios:
  - name: one
    variables: { script: "script \${scenario.id}" }
    dialogue:
      - expect: OK
      - starttls
      - expect: OK
      - authenticate: { mechanism: PLAIN, user: "\${user}", password: "\${password}" }
        expect: OK Logged in
${outdent(steps).replace(/^(?=.)/gm, '      ')}
`;

describeServers(['postfix', 'dovecot'], 'ManageSieve against Dovecot', () => {
  it('greets with its capabilities, and says them again after TLS', async () => {
    await passes(
      outdent(`
        suite: S
        server: sieve
        scenarios:
          - name: one
            dialogue:
              - expect:
                  status: OK
                  capabilities: { IMPLEMENTATION: /Dovecot/, SIEVE: [fileinto, vacation], STARTTLS: true, SASL: { equals: [] }, VERSION: "1.0" }
                  lines: ['"SASL" ""', /^"SIEVE" /]
              - { send: CAPABILITY, expect: { status: OK, capabilities: { STARTTLS: true } } }
              - { send: 'AUTHENTICATE "PLAIN"', expect: NO }
              - starttls: {}
                expect: OK Begin TLS
              - expect: { status: OK, capabilities: { STARTTLS: false, SASL: [plain, LOGIN] } }
              - { send: LOGOUT, expect: OK }
              - expect: closed
              - expect: OK
              - { send: STARTTLS, expect: OK }
              - handshake
              - expect: { status: OK, capabilities: { STARTTLS: false } }
              - authenticate: { mechanism: PLAIN, user: "\${user}", password: nonsense }
                expect: NO Authentication failed
              - { send: LOGOUT, expect: OK }
      `),
      { config: await sharedConfiguration() },
    );
  });

  it('fails where the capabilities after TLS go unread', async () => {
    const { code } = await fails(
      outdent(`
        suite: S
        server: sieve
        scenarios:
          - name: one
            dialogue:
              - expect: OK
              - starttls
      `),
      { config: await sharedConfiguration() },
    );
    assert.equal(code, 'reply.unread');
  });

  it('authenticates by hand', async () => {
    await passes(
      outdent(`
        suite: S
        server: sieve
        scenarios:
          - name: one
            dialogue:
              - expect: OK
              - starttls
              - expect: OK
              - { send: 'AUTHENTICATE "PLAIN"', expect: + }
              - { send: '"*"', expect: NO }
              - { send: 'AUTHENTICATE "LOGIN"', expect: { status: +, text: { base64: "/^User/" } } }
              - { send: '"\${user|base64}"', expect: [+, /^UGFzc/] }
              - { send: '"\${password|base64}"', expect: OK Logged in }
      `),
      { config: await sharedConfiguration() },
    );
  });

  it('puts, checks, lists, activates, shows and deletes scripts', async () => {
    await passes(
      suite(`
        - send: ['PUTSCRIPT "\${script}" ', { literal: "require [\\"fileinto\\"];\\r\\nfileinto \\"Junk\\";\\r\\n" }]
          expect: OK
        - send: ['CHECKSCRIPT ', { literal: "keep;\\r\\n" }]
          expect: OK
        - send: ['PUTSCRIPT "bad" ', { literal: "no sieve at all\\r\\n" }]
          expect: { status: NO, text: "/line 2: error/" }
        - { send: LISTSCRIPTS, expect: { status: OK, lines: ['"\${script}"'] } }
        - { send: LISTSCRIPTS, expect: [OK, '/"\${script}"/'] }
        - { send: 'SETACTIVE "\${script}"', expect: OK }
        - { send: LISTSCRIPTS, expect: { status: OK, lines: ['"\${script}" ACTIVE'] } }
        - { send: 'DELETESCRIPT "\${script}"', expect: NO (ACTIVE) }
        - { send: 'DELETESCRIPT "\${script}"', expect: { status: NO, response_code: ACTIVE, text: /active/ } }
        - { send: 'GETSCRIPT "\${script}"', expect: { status: OK, lines: { exactly: ['require ["fileinto"];', 'fileinto "Junk";'] } } }
        - { send: 'GETSCRIPT "none"', expect: { status: NO, response_code: NONEXISTENT } }
        - { send: 'SETACTIVE ""', expect: OK }
        - { send: 'DELETESCRIPT "\${script}"', expect: OK }
        - { send: 'HAVESPACE "x" 100', expect: OK }
        - { send: NOSUCH, expect: NO }
        - { send: LOGOUT, expect: OK }
        - expect: closed
      `),
      { config: await sharedConfiguration() },
    );
  });

  it('has an effect: an active script files a message', async () => {
    await passes(
      outdent(`
        suite: S
        connections: { sieve: sieve, lmtp: lmtp, imap: imaps }
        scenarios:
          - name: one
            exclusive: [mailbox of bob]
            dialogue:
              - { on: sieve, expect: OK }
              - { on: sieve, starttls: }
              - { on: sieve, expect: OK }
              - on: sieve
                authenticate: { mechanism: PLAIN, user: "\${recipient}", password: "\${recipient_password}" }
              - on: sieve
                send: ['PUTSCRIPT "filing" ', { literal: "require [\\"fileinto\\"];\\r\\nif header :contains \\"Subject\\" \\"\${scenario.id}\\" { fileinto \\"Junk\\"; }\\r\\n" }]
                expect: OK
              - { on: sieve, send: 'SETACTIVE "filing"', expect: OK }
              - { on: lmtp, expect: 220 }
              - { on: lmtp, send: LHLO client.example, expect: 250 }
              - { on: lmtp, send: "MAIL FROM:<\${sender}>", expect: 250 }
              - { on: lmtp, send: "RCPT TO:<\${recipient}>", expect: 250 }
              - { on: lmtp, send: DATA, expect: 354 }
              - { on: lmtp, message: { subject: "\${scenario.id}" }, expect: 250 }
              - { on: imap, expect: OK }
              - on: imap
                authenticate: { mechanism: PLAIN, user: "\${recipient}", password: "\${recipient_password}" }
              - { on: imap, send: EXAMINE Junk, expect: OK }
              - { on: imap, send: "SEARCH SUBJECT \${scenario.id}", expect: { status: OK, untagged: [{ SEARCH: { length: 1 } }] } }
      `),
      { config: await sharedConfiguration() },
    );
  });
});
