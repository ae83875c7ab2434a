import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportOf } from '../../fixtures/reports/collect.ts';
import { blocked, eventsOf, measured, mixed } from '../../fixtures/reports/results.ts';
import { packageRoot } from '../package-root.ts';
import type { RunEvent, Summary } from '../run-event.ts';
import * as ctrf from './ctrf.ts';
import * as dot from './dot.ts';
import * as github from './github.ts';
import * as html from './html.ts';
import * as json from './json.ts';
import * as junit from './junit.ts';
import * as markdown from './markdown.ts';
import * as nagios from './nagios.ts';
import * as openmetrics from './openmetrics.ts';
import type { CreateReporter, ReporterOptions } from './reporter.ts';
import * as sarif from './sarif.ts';
import * as spec from './spec.ts';
import * as tap from './tap.ts';

const formats: readonly {
  readonly end: string;
  readonly create: CreateReporter;
  readonly options?: Partial<ReporterOptions>;
}[] = [
  { end: 'spec.txt', create: spec.create },
  { end: 'terminal.txt', create: spec.create, options: { list: false } },
  { end: 'dot.txt', create: dot.create },
  { end: 'junit.xml', create: junit.create },
  { end: 'xunit10.xml', create: junit.create, options: { junitDialect: 'xunit10' } },
  { end: 'jsonl', create: json.create },
  { end: 'tap', create: tap.create },
  { end: 'ctrf.json', create: ctrf.create },
  { end: 'github.txt', create: github.create },
  { end: 'nagios.txt', create: nagios.create },
  { end: 'prom', create: openmetrics.create },
  { end: 'sarif', create: sarif.create },
  { end: 'md', create: markdown.create },
  { end: 'html', create: html.create },
];

const passed = mixed.filter(({ outcome }) => outcome === 'passed' || outcome === 'known' || outcome === 'skipped');
const skipped = mixed.filter(({ outcome }) => outcome === 'skipped');
const errored = mixed.filter(({ outcome }) => outcome === 'passed' || outcome === 'errored');
const warned = mixed.filter(({ outcome }) => outcome === 'passed' || outcome === 'warning');
const interrupted: Partial<Summary> = { interrupted: true, exitStatus: 130 };

const notes: Summary['notes'] = [
  {
    kind: 'connection limit',
    server: 'mx',
    said: '421 4.7.0 Error: too many connections from 192.0.2.1',
    perMinute: 60,
  },
  { kind: 'connection limit', server: 'imap', said: '', connections: 4 },
  { kind: 'greylisting', server: 'mx', said: '450 4.2.0 <b>: Greylisted', isOver: true },
];

/** The exit status is part of the file name, so that a change shows as a changed name. */
const runs: readonly {
  readonly name: string;
  readonly events: readonly RunEvent[];
  readonly options?: Partial<ReporterOptions>;
  readonly ends: readonly string[];
}[] = [
  { name: 'mixed', events: eventsOf(mixed), ends: formats.map(({ end }) => end) },
  { name: 'measured', events: eventsOf(measured), ends: ['nagios.txt', 'prom', 'jsonl', 'html'] },
  {
    name: 'passed',
    events: eventsOf(passed),
    ends: ['spec.txt', 'dot.txt', 'nagios.txt', 'junit.xml', 'github.txt', 'md'],
  },
  {
    name: 'skipped',
    events: eventsOf(skipped, { exitStatus: 3 }),
    ends: ['spec.txt', 'dot.txt', 'nagios.txt', 'junit.xml', 'tap', 'ctrf.json', 'github.txt', 'md', 'html'],
  },
  { name: 'errored', events: eventsOf(errored), ends: ['terminal.txt'] },
  {
    name: 'strict',
    events: eventsOf(warned, { exitStatus: 1 }),
    options: { strict: true },
    ends: ['spec.txt', 'junit.xml', 'tap', 'ctrf.json', 'github.txt', 'md'],
  },
  {
    name: 'shortfalls',
    events: eventsOf(passed, {
      exitStatus: 1,
      shortfalls: [
        { kind: 'skipped', count: 1, names: ['sieve', 'full_user', 'own_alias', 'password', 'mx', 'no <b> quota'] },
        { kind: 'passed', passed: 2, required: 10 },
      ],
    }),
    options: { strict: true },
    ends: ['spec.txt', 'dot.txt', 'jsonl', 'nagios.txt', 'md', 'html'],
  },
  { name: 'blocked', events: eventsOf(blocked, { notes }), ends: formats.map(({ end }) => end) },
  {
    name: 'interrupted',
    events: eventsOf([...mixed.slice(0, 1), ...mixed.slice(8, 9)], interrupted),
    ends: ['spec.txt', 'junit.xml', 'jsonl', 'tap', 'ctrf.json', 'github.txt', 'md', 'html'],
  },
  {
    name: 'empty',
    events: eventsOf([]),
    ends: ['spec.txt', 'junit.xml', 'xunit10.xml', 'tap', 'ctrf.json', 'github.txt', 'md', 'html'],
  },
];

describe('reports', () => {
  for (const { name, events, options, ends } of runs) {
    const end = events.at(-1);
    const status = end?.type === 'end' ? end.summary.exitStatus : undefined;
    for (const format of formats.filter((each) => ends.includes(each.end))) {
      const file = `${name}.${status}.${format.end}`;
      it(`${file} is as expected`, async () => {
        const report = await reportOf(format.create, events, { ...options, ...format.options });
        const path = join(packageRoot(), 'fixtures', 'reports', file);
        if (process.env['UPDATE']) writeFileSync(path, report);
        assert.equal(report, readFileSync(path, 'utf8'));
      });
    }
  }

  it('are the same in whatever order scenarios end', async () => {
    const shuffled = eventsOf([...mixed].reverse());
    for (const { end, create } of formats.filter((each) => !each.options)) {
      const expected = await reportOf(create, eventsOf(mixed));
      const report = await reportOf(create, shuffled);
      // The order of the dots may vary, but not the rest.
      assert.equal(
        report.slice(end === 'dot.txt' ? mixed.length : 0),
        expected.slice(end === 'dot.txt' ? mixed.length : 0),
        end,
      );
    }
  });
});
