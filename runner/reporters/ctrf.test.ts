import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { anyResults } from '../../fixtures/reports/anything.ts';
import { reportOf } from '../../fixtures/reports/collect.ts';
import {
  eventsOf,
  mixed,
  placeIn,
  problemAt,
  resultOf,
  scenarioOf,
  transcript,
} from '../../fixtures/reports/results.ts';
import { runsOf } from '../../fixtures/testing/long.ts';
import { recordedRun } from '../causes/recorded.test.helper.ts';
import { packageRoot } from '../package-root.ts';
import type { RunEvent } from '../run-event.ts';
import { create } from './ctrf.ts';
import type { Output, ReporterOptions } from './reporter.ts';

interface Ctrf {
  readonly results: {
    readonly tool: object;
    readonly summary: Readonly<Record<string, number>>;
    readonly tests: readonly {
      readonly id: string;
      readonly name: string;
      readonly status: string;
      readonly rawStatus: string;
      readonly labels: { readonly id: string };
      readonly trace?: string;
      readonly extra?: { readonly remedies?: readonly string[] };
    }[];
  };
}

const schema = JSON.parse(readFileSync(join(packageRoot(), 'fixtures/reports/ctrf.schema.json'), 'utf8')) as object;
const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema);

async function report(events: readonly RunEvent[], options: Partial<ReporterOptions> = {}): Promise<Ctrf> {
  const document: unknown = JSON.parse(await reportOf(create, events, options));
  assert.ok(validate(document), JSON.stringify(validate.errors));
  return document as Ctrf;
}

describe('ctrf', () => {
  it("create() names each outcome in CTRF's words, and adds up", async () => {
    const { summary, tests } = (await report(eventsOf(mixed))).results;
    assert.deepEqual(
      tests.map(({ rawStatus, status }) => `${rawStatus} ${status}`),
      [
        'passed passed',
        'failed failed',
        'failed failed',
        'warning passed',
        'known skipped',
        'flaky passed',
        'errored other',
        'skipped skipped',
        'not_run pending',
        'passed passed',
      ],
    );
    const { tests: total, passed = 0, failed = 0, skipped = 0, pending = 0, other = 0, flaky } = summary;
    assert.deepEqual([passed, failed, skipped, pending, other, flaky], [4, 2, 2, 1, 1, 1]);
    assert.equal(total, passed + failed + skipped + pending + other);
  });

  it('create() says of each test what to do about its cause, and nothing else', async () => {
    const { tests } = (await report(recordedRun('sasl-socket-broken'))).results;
    const told = tests.flatMap(({ labels, extra, trace }) =>
      extra?.remedies && !labels.id.startsWith('discovery/') ? [{ remedies: extra.remedies, trace }] : [],
    );
    assert.equal(told.length, 169);
    for (const { remedies, trace } of told) {
      assert.match(remedies.join(), /^Postfix: .*smtpd_sasl_path/);
      assert.deepEqual(
        [...(trace ?? '').matchAll(/^fix: (.*)$/gm)].map(([, line]) => line),
        trace ? remedies : [],
      );
      assert.doesNotMatch(trace ?? '', /= remedy:/);
    }
  });

  it('create() writes tests that wait for the end in file order, however many they are', async () => {
    const long = transcript(Array<string>(64).fill(`S ${'x'.repeat(1_000)}`));
    const results = Array.from({ length: 300 }, (_, index) =>
      resultOf(scenarioOf(index, `number ${index}`), 'failed', {
        problem: problemAt(placeIn({ path: 'a.yaml', text: 'x' }, 'x')),
        transcript: long,
      }),
    );
    const written: string[] = [];
    const output: Output = { isTTY: false, columns: 80, write: (text) => void written.push(text) };
    await reportOf(create, eventsOf(results), { output });
    const document = JSON.parse(written.join('')) as Ctrf;
    assert.deepEqual(
      document.results.tests.map(({ name }) => name),
      results.map(({ scenario }) => scenario.name),
    );
    assert.equal(written.filter((text) => text.length > 1_000_000).length, 2);
  });

  it('create() fails warnings when strict', async () => {
    assert.equal((await report(eventsOf(mixed), { strict: true })).results.tests[3]?.status, 'failed');
  });

  it('create() names a scenario the same in every run, and its version', async () => {
    const [first, second] = [
      await report(eventsOf(mixed), { version: '1.2.3' }),
      await report(eventsOf([...mixed].reverse())),
    ];
    assert.deepEqual(
      first.results.tests.map(({ id }) => id),
      second.results.tests.map(({ id }) => id),
    );
    assert.equal(new Set(first.results.tests.map(({ id }) => id)).size, 10);
    assert.deepEqual(first.results.tool, { name: 'mailspec', version: '1.2.3' });
  });

  it('create() is a CTRF document when nothing ran, and when the run was interrupted', async () => {
    assert.deepEqual((await report(eventsOf([]))).results.tests, []);
    await report(eventsOf(mixed.slice(0, 2), { interrupted: true, exitStatus: 130 }));
  });

  it('create() is a CTRF document, whatever the scenario and the server say', () =>
    fc.assert(
      fc.asyncProperty(anyResults, async (results) => void (await report(eventsOf(results)))),
      { numRuns: runsOf(100) },
    ));
});
