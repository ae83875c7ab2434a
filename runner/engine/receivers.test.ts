import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { isFree } from '../../fixtures/servers/ports.ts';
import { play, told } from '../../fixtures/testing/play.ts';
import { reservedPort } from '../../fixtures/testing/reserved-port.ts';
import { listen } from '../demo-server/listener.ts';
import { problemWords } from '../words/problem.ts';

const host = '127.0.0.1';

/** A sending server's dialogue with the receiver. */
const suite = (scenarios: string) => `
suite: Receiving
fragments:
  send:
    - expect: 220
    - { send: EHLO mail.example.test, expect: 250 }
    - { send: "MAIL FROM:<alice@example.test>", expect: 250 }
    - { send: "RCPT TO:<${'${to}'}>", expect: 250 }
    - { send: DATA, expect: 354 }
    - { message: "Subject: hello\\r\\n\\r\\nHello\\r\\n", expect: 250 }
scenarios:
${scenarios}`;

const sends = (name: string, count: number) => `
  - name: ${name}
    server: relay
    dialogue:
      - { use: send, with: { to: "x-\${scenario.id}@example.net" } }
      - { received: outside, expect: ${count} }`;

describe('runner/engine/receivers', () => {
  const port = reservedPort(host);
  const options = () => ({
    servers: { relay: `smtp://${host}:${port()}` },
    config: { receivers: { outside: port() } },
  });

  it('openReceivers() listens while the run lasts, and gives each scenario its own mail', async () => {
    const names = ['one', 'two', 'three', 'four'];
    const { results } = await play(suite(names.map((name) => sends(name, 1)).join('')), { ...options(), parallel: 4 });
    for (const result of results) assert.equal(result.outcome, 'passed', told(result));
    assert.ok(await isFree(host, port()));
  });

  it('openReceivers() does not listen where no scenario that runs receives mail', async () => {
    const other = createServer((socket) => socket.end('220 other\r\n'));
    await listen(other, { host, port: port() });
    const file = suite(`
  - { name: plain, server: relay, dialogue: [expect: 220 other] }
  - { name: skipped, skip: not now, server: relay, dialogue: [{ received: outside, expect: 1 }] }`);
    const { results } = await play(file, options());
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['passed', 'skipped'],
    );
    await new Promise((resolve) => other.close(resolve));
  });

  it('claim() says before the dialogue that nobody can listen', async () => {
    const other = createServer();
    await listen(other, { host, port: port() });
    const { results } = await play(suite(sends('one', 1)), options());
    await new Promise((resolve) => other.close(resolve));
    const [result] = results;
    assert.equal(result?.outcome, 'errored');
    assert.match(
      result?.problem === undefined ? '' : problemWords(result.problem),
      /^receiver "outside": Cannot listen on "127\.0\.0\.1:\d+"/,
    );
    assert.equal(result?.transcript.length, 0);
  });

  it('claim() is released between tries: a retry does not see the mail of the first', async () => {
    const { results } = await play(
      suite(`${sends('one', 2)}
    retries: 1`),
      options(),
    );
    assert.equal(results[0]?.outcome, 'failed');
    assert.equal(results[0]?.problem?.mismatches[0]?.path, 'messages');
  });
});
