import assert from 'node:assert/strict';
import { describeServers } from '../../fixtures/servers/missing.ts';
import { sharedConfiguration } from '../../fixtures/servers/playing.ts';
import { dialogue, outdent } from '../../fixtures/testing/plan.ts';
import { passes } from '../../fixtures/testing/play.ts';

async function plays(text: string): Promise<void> {
  await passes(outdent(text), { config: await sharedConfiguration() });
}

/**
 * Puts a message into bob's mailbox, and logs in there. `${last}` is its number; other messages may arrive after it.
 */
const withMessage = (body: string, steps: string) => `
suite: S
connections: { pop3: pop3s, lmtp: lmtp, imap: imaps }
scenarios:
  - name: one
    dialogue:
      - { on: lmtp, expect: 220 }
      - { on: lmtp, send: LHLO client.example, expect: 250 }
      - { on: lmtp, send: "MAIL FROM:<\${sender}>", expect: 250 }
      - { on: lmtp, send: "RCPT TO:<\${recipient}>", expect: 250 }
      - { on: lmtp, send: DATA, expect: 354 }
      - { on: lmtp, message: { raw: ${JSON.stringify(body)} }, expect: 250 }
      - { on: lmtp, send: QUIT, expect: 221 }
      - on: imap
        use: "mailspec:imap#login"
        with: { user: "\${recipient}", password: "\${recipient_password}" }
      - { on: imap, use: "mailspec:imap#find" }
      - { on: imap, use: "mailspec:imap#logout" }
      - { on: pop3, expect: +OK }
      - on: pop3
        authenticate: { mechanism: user-pass, user: "\${recipient}", password: "\${recipient_password}" }
        expect: +OK Logged in
      - { on: pop3, send: "LIST \${seq}", expect: +OK, capture: { last: "/^(\\\\d+) \\\\d+$/" } }
${outdent(steps)
  .replace(/^- \{ /gm, '- { on: pop3, ')
  .replace(/^(?=.)/gm, '      ')}
`;

describeServers(['postfix', 'dovecot'], 'POP3 against Dovecot', () => {
  it('reads a body where the command has one, and unstuffs it', () =>
    plays(
      withMessage(
        'Subject: dots ${scenario.id}\n\n.a line\n..\n.\nthe end\n',
        `
          - { send: "RETR \${last}", expect: { status: +OK, lines: ["Subject: dots \${scenario.id}", "", .a line, "..", ".", the end] } }
          - { send: "RETR \${last}", expect: { lines: { ordered: [/^Subject:/, .a line, the end] } } }
          - { send: "RETR \${last}", expect: { lines: { length: { at_least: 6 }, excludes: .. the end, includes: ".." } } }
          - { send: "RETR \${last}", expect: [+OK, "/dots \${scenario.id}/", /(?s)the end$/] }
          - { send: "RETR \${last}", expect: +OK, capture: { subject: "/(?m)^Subject: (.*)$/" } }
          - { send: "TOP \${last} 1", expect: { status: +OK, lines: ["Subject: \${subject}", .a line], not: { lines: [the end] } } }
          - { send: "TOP \${last} 0", expect: { status: +OK, text: { not: { contains: .a line } } } }
          - { send: LIST, expect: { status: +OK, lines: ["/^\${last} \\\\d+$/"] } }
          - { send: "LIST \${last}", expect: "+OK \${last}" }
          - { send: "LIST \${last}", expect: { status: +OK, lines: { length: 1 } } }
          - { send: UIDL, expect: { status: +OK, lines: ["/^\${last} \\\\S+$/"] } }
          - { send: "UIDL \${last}", expect: { status: +OK, text: "/^\${last} /" } }
          - { send: "DELE \${last}", expect: +OK }
          - { send: "RETR \${last}", expect: -ERR Message is deleted }
          - { send: RETR 99999, expect: { status: -ERR, text: /no message/i } }
          - { send: RSET, expect: +OK }
          - { send: "DELE \${last}", expect: +OK }
          - { send: NOOP, expect: +OK }
          - { send: QUIT, expect: +OK Logging out }
          - { expect: closed }
        `,
      ),
    ));

  it('answers a pipeline in order, bodies and none', () =>
    plays(`
      suite: S
      server: pop3s
      scenarios:
        - name: one
          dialogue:
            - expect: +OK
            - pipeline:
                - { send: CAPA, expect: { capabilities: { TOP: true, SASL: [PLAIN, LOGIN], USER: true, STLS: false, PIPELINING: true } } }
                - { send: "USER \${user}", expect: +OK }
                - { send: "PASS \${password}", expect: +OK }
                - { send: NOOP, expect: +OK }
                - { send: CAPA, expect: { lines: [TOP, UIDL], capabilities: { SASL: false, RESP-CODES: true } } }
                - { send: QUIT, expect: +OK }
            - expect: closed
    `));

  it('encrypts by starttls and by hand; passwords are refused before', () =>
    plays(`
      suite: S
      server: pop3
      scenarios:
        - name: one
          dialogue:
            - expect: +OK
            - send: CAPA
              expect: { status: +OK, capabilities: { STLS: true, USER: false, SASL: { not: PLAIN } } }
            - { send: "USER \${user}", expect: "-ERR [AUTH]" }
            - { send: "USER \${user}", expect: { status: -ERR, response_code: AUTH } }
            - starttls: {}
              expect: +OK
            - { send: CAPA, expect: { capabilities: { STLS: false, USER: true, SASL: [PLAIN] } } }
            - authenticate: { mechanism: user-pass, user: "\${user}", password: nonsense }
              expect: "-ERR [AUTH] Authentication failed"
            - { send: QUIT, expect: +OK }
            - expect: closed
            - expect: +OK
            - { send: STLS, expect: +OK Begin TLS }
            - handshake
            - { send: "USER \${user}", expect: +OK }
            - { send: "PASS \${password}", expect: +OK }
            - { send: STLS, expect: -ERR }
    `));

  it('authenticates by hand, with a challenge and without one, and by APOP', () =>
    plays(`
      suite: S
      server: pop3s
      scenarios:
        - name: one
          variables: { plain: "\\0\${user}\\0\${password}" }
          dialogue:
            - expect: [+OK, "/<[^>]+@[^>]+>/"]
            - authenticate: { mechanism: apop, user: "\${user}", password: "\${password}" }
              expect: +OK Logged in
            - { send: QUIT, expect: +OK }
            - expect: closed
            - expect: +OK
            - authenticate: { mechanism: apop, user: "\${user}", password: "other" }
              expect: -ERR
            - { send: AUTH PLAIN, expect: + }
            - { send: "*", expect: -ERR }
            - { send: AUTH PLAIN, expect: + }
            - { send: "\${plain|base64}", expect: +OK }
            - { send: QUIT, expect: +OK }
            - expect: closed
            - expect: +OK
            - { send: "AUTH PLAIN \${plain|base64}", expect: +OK }
    `));

  it('does not show the password, nor what APOP made of it', async () => {
    const result = await passes(
      dialogue(
        outdent(`
          - expect: +OK
          - authenticate: { mechanism: apop, user: "\${user}", password: "\${password}" }
          - { send: QUIT, expect: +OK }
          - expect: closed
          - expect: +OK
          - authenticate: { mechanism: user-pass, user: "\${user}", password: "\${password}" }
        `),
        'server: pop3s',
      ),
      { config: await sharedConfiguration() },
    );
    const sent = result.transcript.flatMap((line) =>
      line.from === 'client' && /^(?:APOP|PASS)/.test(line.text) ? [line.text] : [],
    );
    assert.deepEqual(sent, ['APOP alice@example.test «password»␍␊', 'PASS «password»␍␊']);
  });
});
