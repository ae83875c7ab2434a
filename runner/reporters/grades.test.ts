import assert from 'node:assert/strict';
import { collector, optionsFor, reportOf } from '../../fixtures/reports/collect.ts';
import { eventsOf, headline, problemAt, resultOf, scenarioOf } from '../../fixtures/reports/results.ts';
import type { Severity } from '../remedy.ts';
import type { Outcome, ScenarioResult } from '../result.ts';
import { create } from './audit.ts';
import { areaOf, grades } from './grades.ts';

const file = { path: 'a.yaml', text: [0, 1, 2].map((index) => `- name: check ${index}\n`).join('') };

function result(
  suite: string,
  outcome: Outcome,
  severity: Severity = 'medium',
  index = 0,
  said = 'it is wrong',
): ScenarioResult {
  const made = scenarioOf(index, `check ${index}`, {}, file);
  const scenario = { ...made, severity, suite: { ...made.suite, id: suite } };
  const failed = outcome === 'failed' || outcome === 'errored';
  return resultOf(scenario, outcome, failed ? { problem: problemAt(made.place, { headline: headline(said) }) } : {});
}

describe('grades', () => {
  const gradesOf = (results: readonly ScenarioResult[]) => {
    const counted = grades();
    for (const each of results) counted.add(each);
    return Object.fromEntries(counted.list().map(({ area, grade }) => [area, grade]));
  };

  it('areaOf() goes by the longest beginning of a suite', () => {
    const areas = [
      'relay/open-relay',
      'smuggling/imap',
      'tls/versions',
      'discovery/mx',
      'discovery/transport-security',
    ];
    assert.deepEqual(
      [...areas, 'privacy/users', 'privacy/banners', 'imap-core/login', 'imap-core/messages'].map((suite) =>
        areaOf(result(suite, 'passed')),
      ),
      ['relay', 'relay', 'TLS', 'DNS', 'TLS', 'authentication', 'privacy', 'authentication', 'protocols and delivery'],
    );
  });

  const rules: readonly (readonly [Severity, string])[] = [
    ['critical', 'F'],
    ['high', 'D'],
    ['medium', 'C'],
    ['low', 'B'],
    ['info', 'A'],
  ];
  for (const [severity, grade] of rules) {
    it(`list() gives ${grade} for a failure that is ${severity}, and no worse to other areas`, () => {
      const found = gradesOf([
        result('tls/a', 'passed'),
        result('tls/b', 'failed', severity),
        result('relay/a', 'passed'),
      ]);
      assert.deepEqual([found['TLS'], found['relay'], found['DNS']], [grade, 'A', '-']);
    });
  }

  it('list() gives no good grade where more could not be checked than was', () => {
    const lost = [result('tls/a', 'passed'), result('tls/b', 'errored'), result('tls/c', 'blocked')];
    assert.equal(gradesOf(lost)['TLS'], '?');
    assert.equal(gradesOf([...lost, result('tls/d', 'failed', 'low')])['TLS'], 'B');
    assert.equal(gradesOf([...lost, result('tls/e', 'errored'), result('tls/d', 'failed', 'high')])['TLS'], 'D');
    assert.equal(gradesOf([...lost, result('tls/e', 'errored'), result('tls/d', 'failed', 'low')])['TLS'], '?');
  });

  it('list() counts what failed a warning as well, and nothing for what was skipped', () => {
    assert.equal(gradesOf([result('privacy/a', 'warning', 'low')])['privacy'], 'B');
    assert.equal(gradesOf([result('privacy/a', 'skipped', 'critical')])['privacy'], '-');
  });
});

describe('audit', () => {
  const report = (results: readonly ScenarioResult[]) => reportOf(create, eventsOf(results));

  it('create() begins with the worst cause, and ends with the grades', async () => {
    const text = await report([
      result('tls/a', 'failed', 'low', 0, 'something small'),
      result('relay/a', 'failed', 'high', 1, 'one sentence'),
      result('relay/b', 'failed', 'critical', 2, 'one sentence'),
    ]);
    assert.match(
      text,
      /^CRITICAL {2}one sentence \(1 scenario\)\n {2}shown +a\.yaml › check 2(?:.*\n)+HIGH (?:.*\n)+LOW {2}something small/,
    );
    assert.match(text, /^relay +F {2}1 critical, 1 high$/m);
    assert.match(text, /^TLS +B {2}1 low$/m);
    assert.match(text, /^DNS +- {2}not checked$/m);
  });

  it('create() says so where nothing is wrong, and where the run was interrupted', async () => {
    assert.match(await report([result('tls/a', 'passed')]), /^No problems were found in 1 check\n\nrelay +- /);
    assert.match(await report([result('tls/a', 'skipped')]), /^Nothing was checked\n\nrelay +- /);
    const output = collector();
    const reporter = create(optionsFor(output));
    for (const event of eventsOf([result('tls/a', 'passed')], { interrupted: true, exitStatus: 130 }))
      await reporter.report(event);
    assert.match(output.text, /^Interrupted: /);
  });

  it('create() ends with what a server refused that defends itself', async () => {
    const output = collector();
    const reporter = create(optionsFor(output));
    const notes = [{ kind: 'message', message: 'the server "mx" limits connections\u001b[2J' }] as const;
    for (const event of eventsOf([result('tls/a', 'passed')], { notes })) await reporter.report(event);
    assert.match(output.text, /\n\nNote: the server "mx" limits connections\\x1b\[2J\n$/);
  });
});
