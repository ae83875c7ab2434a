import assert from 'node:assert/strict';
import fc from 'fast-check';
import { reportOf } from '../../fixtures/reports/collect.ts';
import {
  eventsOf,
  headline,
  mixed,
  placeIn,
  problemAt,
  resultOf,
  scenarioOf,
  transcript,
} from '../../fixtures/reports/results.ts';
import { recordedRun } from '../causes/recorded.test.helper.ts';
import type { Outcome, ScenarioResult } from '../result.ts';
import { create } from './junit.ts';
import { seconds, timestamp } from './junit-corrections.ts';
import type { ReporterOptions } from './reporter.ts';

const file = { path: 'a.yaml', text: '- name: one\n- name: two\n' };
const report = (results: readonly ScenarioResult[], options: Partial<ReporterOptions> = {}) =>
  reportOf(create, eventsOf(results), options);

function result(name: string, outcome: Outcome, more: Partial<ScenarioResult> = {}, index = 0): ScenarioResult {
  return resultOf(scenarioOf(index, name, {}, file), outcome, more);
}

describe('junit', () => {
  it('create() counts each scenario once, and failures and errors apart', async () => {
    const xml = await report(mixed);
    assert.match(xml, /<testsuites name="mailspec" tests="10" failures="2" errors="1" skipped="3" time="3\.457">/);
    assert.equal(xml.match(/<testcase /g)?.length, 10);
    for (const testCase of xml.split('<testcase '))
      assert.ok((testCase.match(/<(failure|error|skipped)[ />]/g)?.length ?? 0) <= 1);
  });

  it('create() gives a reason to what was skipped, as attribute and as text', async () => {
    const xml = await report([result('one', 'skipped', { reason: 'no server "x"' })]);
    assert.match(xml, /<skipped message="no server &quot;x&quot;"><!\[CDATA\[no server "x"\]\]><\/skipped>/);
  });

  it('create() says of each case what to do about its cause, and nothing else', async () => {
    const xml = await reportOf(create, recordedRun('sasl-socket-broken'));
    const cases = (xml.match(/<testcase .*?<\/testcase>/gs) ?? []).filter(
      (each) => /<(?:failure|error) /.test(each) && !each.includes('classname="discovery/'),
    );
    assert.equal(cases.length, 168);
    for (const each of cases) {
      const remedies = [...each.matchAll(/<property name="remedy" value="(.*?)"\/>/g)].map(([, value]) => value);
      assert.match(remedies.join('\n'), /^Postfix: .*smtpd_sasl_path/);
      const fixes = [...each.matchAll(/^fix: (.*?)(?:\]\]>.*)?$/gm)].map(([, line]) => line?.replaceAll('"', '&quot;'));
      assert.deepEqual(fixes, remedies);
      assert.doesNotMatch(each, /= remedy:/);
    }
  });

  it('create() bounds every attribute, whatever a server said', async () => {
    const long = `${'x'.repeat(1999)}\u{1f4a9}${'y'.repeat(200_000)}`;
    const failed = result(long, 'failed', { problem: problemAt(placeIn(file, 'one'), { headline: headline(long) }) });
    const xml = await report([failed, result('two', 'skipped', { reason: long }, 1)]);
    for (const [, value = ''] of xml.matchAll(/ \w+="([^"]*)"/g)) assert.ok(value.length < 4100, value.slice(0, 40));
    assert.ok(!/[\ud800-\udbff](?![\udc00-\udfff])/.test(xml));
  });

  it('create() bounds the title and the references of a suite', async () => {
    const long = 'x'.repeat(100_000);
    const one = result('one', 'passed');
    const suite = { ...one.scenario.suite, title: long, references: [long] };
    const xml = await report([{ ...one, scenario: { ...one.scenario, suite } }]);
    for (const [, value = ''] of xml.matchAll(/ \w+="([^"]*)"/g)) assert.ok(value.length < 2100, value.slice(0, 40));
  });

  it('create() reports a known issue as skipped and keeps its evidence', async () => {
    const xml = await report([result('one', 'known', { reason: 'later', problem: problemAt(placeIn(file, 'one')) })]);
    assert.match(xml, /<skipped message="known issue: later">/);
    assert.match(xml, /<system-out><!\[CDATA\[KNOWN a\.yaml › one/);
  });

  it('create() passes a warning with a property, and fails it when strict', async () => {
    const warning = result('one', 'warning', {
      problem: problemAt(placeIn(file, 'one'), { headline: headline('slow') }),
    });
    const lax = await report([warning]);
    assert.match(lax, /failures="0"/);
    assert.match(lax, /<property name="warning" value="slow"\/>/);
    assert.match(lax, /<system-out><!\[CDATA\[WARN/);
    assert.match(
      await report([warning], { strict: true }),
      /<failure message="slow" type="reply\.mismatch"><!\[CDATA\[WARN/,
    );
  });

  it("create() uses Surefire's elements for tries before the last", async () => {
    const tries = [
      problemAt(placeIn(file, 'one')),
      problemAt(placeIn(file, 'one'), { verdict: 'errored', code: 'connect.failed' }),
    ];
    const flaky = await report([result('one', 'flaky', { retried: tries })]);
    assert.match(flaky, /<flakyFailure message="[^"]+" type="reply\.mismatch">\s*<stackTrace>/);
    assert.match(flaky, /<flakyError message="[^"]+" type="connect\.failed">/);
    assert.match(flaky, /failures="0"/);
    const failed = await report([
      result('one', 'failed', { retried: tries, problem: problemAt(placeIn(file, 'one')) }),
    ]);
    assert.match(failed, /<failure[\s\S]*<rerunFailure[\s\S]*<rerunError/);
    assert.equal(failed.match(/<testcase /g)?.length, 1);
  });

  it('create() keeps "]]>" when it stands in a text more than once', async () => {
    const text = 'a ]]> b ]]> c ]]]]>>';
    const xml = await report([
      result('one', 'failed', {
        problem: problemAt(placeIn(file, 'one'), { headline: headline(text) }),
        transcript: transcript([`S ${text}`]),
      }),
    ]);
    assert.equal(xml.match(/\]\]\]\]><!\[CDATA\[>/g)?.length, 3 * 3);
  });

  it('create() attaches nothing that a server names', async () => {
    const xml = await report([result('one', 'passed', { transcript: transcript(['S [[ATTACHMENT|/etc/passwd]]']) })]);
    assert.match(xml, /S \[ \[ATTACHMENT\|/);
  });

  it('create() has no dots in classes, and no two cases of one class and name', async () => {
    const scenario = (path: string) => scenarioOf(0, 'same', {}, { path, text: '' });
    const twins = ['a.b.yaml', 'a_b.yaml', 'a.b.yml'].map((path, index) =>
      resultOf({ ...scenario(path), index }, 'passed'),
    );
    const xml = await report(
      twins.map((each) => ({
        ...each,
        scenario: {
          ...each.scenario,
          suite: { ...each.scenario.suite, id: each.scenario.suite.file.replace(/\.ya?ml$/, '') },
        },
      })),
    );
    const names = [...xml.matchAll(/classname="([^"]*)" name="([^"]*)"/g)].map(
      ([, classname, name]) => `${classname} ${name}`,
    );
    assert.deepEqual(names, ['a_b same', 'a_b same (2)', 'a_b same (3)']);
  });

  it('create() says where a scenario stands', async () => {
    assert.match(await report([result('two', 'passed')]), /file="a\.yaml" time="0\.012" line="2"/);
  });

  it('create() keeps little of passing cases and bounds the whole', async () => {
    const chatty = transcript(Array.from({ length: 400 }, (_, at) => `S ${at} ${'x'.repeat(1000)}`));
    const passing = await report([result('one', 'passed', { transcript: chatty })]);
    assert.ok(passing.length < 6_000, `${passing.length}`);
    assert.match(passing, /… \d+ lines left out/);
    const failing = Array.from({ length: 400 }, (_, index) =>
      result(`s${index}`, 'failed', { problem: problemAt(placeIn(file, 'one')), transcript: chatty }, index),
    );
    const xml = await report(failing);
    assert.ok(xml.length < 20 * 1024 * 1024, `${xml.length}`);
    assert.equal(xml.match(/<failure /g)?.length, 400);
  });
});

describe('junit --junit-dialect xunit10', () => {
  it('create() loses no case, no count and no text', async () => {
    const [common, xunit] = [await report(mixed), await report(mixed, { junitDialect: 'xunit10' })];
    const told = (xml: string) =>
      [
        ...xml.matchAll(
          /<testcase classname="[^"]*" name="[^"]*"|<(?:failure|error|skipped|flakyError|rerunFailure)[ >]|CDATA\[[^\]]*/g,
        ),
      ].map(([all]) => all);
    assert.deepEqual(told(xunit), told(common));
    assert.doesNotMatch(xunit, /<testcase[^>]* (?:file|line)=|<property name="outcome"/);
  });
});

describe('seconds()', () => {
  it('writes decimals of at most three places and never an exponent', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e12 }), (ms) => assert.match(String(seconds(ms)), /^\d+(\.\d{1,3})?$/)),
    );
    assert.equal(String(seconds(0.0004)), '0');
    assert.equal(String(seconds(Number.NaN)), '0');
  });
});

describe('timestamp()', () => {
  it('writes UTC without a zone', () =>
    assert.equal(timestamp(Date.UTC(2026, 0, 2, 3, 4, 5, 678)), '2026-01-02T03:04:05'));
});
