import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { anyResults } from '../../fixtures/reports/anything.ts';
import { reportOf } from '../../fixtures/reports/collect.ts';
import { eventsOf, mixed } from '../../fixtures/reports/results.ts';
import { packageRoot } from '../package-root.ts';
import type { RunEvent } from '../result.ts';
import { create } from './ctrf.ts';
import type { ReporterOptions } from './reporter.ts';

interface Ctrf {
  readonly results: {
    readonly tool: object;
    readonly summary: Readonly<Record<string, number>>;
    readonly tests: readonly {
      readonly id: string;
      readonly name: string;
      readonly status: string;
      readonly rawStatus: string;
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
      { numRuns: 100 },
    )).timeout(30_000);
});
