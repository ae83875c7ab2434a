import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';

describe('mailspec.cjs', () => {
  it('loads a program of ASCII alone: any other character would be two or three in its strings and patterns', () => {
    const program = readFileSync(join(packageRoot(), 'dist', 'program.cjs'), 'latin1');
    assert.deepEqual(program.match(/.{0,40}[^\0-\x7f].{0,40}/g), null);
  });
});
