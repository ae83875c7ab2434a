import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { dialogue, outdent } from '../../fixtures/testing/plan.ts';
import { fails, passes } from '../../fixtures/testing/play.ts';

describe('POP3 against small peers', () => {
  it('expects a body where the scenario says so, ended by a dot or by a line', async () => {
    await withPeer(['+OK ready', { XTND: '+OK listing\r\na\r\n..b\r\n.\r\n', XLIST: '+OK\r\none\r\n\r\n' }], (url) =>
      passes(
        dialogue(
          outdent(`
            - expect: +OK
            - { send: XTND, expect: { status: +OK, multiline: true, lines: { exactly: [a, .b] } } }
            - { send: XLIST, expect: { until: "", lines: { exactly: [one] } } }
            - { send: NO, expect: -ERR }
          `),
          `server: "${url}"`,
        ),
      ),
    );
  });

  it('cannot use APOP where the greeting has no timestamp', async () => {
    await withPeer(['+OK ready', {}], async (url) => {
      const { code } = await fails(
        dialogue(
          '- expect: +OK\n- authenticate: { mechanism: apop, user: u, password: p }\n  expect: +OK',
          `server: "${url}"`,
        ),
      );
      assert.equal(code, 'auth.failed');
    });
  });

  it('shows a body that nobody expects', async () => {
    await withPeer(['+OK ready', { XTND: '+OK listing\r\na\r\n.\r\n' }], async (url) => {
      const { code } = await fails(
        dialogue('- expect: +OK\n- { send: XTND, expect: +OK }\n- { send: QUIT, expect: +OK }', `server: "${url}"`),
      );
      assert.equal(code, 'protocol.violation');
    });
  });
});

/** A greeting, and the reply to each line. */
type Script = readonly [greeting: string, answers: Readonly<Record<string, string>>];

async function withPeer<T>([greeting, answers]: Script, body: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((socket) => {
    let text = '';
    socket.on('error', () => undefined);
    socket.write(`${greeting}\r\n`);
    socket.on('data', (octets) => {
      text += octets.toString('latin1');
      const lines = text.split('\r\n');
      text = lines.pop() ?? '';
      for (const line of lines) socket.write(answers[line] ?? '-ERR no such command\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  try {
    return await body(`pop3://127.0.0.1:${address.port}`);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
