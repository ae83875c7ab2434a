import { resolve } from 'node:path';
import { readTextNamed } from '../access/open.ts';
import { ArgumentError } from '../diagnostic.ts';
import { mergeResults } from '../load/merge.ts';
import type { LoadResult } from '../load/result.ts';
import { messageOf, systemReason } from '../phrase.ts';
import { isLoadResult } from './generated/results.js';

/** Reads what `load --out FILE.json` wrote. Throws an `ArgumentError` that says what is wrong with the file. */
export function readLoadResult(path: string, cwd: string): LoadResult {
  const value = valueIn(path, cwd);
  if (!isLoadResult(value))
    throw new ArgumentError(
      `Cannot use the results "${path}": they are not those of a load`,
      'Write them with "mailspec load FILE --out RESULT.json"',
    );
  try {
    // This decodes each histogram.
    return mergeResults([value as LoadResult]);
  } catch (error) {
    throw new ArgumentError(`Cannot use the results "${path}": a histogram is damaged: ${messageOf(error)}`);
  }
}

function valueIn(path: string, cwd: string): unknown {
  try {
    return JSON.parse(readTextNamed(resolve(cwd, path)));
  } catch (error) {
    throw new ArgumentError(`Cannot read the results "${path}": ${systemReason(error)}`);
  }
}
