import assert from 'node:assert/strict';
import { mailspec, project } from '../../fixtures/testing/command.ts';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';

describe('mailspec run for a monitor', () => {
  const { listen } = peers();
  const made = async (code: number, severity: string) => {
    const peer = await listen(smtpScript());
    const dialogue = [{ expect: 220 }, { send: 'NOOP', expect: code }];
    return project({
      'mailspec.yaml': { scenarios: ['a.yaml'], servers: { it: peer.url() } },
      'a.yaml': { suite: 'A', server: 'it', scenarios: [{ name: 'one', severity, dialogue }] },
    });
  };

  it('--reporter nagios prints one line, and ends with the status of its state', async () => {
    for (const [code, severity, status, state] of [
      [250, 'high', 0, 'OK'],
      [251, 'low', 1, 'WARNING'],
      [251, 'high', 2, 'CRITICAL'],
    ] as const) {
      // The exit status is all that a monitoring system sees of a process.
      const { stdout, status: ended } = await mailspec(['run', '--reporter', 'nagios'], {
        cwd: await made(code, severity),
      });
      assert.match(stdout, new RegExp(`^MAILSPEC ${state}: [^\\n|]+ \\| 'time'=\\d+\\.\\d+s;;;0 [^\\n]+\\n$`));
      assert.equal(ended, status);
    }
  });
});
