import assert from 'node:assert/strict';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../../fixtures/testing/command.ts';
import type { Outcome, ScenarioResult } from '../result.ts';
import { failedLastTime, lastRun } from './last-run.ts';

function result(id: string, duration: number, outcome: Outcome = 'passed'): ScenarioResult {
  return { scenario: { id, suite: { file: 'a.yaml' } }, outcome, duration } as unknown as ScenarioResult;
}

/** What is known after a run with these results. */
async function knownAfter(root: string, results: readonly ScenarioResult[]) {
  const run = lastRun(root, root);
  for (const each of results) run.note(each);
  await run.save();
  return [...lastRun(root, root).durations];
}

describe('lastRun()', () => {
  it('keeps what took long, the longest first, until it is quicker', async () => {
    const root = project({});
    assert.deepEqual([...lastRun(root, root).durations], []);
    const first = [result('a', 99.9), result('b', 100.4), result('c', 2500), result('d', 400, 'failed')];
    assert.deepEqual(await knownAfter(root, first), [
      ['c', 2500],
      ['d', 400],
      ['b', 100],
    ]);
    assert.deepEqual(
      failedLastTime(root)?.map(({ id }) => id),
      ['d'],
    );
    const second = [result('d', 20), result('b', 0, 'skipped'), result('c', 1, 'not_run')];
    assert.deepEqual(await knownAfter(root, second), [
      ['c', 2500],
      ['b', 100],
    ]);
  });

  it('keeps so many and no more', async () => {
    const root = project({});
    const known = await knownAfter(
      root,
      Array.from({ length: 1500 }, (_, index) => result(`s${index}`, 100 + index)),
    );
    assert.equal(known.length, 1000);
    assert.deepEqual(known[0], ['s1499', 1599]);
    assert.deepEqual(known.at(-1), ['s500', 600]);
  });

  it('makes nothing of a file that it did not write', async () => {
    const root = project({ '.mailspec/last-run.json': '' });
    const path = join(root, '.mailspec', 'last-run.json');
    for (const text of ['', 'null', '[]', '{"durations":[1]}', '{"durations":{"a":"x","b":null}}', '{"durations":3}']) {
      writeFileSync(path, text);
      const ids = [...lastRun(root, root).durations.keys()];
      assert.deepEqual(
        ids.filter((id) => id !== '0'),
        [],
        text,
      );
    }
    assert.deepEqual(await knownAfter(root, [result('a', 200)]), [['a', 200]]);
    assert.match(readFileSync(path, 'utf8'), /"a": 200/);
  });

  it('writes nothing where .mailspec is a link, wherever it leads', async () => {
    const elsewhere = project({});
    const root = project({});
    symlinkSync(elsewhere, join(root, '.mailspec'));
    assert.deepEqual(await knownAfter(root, [result('a', 2500)]), []);
    assert.deepEqual(readdirSync(elsewhere), []);
  });
});
