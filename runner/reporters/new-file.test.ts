import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { shortenTimers } from '../../fixtures/testing/fast-time.ts';
import { newFiles } from './new-file.ts';

/** No process has this number: no system gives one as high. */
const dead = 2 ** 31 - 1;

describe('newFiles() where a lock lies', () => {
  // It checks fifty times whether the other run has finished.
  shortenTimers(10, 1);
  let folder: string;
  let path: string;
  let lock: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'new-file-'));
    path = join(folder, 'a.txt');
    lock = join(folder, '.a.txt.lock');
    await writeFile(path, 'old');
    await utimes(path, new Date(0), new Date(0));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function write(): Promise<string> {
    const files = newFiles(folder, Date.now() - 1000);
    const name = await files.write('a.txt', 'new');
    await files.end();
    return name;
  }

  it('replaces what is older if the lock was left by a process that ended, and removes the lock', async () => {
    await writeFile(lock, `${dead} ${hostname()}\n`);
    assert.equal(await write(), path);
    assert.equal(await readFile(path, 'utf8'), 'new');
    assert.deepEqual(await readdir(folder), ['a.txt']);
  });

  it('replaces it for each of many runs that see such a lock at once, under names of their own', async () => {
    await writeFile(lock, `${dead} ${hostname()}\n`);
    const names = await Promise.all(Array.from({ length: 8 }, write));
    assert.equal(new Set(names).size, 8);
    assert.deepEqual((await readdir(folder)).length, 8);
  });

  it('leaves the file and the lock of a process that runs', async () => {
    const text = `${process.ppid} ${hostname()}\n`;
    await writeFile(lock, text);
    assert.equal(await write(), join(folder, 'a-2.txt'));
    assert.deepEqual([await readFile(path, 'utf8'), await readFile(lock, 'utf8')], ['old', text]);
  });

  for (const [name, text] of [
    ['an empty one, as of an earlier version', ''],
    ["another machine's", `${process.pid} another.example\n`],
  ] as const)
    it(`goes by the age of ${name}`, async () => {
      await writeFile(lock, text);
      assert.equal(await write(), join(folder, 'a-2.txt'));
      await utimes(lock, new Date(0), new Date(0));
      assert.equal(await write(), path);
    });
});

describe('newFiles() of runs that overlap', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'new-file-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const began = Date.now();
  /** A run that began a number of seconds after the first one. */
  const run = (seconds: number) => newFiles(folder, began + seconds * 1000);
  const written = async (seconds: number, name: string) => {
    const at = new Date(began + seconds * 1000);
    await utimes(join(folder, name), at, at);
  };

  it('keeps what a run has written that was not over when this one began', async () => {
    const first = run(0);
    assert.equal(await first.write('a.txt', 'first'), join(folder, 'a.txt'));
    await written(1, 'a.txt');
    const second = run(2);
    await second.write('b.txt', 'second');
    await first.end();
    assert.equal(await second.write('a.txt', 'second'), join(folder, 'a-2.txt'));
    await second.end();
    assert.equal(await readFile(join(folder, 'a.txt'), 'utf8'), 'first');
    assert.deepEqual(await readdir(folder), ['a-2.txt', 'a.txt', 'b.txt']);
  });

  it('replaces what was there before the run that is not over', async () => {
    await writeFile(join(folder, 'b.txt'), 'older');
    await written(-1, 'b.txt');
    const first = run(0);
    await first.write('a.txt', 'first');
    await written(1, 'a.txt');
    const second = run(2);
    assert.equal(await second.write('b.txt', 'second'), join(folder, 'b.txt'));
    await Promise.all([first.end(), second.end()]);
  });

  it('replaces what a run has written that is over, or ended without saying so', async () => {
    const first = run(0);
    await first.write('a.txt', 'first');
    await written(1, 'a.txt');
    await first.end();
    await writeFile(join(folder, `.run-${began}.0123456789ab.lock`), `${dead} ${hostname()}\n`);
    const second = run(2);
    assert.equal(await second.write('a.txt', 'second'), join(folder, 'a.txt'));
    await second.end();
    assert.deepEqual(await readdir(folder), ['a.txt']);
  });
});
