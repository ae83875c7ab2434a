import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const module = fileURLToPath(new URL('./compiling.js', import.meta.url));

/** Compiles a script at the end of a process, as `start.ts` does, and looks whether another process can use it. */
const program = `
import { Script } from 'node:vm';
import { compileFor } from ${JSON.stringify(module)};
const source = '(function () { return 1; })';
if (process.argv[1]) {
  console.log(new Script(source, { cachedData: Buffer.from(process.argv[1], 'base64') }).cachedDataRejected);
} else {
  const script = new Script(source);
  process.on('exit', () => console.log(script.createCachedData().toString('base64')));
  compileFor(10);
  compileFor(100);
}
`;

function play(...args: string[]): string {
  return spawnSync(process.execPath, ['--input-type=module', '-e', program, ...args], { encoding: 'utf8' }).stdout.trim();
}

describe('compileFor()', () => {
  it('compileFor() leaves compiled code that the next process can use', () => {
    assert.equal(play(play()), 'false');
  });
});
