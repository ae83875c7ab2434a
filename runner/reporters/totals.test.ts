import assert from 'node:assert/strict';
import { reportOf } from '../../fixtures/reports/collect.ts';
import { blocked, eventsOf, mixed } from '../../fixtures/reports/results.ts';
import { recordedRun } from '../causes/recorded.test.helper.ts';
import type { RunEvent } from '../run-event.ts';
import * as ctrf from './ctrf.ts';
import * as dot from './dot.ts';
import * as html from './html.ts';
import * as json from './json.ts';
import * as junit from './junit.ts';
import * as markdown from './markdown.ts';
import * as nagios from './nagios.ts';
import * as openmetrics from './openmetrics.ts';
import type { CreateReporter } from './reporter.ts';
import * as spec from './spec.ts';
import * as tap from './tap.ts';

/** Everything that can happen to a scenario, in one run. */
const all = eventsOf([
  ...mixed,
  ...blocked.map((each, at) => ({ ...each, scenario: { ...each.scenario, index: mixed.length + at } })),
]);

const runs: readonly (readonly [name: string, events: readonly RunEvent[], strict: boolean])[] = [
  ['every outcome', all, false],
  ['every outcome, with --strict', all, true],
  ['an expired certificate', recordedRun('certificate-expired'), false],
  ['a dead milter, with --strict', recordedRun('milter-down'), true],
];

interface Totals {
  readonly passed: number;
  readonly failed: number;
  /** Errored and blocked, which some formats count together. */
  readonly unknown: number;
  /** Includes known issues and scenarios that did not run. */
  readonly skipped: number;
}

const number = (text: string, pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0);

/** `520 passed, 145 failed, 3 errored, 2 blocked, 163 skipped`; parentheses contain parts of these numbers. */
function counted(text: string): Totals {
  return {
    passed: number(text, /(\d+) passed/),
    failed: number(text, /(\d+) failed/),
    unknown: number(text, /(\d+) errored/) + number(text, /(\d+) blocked/),
    skipped: number(text, /(\d+) skipped/),
  };
}

function byOutcome(counts: Readonly<Record<string, number>>, strict: boolean): Totals {
  const { passed = 0, flaky = 0, warning = 0, failed = 0, errored = 0 } = counts;
  const { blocked: stopped = 0, known = 0, skipped = 0, not_run: late = 0 } = counts;
  return {
    passed: passed + flaky + (strict ? 0 : warning),
    failed: failed + (strict ? warning : 0),
    unknown: errored + stopped,
    skipped: skipped + known + late,
  };
}

const lastLine = (text: string) => counted(text.trimEnd().split('\n').at(-1) ?? '');
/** The line above the causes: `842 scenarios in 8 s: 270 passed (5 warnings), 49 failed, …` */
const firstLine = (text: string) => counted(/^\d+ scenarios in [^:]*: (.*)$/m.exec(text)?.[1] ?? '');

const formats: readonly (readonly [
  name: string,
  create: CreateReporter,
  read: (text: string, strict: boolean) => Totals,
])[] = [
  ['spec, the last line', spec.create, lastLine],
  ['spec, the summary', spec.create, firstLine],
  ['dot, the last line', dot.create, lastLine],
  ['dot, the summary', dot.create, firstLine],
  ['nagios, the line', nagios.create, (text) => counted(text.split('|')[0] ?? '')],
  [
    'nagios, its performance data',
    nagios.create,
    (text) => {
      const value = (name: string) => number(text, new RegExp(`'${name}'=(\\d+)`));
      const [passed, failed, unknown] = [value('passed'), value('failed'), value('unknown')];
      return { passed, failed, unknown, skipped: value('scenarios') - passed - failed - unknown };
    },
  ],
  [
    'markdown',
    markdown.create,
    (text) => {
      const [names = '', , cells = ''] = /^\| .*passed.*\n.*\n.*$/m.exec(text)?.[0].split('\n') ?? [];
      const values = cells.split('|');
      return counted(
        names
          .split('|')
          .map((name, at) => `${Number.parseInt(values[at] ?? '', 10)} ${name.trim()}`)
          .join(', '),
      );
    },
  ],
  [
    'html',
    html.create,
    (text) =>
      counted((/<ul class="counts">.*?<\/ul>/s.exec(text)?.[0] ?? '').replace(/<[^>]*>/g, ' ').replace(/ +/g, ' ')),
  ],
  [
    'junit',
    junit.create,
    (text) => {
      const value = (name: string) => number(text, new RegExp(`<testsuites [^>]*\\b${name}="(\\d+)"`));
      const cases = (name: string) => text.split(new RegExp(`<${name}[ >]`)).length - 1;
      assert.deepEqual(
        ['testcase', 'failure', 'error', 'skipped'].map(cases),
        ['tests', 'failures', 'errors', 'skipped'].map(value),
      );
      const [failed, unknown, skipped] = [value('failures'), value('errors'), value('skipped')];
      return { passed: value('tests') - failed - unknown - skipped, failed, unknown, skipped };
    },
  ],
  [
    'ctrf',
    ctrf.create,
    (text) => {
      const { summary, tests } = JSON.parse(text).results;
      for (const status of ['passed', 'failed', 'skipped', 'pending', 'other'])
        assert.equal(tests.filter((each: { status: string }) => each.status === status).length, summary[status]);
      return {
        passed: summary.passed,
        failed: summary.failed,
        unknown: summary.other,
        skipped: summary.skipped + summary.pending,
      };
    },
  ],
  [
    'json',
    json.create,
    (text, strict) => byOutcome(JSON.parse(text.trimEnd().split('\n').at(-1) ?? '').counts, strict),
  ],
  [
    'openmetrics',
    openmetrics.create,
    (text, strict) => {
      const samples = text.matchAll(/^mailspec_run_scenarios\{outcome="(\w+)"\} (\d+)$/gm);
      return byOutcome(Object.fromEntries([...samples].map(([, name, value]) => [name, Number(value)])), strict);
    },
  ],
];

describe('totals', () => {
  for (const [name, events, strict] of runs) {
    const [end] = events.flatMap((event) => (event.type === 'end' ? [event.summary] : []));
    const expected = byOutcome(end?.counts ?? {}, strict);
    for (const [format, create, read] of formats)
      it(`of ${name} are the same in ${format}`, async () =>
        assert.deepEqual(read(await reportOf(create, events, { strict }), strict), expected));
  }

  it('of TAP are the same, where warnings and known issues are TODO', async () => {
    for (const [, events, strict] of runs) {
      const text = await reportOf(tap.create, events, { strict });
      const lines = text.split('\n').filter((line) => /^(?:not )?ok /.test(line));
      const [end] = events.flatMap((event) => (event.type === 'end' ? [event.summary] : []));
      const { passed, failed, unknown, skipped } = byOutcome(end?.counts ?? {}, strict);
      const bad = lines.filter((line) => line.startsWith('not ok') && !/ # TODO /.test(line));
      assert.deepEqual([lines.length, bad.length], [passed + failed + unknown + skipped, failed + unknown]);
    }
  });
});
