import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anyResults } from '../../fixtures/reports/anything.ts';
import { reportOf } from '../../fixtures/reports/collect.ts';
import { blocked, eventsOf, measured, mixed } from '../../fixtures/reports/results.ts';
import type { ScenarioResult } from '../result.ts';
import { create } from './openmetrics.ts';

const report = (results: readonly ScenarioResult[]) => reportOf(create, eventsOf(results));

/** Parses Prometheus' text format: the samples by name and labels. */
function parse(text: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>();
  const typed = new Set<string>();
  const lines = text.split('\n');
  assert.deepEqual(lines.splice(-2), ['# EOF', '']);
  for (const line of lines) {
    const [, type] = /^# TYPE (\w+) gauge$/.exec(line) ?? [];
    if (type !== undefined) {
      assert.ok(!typed.has(type), `${type} is there twice`);
      typed.add(type);
    }
    if (/^# (?:TYPE|HELP) /.test(line)) continue;
    const [, name = '', labels = '', value = ''] =
      /^(\w+)(\{\w+="(?:[^"\\\n]|\\["\\n])*"(?:,\w+="(?:[^"\\\n]|\\["\\n])*")*\})? (-?\d+(?:\.\d+)?)$/.exec(line) ??
      assert.fail(line);
    assert.ok(typed.has(name), `${name} has no type`);
    assert.ok(!samples.has(name + labels), `${name}${labels} is there twice`);
    samples.set(name + labels, Number(value));
  }
  return samples;
}

describe('openmetrics', () => {
  it('create() says of each scenario with a verdict whether it passed', async () => {
    const samples = parse(await report(mixed));
    const of = (name: string, id: string) =>
      samples.get(`${name}{id="${id}",suite="Submission authentication",severity="medium"}`);
    assert.equal(of('mailspec_scenario_success', 'smtp/auth#offers-auth-once-encrypted'), 1);
    assert.equal(of('mailspec_scenario_success', 'smtp/auth#refuses-auth-before-tls'), 0);
    assert.equal(of('mailspec_scenario_judged', 'smtp/auth#refuses-auth-before-tls'), 1);
    assert.equal(samples.get('mailspec_run_failures{severity="medium"}'), 2);
    assert.equal(samples.get('mailspec_run_scenarios{outcome="failed"}'), 2);
  });

  it('create() tells a server that cannot be used from one that fails', async () => {
    const samples = [...parse(await report(blocked))];
    const unjudged = samples.filter(([key, value]) => key.startsWith('mailspec_scenario_judged') && value === 0);
    assert.equal(unjudged.length, blocked.filter(({ outcome }) => outcome !== 'passed').length);
  });

  it('create() says when certificates expire and how long deliveries took, of several the worst', async () => {
    const [first] = measured;
    const later = {
      ...first!,
      scenario: { ...first!.scenario, index: 99, id: 'other' },
      measured: [{ kind: 'certificate', server: 'submission', expires: Date.UTC(2030, 0, 1) }],
    } satisfies ScenarioResult;
    const samples = parse(await report([...measured, later]));
    const expires = samples.get('mailspec_certificate_expiry_timestamp_seconds{server="submission"}');
    assert.equal(expires, Date.UTC(2026, 2, 14) / 1000);
    assert.equal(samples.get('mailspec_delivery_seconds{id="smtp/auth#offers-auth-once-encrypted"}'), 1.235);
  });

  it('create() writes what Prometheus reads, whatever a server or a scenario says', () =>
    fc.assert(
      fc.asyncProperty(anyResults, async (results) => {
        const distinct = results.map((result, at) => ({
          ...result,
          scenario: { ...result.scenario, id: `${at} ${result.scenario.id}` },
        }));
        parse(await report(distinct));
      }),
    ));
});
