import assert from 'node:assert/strict';
import { startFullListener } from '../../fixtures/hostile/full-listener.ts';
import { playSteps, told } from '../../fixtures/testing/play.ts';

describe('connections', () => {
  it('time out after connect_timeout', async () => {
    const silent = await startFullListener();
    try {
      const result = await playSteps('- expect: 220', {
        server: { url: `smtp://${silent.host}:${silent.port}`, connect_timeout: '150ms' },
      });
      assert.equal(result.outcome, 'errored', told(result));
      assert.equal(result.problem?.code, 'connect.timeout', told(result));
    } finally {
      silent.stop();
    }
  });
});
