import assert from 'node:assert/strict';
import { checkHttp, type HttpInput } from './http.ts';
import { closedPort, contextFor, listen, rejects } from './testing.test.helper.ts';

describe('checkHttp()', () => {
  const input = (url: string): HttpInput => ({
    url,
    method: 'GET',
    headers: [],
    redirects: 0,
    tls: {},
    xpaths: [],
    jsonPaths: [],
  });

  const servers: readonly (readonly [string, string | undefined, string, RegExp])[] = [
    ['is silent', undefined, 'reply.timeout', /no complete answer from http:\/\/127\.0\.0\.1:\d+ in time/],
    [
      'stops in the middle',
      'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf',
      'reply.timeout',
      /no complete answer/,
    ],
    ['has a status that HTTP does not have', 'HTTP/1.1 000 OK\r\nA: b\r\n\r\nc', 'protocol.violation', /is not HTTP$/],
    ['speaks SMTP', '220 mail.example.test ESMTP\r\n', 'protocol.violation', /is not HTTP/],
    ['has endless headers', `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(100_000)}`, 'protocol.limit', /headers have more than/],
    ['has an endless body', `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(1_100_000)}`, 'protocol.limit', /body has more than/],
  ];
  for (const [what, answer, code, message] of servers) {
    it(`fails where the server ${what}`, async () => {
      const listener = await listen((socket) => {
        if (answer !== undefined) socket.once('data', () => socket.write(answer));
      });
      try {
        await rejects(
          checkHttp(input(`http://127.0.0.1:${listener.port}/`), contextFor({ ms: 300 })),
          code as 'reply.timeout',
          message,
        );
      } finally {
        await listener.close();
      }
    });
  }

  it('fails where the server hangs up', async () => {
    const listener = await listen((socket) => socket.once('data', () => socket.end()));
    try {
      await rejects(
        checkHttp(input(`http://127.0.0.1:${listener.port}/`), contextFor()),
        'connection.closed',
        /closed the connection/,
      );
    } finally {
      await listener.close();
    }
  });

  it('fails where the answer takes longer to read than the check has', async () => {
    const body = `<a>${'<b/>'.repeat(1900)}</a>`;
    const listener = await listen((socket) =>
      socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`)),
    );
    try {
      const slow = {
        ...input(`http://127.0.0.1:${listener.port}/`),
        xpaths: ['count(//*[count(//*[count(//*) > 1]) > 1])'],
      };
      await rejects(checkHttp(slow, contextFor({ ms: 500 })), 'reply.timeout', /was not read in time$/);
    } finally {
      await listener.close();
    }
  });

  it('cannot tell where nobody listens, or the URL is none', async () => {
    await rejects(
      checkHttp(input(`http://127.0.0.1:${await closedPort()}/`), contextFor()),
      'connect.failed',
      /refused/,
    );
    await rejects(checkHttp(input('ftp://127.0.0.1/'), contextFor()), 'input.value', /not an http or https URL/);
  });

  it('ends with the run', async () => {
    const controller = new AbortController();
    const listener = await listen((socket) => socket.once('data', () => controller.abort()));
    try {
      await assert.rejects(
        checkHttp(input(`http://127.0.0.1:${listener.port}/`), contextFor({ signal: controller.signal })),
        { kind: 'aborted' },
      );
    } finally {
      await listener.close();
    }
  });
});
