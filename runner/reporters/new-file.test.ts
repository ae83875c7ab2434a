import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { newFiles } from './new-file.ts';

describe('newFiles() where a lock lies', () => {
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

  const write = () => newFiles(Date.now() - 1000)(path, 'new');
  const dead = () => spawnSync(process.execPath, ['-e', '']).pid;

  it('replaces what is older if the lock was left by a process that ended, and removes the lock', async () => {
    await writeFile(lock, `${dead()} ${hostname()}\n`);
    assert.equal(await write(), path);
    assert.equal(await readFile(path, 'utf8'), 'new');
    assert.deepEqual(await readdir(folder), ['a.txt']);
  });

  it('replaces it for each of many runs that see such a lock at once, under names of their own', async () => {
    await writeFile(lock, `${dead()} ${hostname()}\n`);
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
