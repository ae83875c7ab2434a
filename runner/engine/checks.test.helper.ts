import assert from 'node:assert/strict';
import { spoken, told } from '../../fixtures/testing/play.ts';
import { worded } from '../../fixtures/testing/worded.ts';
import type { ScenarioResult } from '../result.ts';

export const notes = (result: ScenarioResult) => spoken(result).filter((line) => line.startsWith('*'));
export const passes = (result: ScenarioResult) => assert.equal(result.outcome, 'passed', told(result));

export function fails(
  result: ScenarioResult,
  code: string,
  ...mismatches: readonly (readonly [string, string, string])[]
): void {
  assert.equal(result.problem?.code, code, told(result));
  if (mismatches.length > 0) {
    assert.deepEqual(
      result.problem.mismatches.map(worded).map(({ path, expected, actual }) => [path, expected, actual]),
      mismatches,
    );
  }
}
