import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { expecting } from './monitored.test.helper.ts';

describe('mailspec run for a monitor', () => {
  const { listen } = peers();

  it('--reporter nagios is UNKNOWN, not CRITICAL, where a file or an argument cannot be used', async () => {
    const cwd = expecting(await listen(smtpScript()), 250);
    for (const args of [['--server', 'x'], ['missing.yaml'], ['--reporter=nagios', '--tags', 'and']]) {
      const { stdout, status } = await dispatched(['run', '--reporter', 'nagios', ...args], { cwd });
      assert.match(stdout, /^MAILSPEC UNKNOWN: cannot run; [^\n|]+\n$/);
      assert.equal(status, 3);
    }
    writeFileSync(join(cwd, 'a.yaml'), 'suite: A\nscenario: []\n');
    assert.equal((await dispatched(['run', '--reporter', 'nagios'], { cwd })).status, 3);
    assert.equal((await dispatched(['run', '--reporter', 'dot'], { cwd })).status, 2);
  });

  it('--reporter openmetrics keeps the file of the run before until its own is whole', async () => {
    const cwd = expecting(await listen(smtpScript()), 250);
    const file = join(cwd, 'x.prom');
    await dispatched(['run', '--reporter', 'openmetrics=x.prom'], { cwd });
    const { ino } = statSync(file);
    assert.match(
      readFileSync(file, 'utf8'),
      /^mailspec_scenario_success\{id="a#one",suite="A",severity="medium"\} 1$/m,
    );
    assert.equal((await dispatched(['run', 'missing.yaml', '--reporter', 'openmetrics=x.prom'], { cwd })).status, 2);
    assert.equal(statSync(file).ino, ino, 'a run that does not come about leaves it');
    await dispatched(['run', '--reporter', 'openmetrics=x.prom'], { cwd });
    assert.notEqual(statSync(file).ino, ino);
  });
});
