import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { checkPort } from './port.ts';
import { closedPort, contextFor, listen, rejects } from './testing.test.helper.ts';

describe('checkPort()', () => {
  it('says open, and which address took the connection', async () => {
    const listener = await listen(() => undefined);
    try {
      const { evidence, transcript, text } = await checkPort({ host: '127.0.0.1', port: listener.port }, contextFor());
      assert.deepEqual(evidence, { state: 'open', address: `127.0.0.1:${listener.port}` });
      assert.deepEqual(transcript, [`127.0.0.1:${listener.port}: open (the connection was accepted)`]);
      assert.equal(text, 'open');
    } finally {
      await listener.close();
    }
  });

  it('says closed where the connection is refused', async () => {
    const port = await closedPort();
    const { evidence, transcript } = await checkPort({ host: '127.0.0.1', port }, contextFor());
    assert.equal(evidence['state'], 'closed');
    assert.deepEqual(transcript, [`127.0.0.1:${port}: closed (connection refused)`]);
  });

  it('takes the family that is asked for', async function () {
    const server = createServer();
    server.listen(0, '::1');
    await Promise.race([once(server, 'listening'), once(server, 'error')]).catch(() => undefined);
    if (!server.listening) this.skip(); // no IPv6 here
    server.close();
    const listener = await listen(() => undefined, createServer(), '::1');
    try {
      const six = await checkPort({ host: 'localhost', port: listener.port, family: 6 }, contextFor()).catch(
        (error: unknown) => error,
      );
      // If "localhost" has no IPv6 address, the error says so.
      if (six instanceof Error) assert.match(six.message, /IPv6 address of "localhost"/);
      else
        assert.equal(
          six?.valueOf() && (six as { evidence: { address: string } }).evidence.address,
          `[::1]:${listener.port}`,
        );
      const four = await checkPort({ host: 'localhost', port: listener.port, family: 4 }, contextFor());
      assert.equal(four.evidence['state'], 'closed');
      await rejects(
        checkPort({ host: '127.0.0.1', port: 1, family: 6 }, contextFor()),
        'connect.name',
        /it is not an IPv6 address/,
      );
    } finally {
      await listener.close();
    }
  });

  it('cannot tell where the name has no address', async () => {
    await rejects(
      checkPort({ host: 'nowhere.invalid', port: 25 }, contextFor()),
      'connect.name',
      /Cannot find an address of "nowhere.invalid"/,
    );
  });

  it('ends with the run', async () => {
    const controller = new AbortController();
    controller.abort();
    await assert.rejects(checkPort({ host: '127.0.0.1', port: 1 }, contextFor({ signal: controller.signal })), {
      kind: 'aborted',
    });
  });
});
