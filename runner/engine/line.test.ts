import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { nntpSession } from '../../fixtures/line/nntp.ts';
import { policySession } from '../../fixtures/line/policy.ts';
import { type LineService, serveLines, serveSession } from '../../fixtures/line/serve.ts';
import { vpopmaildSession } from '../../fixtures/line/vpopmaild.ts';
import { dialogue, outdent } from '../../fixtures/testing/plan.ts';
import { type Failure, fails, passes } from '../../fixtures/testing/play.ts';
import { createAuthority } from '../demo-server/certificates.ts';
import { listen } from '../demo-server/listener.ts';

const users = [{ user: 'postmaster@example.test', password: 'two words', domainAdministrator: true }];

async function withService<T>(
  session: Parameters<typeof serveLines>[0],
  body: (service: LineService) => Promise<T>,
): Promise<T> {
  const service = await serveLines(session);
  try {
    return await body(service);
  } finally {
    await service.stop();
  }
}

const good = (service: LineService, steps: string) => passes(dialogue(outdent(steps), `server: "${service.url}"`));
const bad = (service: LineService, steps: string): Promise<Failure> =>
  fails(dialogue(outdent(steps), `server: "${service.url}"`));

describe('line services', () => {
  it("speak vpopmaild's login dialogue: a line, then lines up to the dot", () =>
    withService(
      () => vpopmaildSession(users),
      (service) =>
        good(
          service,
          `
            - expect: +OK
            - send: login postmaster@example.test wrong
              expect: -ERR
            - send: login postmaster@example.test two words
              expect: { multiline: true, lines: [+OK+, name postmaster, /^quota /, { starts_with: user_dir }] }
            - send: user_info postmaster@example.test
              expect: [{ multiline: true }, +OK+, domain_admin_privileges 1]
              capture: { folder: "/(?m)^user_dir (.*)$/" }
            - send: user_info postmaster@example.test
              expect: { multiline: true, text: { contains: "user_dir \${folder}" }, lines: { excludes: "." } }
            - send: user_info nobody@example.test
              expect: -ERR 0.301
            - send: slogin postmaster@example.test two words
              expect: { lines: { exactly: [+OK] } }
            - send: quit
              expect: +OK
            - expect: closed
          `,
        ),
    ));

  it("speak Postfix's policy protocol: attributes, an empty line, an answer up to an empty line", () => {
    const seen = new Set<string>();
    return withService(
      () => policySession(seen),
      (service) =>
        good(
          service,
          `
            - repeat:
                times: 2
                dialogue:
                  - send: { lines: [request=smtpd_access_policy, protocol_state=MAIL, client_address=192.0.2.7, ""] }
                    expect: { until: "", lines: { exactly: [action=DUNNO] } }
            - send: { lines: [request=smtpd_access_policy, protocol_state=RCPT, client_address=192.0.2.7, sender=a@b.example, recipient=c@d.example, ""] }
              expect: [{ until: "" }, action=DEFER_IF_PERMIT Greylisted]
            - send: { raw: "request=smtpd_access_policy\\nprotocol_state=RCPT\\nclient_address=192.0.2.7\\nsender=a@b.example\\nrecipient=c@d.example\\n\\n" }
              expect: { until: "", text: action=DUNNO }
            - close
          `,
        ),
    );
  });

  it("speak NNTP's greeting, and lists up to the dot", () =>
    withService(nntpSession, (service) =>
      good(
        service,
        `
          - expect: { one_of: [200, 201], within: 2s }
          - send: CAPABILITIES
            expect: { multiline: true, lines: { ordered: ["101 Capability list:", VERSION 2, READER] } }
          - { send: DATE, expect: "/^111 [0-9]{14}$/" }
          - { send: XYZZY, expect: [500 What?, { not: 200 }] }
          - { send: QUIT, expect: 205 }
          - expect: closed
        `,
      ),
    ));

  it('speak TLS from the first byte', async () => {
    const authority = await createAuthority();
    const { key, chain } = await authority.issue({ names: ['127.0.0.1'] });
    const server = createServer({ key, cert: chain }, (socket) => serveSession(socket, nntpSession()));
    const port = await listen(server, { host: '127.0.0.1', port: 0 });
    const folder = await mkdtemp(join(tmpdir(), 'mailspec-'));
    try {
      await writeFile(join(folder, 'ca.pem'), authority.cert);
      const head = `server: { url: "tls://127.0.0.1:${port}", tls: { ca: ca.pem } }`;
      await passes(dialogue('- expect: 200 news\n- { send: QUIT, expect: 205 }\n- expect: closed', head), {
        folder,
      });
    } finally {
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    }
  });

  it('show the lines that came where one is missing', () =>
    withService(
      () => vpopmaildSession(users),
      async (service) => {
        const { differences } = await bad(service, '- expect: +OK\n- { send: login x y, expect: +OK+ }');
        assert.deepEqual(differences, ['text: a line that begins with "+OK+" <- "-ERR 0.201 Login failed"']);
      },
    ));

  it('leave no line unread', () =>
    withService(nntpSession, async (service) => {
      const failure = await bad(
        service,
        '- expect: 200\n- { send: CAPABILITIES, expect: 101 }\n- { send: QUIT, expect: 205 }',
      );
      assert.equal(failure.code, 'reply.unread');
    }));
});
