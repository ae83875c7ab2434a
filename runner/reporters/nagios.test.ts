import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anyResults } from '../../fixtures/reports/anything.ts';
import { collector, optionsFor, reportOf } from '../../fixtures/reports/collect.ts';
import {
  blocked,
  eventsOf,
  headline,
  measured,
  placeIn,
  problemAt,
  resultOf,
  scenarioOf,
} from '../../fixtures/reports/results.ts';
import { recordedRun } from '../causes/recorded.test.helper.ts';
import type { Severity } from '../remedy.ts';
import type { Outcome, ScenarioResult } from '../result.ts';
import type { Summary } from '../run-event.ts';
import { create } from './nagios.ts';

const source = { path: 'a.yaml', text: '- name: one\n' };
const sourceOf = (index: number) => ({ path: `a${index}.yaml`, text: '- name: one\n' });
const line = (results: readonly ScenarioResult[]) => reportOf(create, eventsOf(results));
const statusOf = async (results: readonly ScenarioResult[], more: Partial<Summary> = {}, strict = false) => {
  const reporter = create(optionsFor(collector(), { strict }));
  for (const event of eventsOf(results, more)) await reporter.report(event);
  return reporter.exitStatus?.();
};
const one = (outcome: Outcome, severity: Severity = 'medium', index = 0): ScenarioResult =>
  resultOf(scenarioOf(index, `s${index}`, { severity }, source), outcome, {
    ...((outcome === 'failed' || outcome === 'warning') && {
      problem: problemAt(placeIn(sourceOf(index), 'one'), { headline: headline(`wrong ${index}`) }),
    }),
    ...(outcome === 'errored' && {
      problem: problemAt(placeIn(source, 'one'), { verdict: 'errored', code: 'runner.error' }),
    }),
  });

describe('nagios', () => {
  it('exitStatus() goes by severity', async () => {
    const expected: Readonly<Record<Severity, number>> = { critical: 2, high: 2, medium: 1, low: 1, info: 1 };
    for (const [severity, status] of Object.entries(expected))
      assert.equal(await statusOf([one('passed'), one('failed', severity as Severity, 1)]), status, severity);
  });

  it('exitStatus() goes by the cause where that is graver', async () => {
    const refused = { action: { kind: 'command', label: 'AUTH PLAIN' }, reply: { status: '535', text: '' } };
    const failure = problemAt(placeIn(source, 'one'), { code: 'reply.mismatch', evidence: refused as never });
    assert.equal(await statusOf([{ ...one('failed', 'medium'), problem: failure }]), 2);
  });

  it('exitStatus() is OK where everything that ran passed, and a warning fails only when strict', async () => {
    assert.equal(await statusOf([one('passed'), one('skipped', 'high', 1), one('known', 'high', 2)]), 0);
    assert.equal(await statusOf([one('warning')]), 0);
    assert.equal(await statusOf([one('warning')], {}, true), 1);
  });

  it('exitStatus() is CRITICAL for a server that cannot be used', async () => {
    assert.equal(await statusOf(blocked), 2);
    const refused = {
      ...one('errored'),
      problem: problemAt(placeIn(source, 'one'), { verdict: 'errored', code: 'connect.failed' }),
    };
    assert.equal(await statusOf([refused]), 2);
  });

  it('exitStatus() is UNKNOWN where nothing is known', async () => {
    assert.equal(await statusOf([]), 3);
    assert.equal(await statusOf([one('skipped')]), 3);
    assert.equal(await statusOf([one('passed'), one('errored', 'medium', 1)]), 3);
    assert.equal(await statusOf([one('passed')], { interrupted: true }), 3);
    assert.equal(await statusOf([one('passed')], { shortfalls: [{ kind: 'passed', passed: 1, required: 2 }] }), 3);
    assert.equal(await statusOf([one('failed', 'low'), one('errored', 'high', 1)]), 1, 'a failure is worse');
  });

  it('create() names the worst failures first, and says how many more there are', async () => {
    const severities: readonly Severity[] = ['low', 'medium', 'critical', 'info', 'high'];
    const told = await line(severities.map((severity, at) => one('failed', severity, at)));
    assert.match(told, /^MAILSPEC CRITICAL: 0 passed, 5 failed; s2: wrong 2; s4: wrong 4; s1: wrong 1; and 2 more \| /);
  });

  it('create() tells a cause once, whatever the number of its scenarios', async () => {
    const told = await reportOf(create, recordedRun('certificate-expired'));
    assert.match(
      told,
      /^MAILSPEC CRITICAL: \d+ passed, 84 failed, 231 blocked, 65 skipped; HIGH: certificate of mx\.example\.test expired [^;]* \(311 scenarios: 71…; HIGH: example\.test does not exist in the DNS \(NXDOMAIN\) \(14 scenarios: 13 failed, 1 warning\) \|/,
    );
  });

  it('create() gives certificates and deliveries as performance data', async () => {
    assert.match(await line(measured), / 'certificate days submission'=12;;;0 'delivery'=1\.235s;;;0\n$/);
  });

  it('create() writes one line, whose performance data can be read whatever a server says', () =>
    fc.assert(
      fc.asyncProperty(anyResults, async (results) => {
        const told = await line(results);
        const [text = '', data = '', ...more] = told.split('|');
        assert.deepEqual(more, []);
        assert.match(text, /^MAILSPEC (?:OK|WARNING|CRITICAL|UNKNOWN): [^\n]+ $/);
        assert.match(data, /^(?: '(?:[^'=|\n]|'')+'=-?\d+(?:\.\d+)?s?(?:;;;0)?)+\n$/);
      }),
    ));
});
