import assert from 'node:assert/strict';
import { describeServers } from '../../fixtures/servers/missing.ts';
import { sharedConfiguration } from '../../fixtures/servers/playing.ts';
import { dialogue, outdent } from '../../fixtures/testing/plan.ts';
import { type Failure, fails, passes } from '../../fixtures/testing/play.ts';

/** After a login on imaps, with a folder of the scenario's own: `${box}`. */
const head = `server: imaps\nvariables: { box: "imap \${scenario.id}" }`;
const login = outdent(`
  - expect: OK
  - authenticate: { mechanism: PLAIN, user: "\${user}", password: "\${password}" }
`);
const folder = `${login}\n${outdent(`
  - send: CREATE "\${box}"
    expect: OK
`)}`;
/** Two messages in the folder, which is selected. */
const messages = `${folder}\n${outdent(`
  - send: ['APPEND "\${box}" (\\Seen) "21-Nov-2020 10:00:00 +0100" ', { literal: "From: A Name <a@from.example>\\r\\nTo: b@to.example\\r\\nSubject: One\\r\\nMessage-ID: <1@from.example>\\r\\nContent-Type: text/plain; charset=utf-8\\r\\n\\r\\nhello\\r\\n" }]
    expect: OK
  - send: ['APPEND "\${box}" ', { literal: "Subject: Two\\r\\n\\r\\nzwei\\r\\n" }]
    expect: OK
  - send: SELECT "\${box}"
    expect: OK
`)}`;

async function good(before: string, steps: string): Promise<void> {
  await passes(dialogue(`${before}\n${outdent(steps)}`, head), { config: await sharedConfiguration() });
}

async function bad(before: string, steps: string): Promise<Failure> {
  return fails(dialogue(`${before}\n${outdent(steps)}`, head), { config: await sharedConfiguration() });
}

async function plays(text: string): Promise<void> {
  await passes(text, { config: await sharedConfiguration(), folder: process.cwd() });
}

describeServers(['postfix', 'dovecot'], 'IMAP against Dovecot', () => {
  describe('commands', () => {
    it('have fresh tags, and the ones that authors set', async () => {
      const result = await passes(
        dialogue(
          outdent(`
            - expect: OK
            - { send: NOOP, tag: a002, expect: OK }
            - { send: NOOP, expect: OK }
            - { send: NOOP, expect: OK }
            - { send: LOGOUT, tag: bye, expect: ["* BYE", OK] }
            - expect: closed
          `),
          head,
        ),
        { config: await sharedConfiguration() },
      );
      const sent = result.transcript.flatMap((line) => (line.from === 'client' ? line.text.split(' ', 1) : []));
      assert.deepEqual(sent, ['a002', 'a001', 'a003', 'bye']);
    });

    it('have no tag of ours where the server asked for more: AUTHENTICATE by hand, cancelled and not', () =>
      plays(`
        suite: S
        server: imaps
        scenarios:
          - name: one
            variables: { plain: "\\0\${user}\\0\${password}" }
            dialogue:
              - expect: OK
              - send: AUTHENTICATE PLAIN
                expect: +
              - send: "*"
                expect: BAD
              - send: AUTHENTICATE PLAIN
                expect: +
              - send: "\${plain|base64}"
                expect: [OK, { capabilities: { IDLE: true, "AUTH=PLAIN": false } }]
              - send: LOGOUT
                expect: OK
      `));

    it('go out as raw octets, several at once, and are answered one by one', () =>
      good(
        login,
        `
          - send: { raw: "x1 NOOP\\r\\nx2 CAPABILITY\\r\\n" }
            expect: OK NOOP
          - expect: { status: OK, capabilities: { IMAP4rev1: true } }
          - send: { lines: [NOOP, CHECK] }
          - expect: OK
          - expect: BAD
        `,
      ));

    it('go out in a pipeline, literals that wait for nobody among them', () =>
      good(
        folder,
        `
          - pipeline:
              - send: ['APPEND "\${box}" ', { literal: "Subject: x\\r\\n\\r\\n", plus: true }]
                expect: [OK, { response_code: APPENDUID }]
              - send: SELECT "\${box}"
                expect: { status: OK, untagged: [{ EXISTS: 1 }] }
              - { send: FETCH 1 FLAGS, expect: { status: OK, untagged: [{ FETCH: { FLAGS: { length: 0 } } }] } }
        `,
      ));

    it('take literals in parts: synchronising, not synchronising, from a file, several', () =>
      plays(`
        suite: S
        server: imaps
        scenarios:
          - name: one
            dialogue:
              - expect: OK
              - send: ["LOGIN ", { literal: "\${user}" }, " ", { literal: "\${password}", plus: true }]
                expect: OK
              - send: [CREATE , " ", { literal: "lit \${scenario.id}" }]
                expect: OK
              - send: ["APPEND ", { literal: "lit \${scenario.id}" }, " ", { literal: { file: package.json } }]
                expect: { status: OK, response_code: /^APPENDUID \\d+ 1$/ }
              - send: [EXAMINE , " ", { literal: "lit \${scenario.id}" }]
                expect: OK
              - send: FETCH 1 BODY[]
                expect: { status: OK, untagged: [{ FETCH: { "BODY[]": { contains: '"name": "mailspec"' } } }] }
      `));

    it('judge the answer to a literal that the server refuses', async () => {
      await good(login, `- { send: ["APPEND nowhere ", { literal: x }], expect: "NO [TRYCREATE]" }`);
      const { code } = await bad(login, `- { send: ["APPEND nowhere ", { literal: x }], expect: OK }`);
      assert.equal(code, 'reply.mismatch');
    });
  });

  describe('expect', () => {
    it('reads the greeting, its capabilities and its response code', () =>
      plays(`
        suite: S
        scenarios:
          - name: clear
            server: imap
            dialogue:
              - expect:
                  status: OK
                  response_code: CAPABILITY
                  capabilities: { IMAP4rev1: true, STARTTLS: true, LOGINDISABLED: true, AUTH: false, "AUTH=PLAIN": false }
      `));

    it('meets statuses, response codes and texts in their short forms', () =>
      good(
        login,
        `
          - { send: NOOP, expect: OK NOOP completed }
          - { send: NOSUCH, expect: BAD }
          - { send: SELECT nowhere, expect: NO Mailbox doesn't exist }
          - { send: CREATE INBOX, expect: "NO [ALREADYEXISTS] Mailbox" }
          - { send: CREATE INBOX, expect: NO Mailbox already exists }
          - { send: CREATE INBOX, expect: { status: [NO, BAD], response_code: ALREADYEXISTS } }
          - { send: EXAMINE INBOX, expect: [OK, "OK [READ-ONLY]", "* FLAGS", /completed/] }
          - { send: EXAMINE INBOX, expect: { response_code: { UIDVALIDITY: { at_least: 1 } } } }
          - { send: EXAMINE INBOX, expect: { response_code: UIDVALIDITY } }
          - { send: NOOP, expect: { one_of: [BAD, OK] } }
          - { send: NOOP, expect: { not: BAD, text: { starts_with: NOOP }, within: 5s } }
        `,
      ));

    it('reads everything up to the tagged response: responses in any order, some forbidden', () =>
      good(
        messages,
        `
          - send: SELECT "\${box}"
            expect:
              status: OK
              response_code: READ-WRITE
              untagged:
                - OK: { UIDNEXT: 3 }
                - FLAGS: [\\seen, \\ANSWERED]
                - EXISTS: 2
                - "2 EXISTS"
                - "* 2 EXISTS"
                - /^\\d+ EXISTS$/
                - { OK: { UIDVALIDITY: { capture: validity } } }
                - { none: { EXISTS: 3 } }
                - { none: "* BYE" }
                - { none: /^BYE/ }
          - send: STATUS "\${box}" (UIDVALIDITY)
            expect: { status: OK, untagged: [{ STATUS: { UIDVALIDITY: "\${validity}" } }] }
        `,
      ));

    it('looks for patterns and captures behind the status, and then in all that came', () =>
      good(
        messages,
        `
          - send: FETCH 2 (UID BODY.PEEK[TEXT])
            expect: [OK, /zwei/, /^Fetch completed/]
            capture: { uid: "/UID (\\\\d+)/" }
          - send: UID FETCH \${uid} (UID)
            expect: { status: OK, untagged: [{ FETCH: { seq: 2, UID: "\${uid}" } }], not: /zwei/ }
        `,
      ));

    it('has the untagged responses among its lines', () =>
      good(
        messages,
        `- { send: 'SELECT "\${box}"', expect: { status: OK, lines: { ordered: [/^. FLAGS/, "* 2 EXISTS", /READ-WRITE/] } } }`,
      ));

    it('stops at the responses that it asks for alone, and leaves the tagged one to whoever wants it', async () => {
      await good(
        login,
        `
          - { send: EXAMINE INBOX, expect: { untagged: [FLAGS] } }
          - { send: NOOP, expect: OK NOOP }
          - { send: LOGOUT, expect: "* BYE" }
          - expect: OK
          - expect: closed
        `,
      );
      await good(login, `- { send: LOGOUT, expect: "* BYE" }\n- expect: closed`);
      const failure = await bad(
        login,
        `
          - { send: SELECT nowhere, expect: { one_of: [{ untagged: [NOTHING] }, NO] } }
          - { send: { lines: [NOOP, NOOP] }, expect: OK }
          - { send: NOOP, expect: OK }
        `,
      );
      assert.equal(failure.code, 'reply.unread');
    });

    it('sees an untagged BAD where the tag is none', () =>
      good('- expect: OK', `- { send: NOOP, tag: "(", expect: "* BAD" }`));
  });

  describe('IDLE', () => {
    it("tells of a delivery and of another client's work, and ends with DONE", () =>
      plays(`
        suite: S
        connections: { imap: imaps, other: imaps, lmtp: lmtp }
        scenarios:
          - name: one
            exclusive: [mailbox of bob]
            dialogue:
              - { on: imap, expect: OK }
              - on: imap
                authenticate: { mechanism: PLAIN, user: "\${recipient}", password: "\${recipient_password}" }
              - on: imap
                send: SELECT INBOX
                expect: { status: OK, untagged: [{ EXISTS: { capture: before } }] }
              - { on: imap, send: IDLE, expect: + idling }
              - { on: lmtp, expect: 220 }
              - { on: lmtp, send: LHLO client.example, expect: 250 }
              - { on: lmtp, send: "MAIL FROM:<\${sender}>", expect: 250 }
              - { on: lmtp, send: "RCPT TO:<\${recipient}>", expect: 250 }
              - { on: lmtp, send: DATA, expect: 354 }
              - { on: lmtp, message: { subject: "\${scenario.id}" }, expect: 250 }
              - on: imap
                expect: { untagged: [{ EXISTS: { all_of: [{ at_least: 1 }, { capture: seq }] } }] }
              - { on: other, expect: OK }
              - on: other
                authenticate: { mechanism: PLAIN, user: "\${recipient}", password: "\${recipient_password}" }
              - on: other
                send: SELECT INBOX
                expect: { status: OK, untagged: [{ EXISTS: "\${seq}" }] }
              - on: other
                send: STORE \${seq} +FLAGS (\\Deleted)
                expect: { status: OK, untagged: [{ FETCH: { seq: "\${seq}", FLAGS: [\\Deleted] } }] }
              - on: imap
                expect: { untagged: [{ FETCH: { seq: "\${seq}", FLAGS: [\\Deleted] } }], within: 10s }
              - { on: other, send: EXPUNGE, expect: { status: OK, untagged: [{ EXPUNGE: "\${seq}" }] } }
              - { on: imap, expect: "* \${seq} EXPUNGE" }
              - { on: imap, send: DONE, expect: OK Idle completed }
      `));

    it('fails when what it waits for does not come', async () => {
      const { code, differences } = await bad(
        folder,
        `
          - { send: 'SELECT "\${box}"', expect: OK }
          - { send: IDLE, expect: + }
          - { expect: { untagged: [{ EXISTS: 1 }] }, timeout: 300ms }
        `,
      );
      assert.equal(code, 'reply.timeout');
      assert.deepEqual(differences, [': a reply <- silence']);
    });
  });

  describe('data', () => {
    it('of FETCH compare by the rules of each field', () =>
      good(
        messages,
        `
          - send: FETCH 1:2 (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE BODY.PEEK[TEXT] BODY.PEEK[HEADER.FIELDS (Subject)] BODY.PEEK[]<0.5>)
            expect:
              status: OK
              untagged:
                - FETCH: { seq: 2, UID: 2, FLAGS: { equals: [] }, "BODY[TEXT]": "zwei\\r\\n" }
                - FETCH:
                    seq: 1
                    "BODY[TEXT]": /^hello/
                    "BODY[HEADER.FIELDS (SUBJECT)]": { contains: "Subject: One" }
                    "BODY[]<0>": "From:"
                    "BODY[]": { length: 5 }
                    FLAGS: { equals: [\\seen] }
                    UID: { at_most: 1 }
                    RFC822.SIZE: { at_least: 100B, at_most: 1KiB }
                    INTERNALDATE: /^21-Nov-2020/
                    ENVELOPE:
                      subject: One
                      from: [{ name: A Name, mailbox: a, host: from.example, email: a@from.example }]
                      to: { length: 1 }
                      message-id: <1@from.example>
                      cc: null
                    BODYSTRUCTURE: { type: TEXT, subtype: Plain, params: { charset: utf-8 }, size: 7, lines: 1 }
                - { none: { FETCH: { seq: 3 } } }
          - send: FETCH 1 FLAGS
            expect: { status: OK, untagged: [{ FETCH: { FLAGS: [\\Recent] } }] }
          - send: FETCH 1 FLAGS
            expect: { status: OK, untagged: [{ FETCH: { FLAGS: { includes: \\Seen, excludes: \\Deleted, length: 1 } } }] }
          - send: STORE 1 +FLAGS (\\Flagged)
            expect: { status: OK, untagged: [{ FETCH: { seq: 1, FLAGS: [\\FLAGGED, \\seen] } }] }
          - { send: FETCH 1 (MODSEQ), expect: { status: OK, untagged: [{ FETCH: { MODSEQ: { at_least: 1 } } }] } }
        `,
      ));

    it('of LIST, LSUB, STATUS, NAMESPACE, ID, ENABLED and CAPABILITY', () =>
      good(
        messages,
        `
          - send: LIST "" INBOX
            expect: { status: OK, untagged: [{ LIST: { name: INBOX, delimiter: /, attributes: { excludes: [\\Noselect] } } }] }
          - send: LIST (SPECIAL-USE) "" "*" RETURN (SUBSCRIBED STATUS (MESSAGES))
            expect:
              status: OK
              untagged:
                - LIST: { name: Junk, attributes: [\\junk, \\Subscribed] }
                - LIST: { name: Sent, attributes: [\\Sent] }
                - STATUS: { name: Junk, MESSAGES: { at_least: 0 } }
          - { send: LSUB "" "*", expect: { status: OK, untagged: [{ LSUB: { name: Drafts } }] } }
          - send: STATUS "\${box}" (MESSAGES UNSEEN UIDNEXT)
            expect: { status: OK, untagged: [{ STATUS: { name: "\${box}", MESSAGES: 2, UNSEEN: 1, UIDNEXT: 3 } }] }
          - { send: NAMESPACE, expect: { status: OK, untagged: [{ NAMESPACE: { personal: [{ prefix: "", delimiter: "/" }] } }] } }
          - { send: ID NIL, expect: { status: OK, untagged: [{ ID: { name: Dovecot } }] } }
          - { send: ENABLE CONDSTORE, expect: { status: OK, untagged: [{ ENABLED: condstore }] } }
          - send: CAPABILITY
            expect:
              status: OK
              untagged: [{ CAPABILITY: [imap4rev1, IDLE] }, { CAPABILITY: { excludes: [STARTTLS, LOGINDISABLED] } }]
              capabilities: { QUOTA: true, THREAD: [REFS], LOGINDISABLED: false, STATUS: { includes: SIZE } }
        `,
      ));

    it('of SEARCH, ESEARCH, SORT and QUOTA', () =>
      good(
        messages,
        `
          - { send: SEARCH ALL, expect: { status: OK, untagged: [{ SEARCH: [2, 1] }] } }
          - { send: SEARCH ALL, expect: { status: OK, untagged: [{ SEARCH: { equals: [1, 2] } }] } }
          - { send: SEARCH SUBJECT Two, expect: { status: OK, untagged: [{ SEARCH: { length: 1, capture: seq } }] } }
          - { send: "FETCH \${seq} UID", expect: { status: OK, untagged: [{ FETCH: { UID: 2 } }] } }
          - { send: SEARCH SUBJECT Nobody, expect: { status: OK, untagged: [{ SEARCH: { length: 0 } }] } }
          - { send: SEARCH SUBJECT Nobody, expect: { status: OK, untagged: [{ SEARCH: { equals: [] } }] } }
          - send: UID SEARCH RETURN (MIN MAX COUNT ALL) ALL
            expect: { status: OK, untagged: [{ ESEARCH: { UID: true, MIN: 1, MAX: 2, COUNT: 2, ALL: "1:2" } }] }
          - { send: SORT (REVERSE ARRIVAL) UTF-8 ALL, expect: { status: OK, untagged: [{ SORT: [1, 2] }] } }
          - send: GETQUOTAROOT "\${box}"
            expect:
              status: OK
              untagged: [{ QUOTAROOT: { roots: [User quota] } }, { QUOTA: { root: User quota, STORAGE: { limit: 102400, usage: { at_least: 0 } } } }]
        `,
      ));

    it('of EXPUNGE, VANISHED and what the grammar does not know', () =>
      good(
        messages,
        `
          - { send: STORE 1:2 +FLAGS.SILENT (\\Deleted), expect: { status: OK, untagged: { none: FETCH } } }
          - { send: EXPUNGE, expect: { status: OK, untagged: [{ EXPUNGE: 1 }, { EXPUNGE: 2 }, { none: { EXPUNGE: 3 } }] } }
          - { send: ENABLE QRESYNC, expect: OK }
          - { send: ['APPEND "\${box}" (\\Deleted) ', { literal: "a: b\\r\\n\\r\\n" }], expect: OK }
          - { send: EXPUNGE, expect: { status: OK, untagged: [{ VANISHED: { uids: 3, earlier: false } }] } }
          - send: THREAD REFERENCES UTF-8 ALL
            expect: { status: OK, untagged: [THREAD] }
            tolerate: [{ finding: imap.thread.trailing-space, reason: Dovecot puts one after THREAD without threads }]
        `,
      ));
  });

  describe('a failure', () => {
    it('names the nearest response and what differs', async () => {
      const { differences, text } = await bad(
        messages,
        `- { send: "FETCH 1:2 (FLAGS UID)", expect: { status: OK, untagged: [{ FETCH: { seq: 2, UID: 7, FLAGS: [\\Seen] } }] } }`,
      );
      assert.deepEqual(differences, [
        'untagged.FETCH: an untagged FETCH { seq: 2, UID: 7, FLAGS: "\\Seen" } <- ' +
          '"* 2 FETCH (FLAGS (\\Recent) UID 2)" is closest, but UID is 2, expected 7, FLAGS is "\\Recent", expected "\\Seen"',
      ]);
      assert.match(text, /is closest/);
    });

    it('shows what differs of the one response there is', async () => {
      const { differences } = await bad(
        messages,
        `- { send: 'STATUS "\${box}" (MESSAGES)', expect: { status: OK, untagged: [{ STATUS: { MESSAGES: 3 } }] } }`,
      );
      assert.deepEqual(differences, ['untagged.STATUS.MESSAGES: 3 <- 2']);
    });

    it('says which responses there are where the name is none of them', async () => {
      const { differences } = await bad(
        messages,
        `- { send: NOOP, expect: { status: OK, untagged: [{ EXISTS: 1 }] } }\n`,
      );
      assert.deepEqual(differences, ['untagged.EXISTS: an untagged EXISTS 1 <- nothing']);
    });

    it('shows the responses that are forbidden', async () => {
      const { differences } = await bad(
        messages,
        `- { send: FETCH 1 UID, expect: { status: OK, untagged: [{ none: { FETCH: { UID: 1 } } }] } }`,
      );
      assert.deepEqual(differences, ['untagged.FETCH: no untagged FETCH { UID: 1 } <- "* 1 FETCH (UID 1)"']);
    });
  });

  it('numbers messages as they were, when another session has expunged some', async () => {
    const steps = (wrong: number) => `
      suite: S
      connections: { one: imaps, two: imaps }
      scenarios:
        - name: one
          variables: { box: "expunged \${scenario.id}" }
          dialogue:
            - { on: one, expect: OK }
            - { on: two, expect: OK }
            - { on: one, send: 'LOGIN \${user} \${password}', expect: OK }
            - { on: two, send: 'LOGIN \${user} \${password}', expect: OK }
            - { on: one, send: 'CREATE "\${box}"', expect: OK }
            - repeat:
                times: 4
                dialogue: [{ on: one, send: ['APPEND "\${box}" ', { literal: "Subject: x\\r\\n\\r\\nx\\r\\n" }], expect: OK }]
            - { on: one, send: 'SELECT "\${box}"', expect: OK }
            - { on: two, send: 'SELECT "\${box}"', expect: { status: OK, untagged: { EXISTS: 4 } } }
            - { on: one, send: 'STORE 1,3 +FLAGS.SILENT (\\Deleted)', expect: OK }
            - { on: one, send: EXPUNGE, expect: { status: OK, untagged: [{ EXPUNGE: { original: 1 } }, { EXPUNGE: { original: ${wrong} } }] } }
            - on: two
              send: UID FETCH 4 FLAGS
              expect:
                status: OK
                untagged: [{ FETCH: { original: 4, UID: 4 } }, { EXPUNGE: { original: 1 } }, { EXPUNGE: { original: 3 } }, { none: { EXPUNGE: { original: 2 } } }]
    `;
    await plays(steps(3));
    const { code } = await fails(steps(2), { config: await sharedConfiguration() });
    assert.equal(code, 'reply.mismatch');
  });

  describe('COMPRESS', () => {
    it('compresses both directions over TLS, large data included, and only once', () =>
      good(
        folder,
        `
        - { send: CAPABILITY, expect: { status: OK, capabilities: { COMPRESS: [DEFLATE] } } }
        - compress
        - { send: NOOP, expect: OK }
        - send: ['APPEND "\${box}" ', { literal: "Subject: large\\r\\n\\r\\n${'all work and no play\\r\\n'.repeat(5000)}" }]
          expect: OK
        - { send: 'SELECT "\${box}"', expect: { status: OK, untagged: { EXISTS: 1 } } }
        - { send: "FETCH 1 BODY.PEEK[]", expect: { status: OK, untagged: [{ FETCH: { "BODY[]": { octets: 110018 } } }] } }
        - { compress: , expect: "NO [COMPRESSIONACTIVE]" }
        - { send: LOGOUT, expect: OK }
        - expect: { closed: close_notify }
        `,
      ));
  });

  describe('TLS', () => {
    it('begins by starttls, and by hand with handshake; capabilities before it are forgotten', () =>
      plays(`
        suite: S
        server: imap
        scenarios:
          - name: one
            dialogue:
              - expect: { capabilities: { LOGINDISABLED: true } }
              - send: LOGIN \${user} \${password}
                expect: "NO [PRIVACYREQUIRED]"
              - { send: STARTTLS, expect: OK Begin TLS }
              - handshake
              - send: CAPABILITY
                expect: { status: OK, capabilities: { LOGINDISABLED: false, STARTTLS: false, AUTH: [PLAIN, LOGIN] } }
              - authenticate: { mechanism: login-command, user: "\${user}", password: "\${password}" }
                expect: OK Logged in
              - { send: LOGOUT, expect: OK }
              - expect: closed
              - expect: OK
              - starttls
              - starttls: { }
                expect: BAD
              - authenticate: { mechanism: login-command, user: "\${user}", password: "not it" }
                expect: "NO [AUTHENTICATIONFAILED]"
      `));
  });
});
