import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from 'yaml';
import { anyResults } from '../../fixtures/reports/anything.ts';
import { reportOf } from '../../fixtures/reports/collect.ts';
import { eventsOf, mixed, resultOf, scenarioOf } from '../../fixtures/reports/results.ts';
import { runsOf } from '../../fixtures/testing/long.ts';
import type { RunEvent } from '../run-event.ts';
import type { ReporterOptions } from './reporter.ts';
import { create } from './tap.ts';

const report = (events: readonly RunEvent[], options: Partial<ReporterOptions> = {}) =>
  reportOf(create, events, options);

interface Point {
  readonly ok: boolean;
  readonly number: number;
  readonly description: string;
  readonly directive?: string;
  readonly reason?: string;
  readonly yaml?: Readonly<Record<string, unknown>>;
}

/** A strict parser for TAP 14 as we write it: any other line is an error. */
function read(tap: string): {
  readonly plan: number;
  readonly points: readonly Point[];
  readonly bailOut: string | undefined;
} {
  const lines = tap.split('\n');
  assert.equal(lines.pop(), '');
  assert.equal(lines.shift(), 'TAP version 14');
  const plan = Number(/^1\.\.(\d+)(?: # SKIP .*)?$/.exec(lines.shift() ?? '')?.[1]);
  const points: Point[] = [];
  let bailOut: string | undefined;
  while (lines.length > 0) {
    const line = lines.shift() ?? '';
    bailOut = /^Bail out! (.*)$/.exec(line)?.[1];
    if (bailOut !== undefined) break;
    const [, not, number, description = '', directive, reason] =
      /^(not )?ok (\d+) - ((?:[^\\#]|\\[\\#])*?)(?: # (SKIP|TODO) (.*))?$/.exec(line) ?? assert.fail(`no TAP: ${line}`);
    const block: string[] = [];
    if (lines[0] === '  ---') {
      lines.shift();
      for (let each = lines.shift(); each !== '  ...'; each = lines.shift())
        block.push(each ?? assert.fail('a block without an end'));
    }
    points.push({
      ok: not === undefined,
      number: Number(number),
      description: description.replace(/\\([\\#])/g, '$1'),
      ...(directive !== undefined && { directive }),
      ...(reason !== undefined && { reason }),
      ...(block.length > 0 && {
        yaml: parse(block.map((each) => each.slice(2)).join('\n')) as Record<string, unknown>,
      }),
    });
  }
  assert.deepEqual(lines, []);
  return { plan, points, bailOut };
}

/** What a harness counts as failures: never TODO and SKIP. */
const failures = (points: readonly Point[]) =>
  points.filter(({ ok, directive }) => !ok && directive === undefined).map(({ number }) => number);

describe('tap', () => {
  it('create() fails for a harness what fails the run, and nothing else', async () => {
    const { plan, points, bailOut } = read(await report(eventsOf(mixed)));
    assert.equal(plan, 10);
    assert.deepEqual(
      points.map(({ number }) => number),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    );
    assert.deepEqual(failures(points), [2, 3, 7]);
    assert.deepEqual(
      points.filter(({ directive }) => directive === 'TODO').map(({ number, ok }) => [number, ok]),
      [
        [4, false],
        [5, false],
      ],
    );
    assert.deepEqual(
      points.filter(({ directive }) => directive === 'SKIP').map(({ reason }) => reason),
      ['the configuration has no server "imaps"', 'stopped after 2 failures (--bail 2)'],
    );
    assert.equal(bailOut, undefined);
    assert.deepEqual(failures(read(await report(eventsOf(mixed), { strict: true })).points), [2, 3, 4, 7]);
  });

  it('create() tells a failure as YAML', async () => {
    const yaml = read(await report(eventsOf(mixed))).points[1]?.yaml;
    assert.deepEqual(
      { ...yaml, failure: undefined },
      {
        message: 'reply to "AUTH PLAIN «credentials»" does not match',
        severity: 'fail',
        code: 'reply.mismatch',
        at: { file: 'smtp/auth.yaml', line: 17, column: 25 },
        wanted: '538',
        found: '334',
        duration_ms: 21.4,
        failure: undefined,
      },
    );
    assert.match(
      String(yaml?.['failure']),
      /^FAIL smtp\/auth\.yaml[\s\S]*\n {2}rerun: mailspec run smtp\/auth\.yaml:8$/,
    );
  });

  it('create() bails out when the run was interrupted', async () => {
    const { bailOut } = read(await report(eventsOf(mixed, { interrupted: true, exitStatus: 130 })));
    assert.equal(bailOut, 'Interrupted: 1 of 10 scenarios did not run');
  });

  it('create() keeps names that look like directives', async () => {
    const { points } = read(await report(eventsOf([resultOf(scenarioOf(0, 'C# \\ # SKIP me'), 'passed')])));
    assert.deepEqual(points, [{ ok: true, number: 1, description: 'smtp/auth.yaml › C# \\ # SKIP me' }]);
  });

  it('create() is TAP, whatever the scenario and the server say', () =>
    fc.assert(
      fc.asyncProperty(anyResults, async (results) => {
        const { points } = read(await report(eventsOf(results)));
        assert.equal(points.length, results.length);
      }),
      { numRuns: runsOf(100) },
    ));
});
