import assert from 'node:assert/strict';
import { mailspec } from '../../fixtures/testing/command.ts';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { expecting } from './monitored.test.helper.ts';

describe('mailspec run for a monitor', () => {
  const { listen } = peers();

  it('--reporter nagios prints one line, and ends with the status of its state', async () => {
    for (const [code, severity, status, state] of [
      [250, 'high', 0, 'OK'],
      [251, 'low', 1, 'WARNING'],
      [251, 'high', 2, 'CRITICAL'],
    ] as const) {
      // The exit status is all that a monitoring system sees of a process.
      const { stdout, status: ended } = await mailspec(['run', '--reporter', 'nagios'], {
        cwd: expecting(await listen(smtpScript()), code, severity),
      });
      assert.match(stdout, new RegExp(`^MAILSPEC ${state}: [^\\n|]+ \\| 'time'=\\d+\\.\\d+s;;;0 [^\\n]+\\n$`));
      assert.equal(ended, status);
    }
  });
});
