import assert from 'node:assert/strict';
import type { Severity } from '../remedy.ts';
import type { ScenarioResult } from '../result.ts';
import { severityOf } from './severity.ts';

describe('severityOf()', () => {
  const failed = (severity: Severity, code: string, verdict: string) =>
    severityOf({
      scenario: { severity },
      problem: { code },
      violations: [{ verdict }],
    } as unknown as ScenarioResult);

  it('calls a flawed reply low, whatever the scenario that met it is about', () => {
    assert.equal(failed('critical', 'protocol.violation', 'failed'), 'low');
    assert.equal(failed('info', 'protocol.violation', 'failed'), 'info');
  });

  it('says what the scenario says of everything else', () => {
    assert.equal(failed('critical', 'reply.mismatch', 'reported'), 'critical');
    assert.equal(failed('critical', 'reply.mismatch', 'failed'), 'critical');
    // The session ended there: nothing after it was checked.
    assert.equal(failed('critical', 'protocol.violation', 'tolerated'), 'critical');
  });
});
