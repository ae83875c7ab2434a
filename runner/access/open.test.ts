import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AccessError,
  lookInside,
  namesInside,
  openInside,
  readInside,
  readNamed,
  readTextInside,
  readTextNamed,
} from './open.ts';
import { holdSocket } from './socket.ts';

const isOutside = (error: unknown) => error instanceof AccessError && error.reason === 'outside';
const isNoFile = (error: unknown) => error instanceof AccessError && error.reason === 'kind';

describe('access to files', () => {
  let folder: string;
  let inside: string;
  const at = (...names: readonly string[]) => join(inside, ...names);
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'mailspec-access-')));
    inside = join(folder, 'project');
    mkdirSync(join(inside, 'below'), { recursive: true });
    mkdirSync(join(folder, 'elsewhere'));
    writeFileSync(join(folder, 'elsewhere', 'file'), 'theirs');
    writeFileSync(at('below', 'file'), 'ours');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('reads what lies inside, through links that stay inside as well', async () => {
    symlinkSync(at('below'), at('link'));
    assert.equal(readTextInside(at('link', 'file'), [inside]), 'ours');
    assert.equal((await readInside(at('below', 'file'), [inside])).toString(), 'ours');
    assert.deepEqual(await namesInside(at('link'), [inside]), ['file']);
    assert.equal(readTextInside(join(folder, 'elsewhere', 'file'), undefined), 'theirs');
  });

  it('refuses files and folders that links lead out of it to', async () => {
    symlinkSync(join(folder, 'elsewhere'), at('folder'));
    symlinkSync(join(folder, 'elsewhere', 'file'), at('file'));
    for (const path of [at('folder', 'file'), at('file'), at('..', 'elsewhere', 'file')]) {
      assert.throws(() => readTextInside(path, [inside]), isOutside);
      assert.throws(() => lookInside(path, [inside]), isOutside);
      await assert.rejects(readInside(path, [inside]), isOutside);
    }
    await assert.rejects(namesInside(at('folder'), [inside]), isOutside);
    await assert.rejects(openInside(at('file'), undefined, { links: false }), { code: 'ELOOP' });
  });

  it('looks at what was opened: a link that changes in between leads nowhere else', async () => {
    const ours = at('swapped');
    symlinkSync(at('below', 'file'), ours);
    const theirs = at('other');
    symlinkSync(join(folder, 'elsewhere', 'file'), theirs);
    let going = true;
    // The link changes its target on every turn of the event loop.
    const swap = (async () => {
      for (let turn = 0; going; turn++) {
        symlinkSync(turn % 2 === 0 ? join(folder, 'elsewhere', 'file') : at('below', 'file'), at('next'));
        renameSync(at('next'), ours);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (let tries = 0; tries < 300; tries++) {
      const text = await readInside(ours, [inside]).then(
        (octets) => octets.toString(),
        (error: unknown) => {
          assert.ok(isOutside(error));
          return 'ours';
        },
      );
      assert.equal(text, 'ours');
    }
    going = false;
    await swap;
  });

  it('refuses pipes, devices and sockets without waiting', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    const server = createServer().listen(at('socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      for (const path of [at('pipe'), '/dev/zero', inside]) {
        assert.throws(() => readTextInside(path, undefined), isNoFile);
        await assert.rejects(readInside(path, undefined), isNoFile);
      }
      assert.throws(() => readTextInside(at('socket'), undefined), { code: 'ENXIO' });
    } finally {
      server.close();
    }
  });

  it('refuses a file that is larger than its reader wants, without reading it', async () => {
    const large = at('large');
    writeFileSync(large, '');
    truncateSync(large, 3 * 2 ** 30);
    const isLarge = (most: number) => ({ reason: 'size', message: `it is larger than ${most} MiB` });
    assert.throws(() => readTextInside(large, [inside], 4 * 2 ** 20), isLarge(4));
    assert.throws(() => readTextNamed(large, undefined, 4 * 2 ** 20), isLarge(4));
    assert.throws(() => readTextNamed(large), isLarge(500));
    await assert.rejects(readInside(large, [inside]), isLarge(500));
    await assert.rejects(readNamed(large, 16 * 2 ** 20), isLarge(16));
    truncateSync(large, 4 * 2 ** 20);
    assert.equal(readTextInside(large, [inside], 4 * 2 ** 20).length, 4 * 2 ** 20);
  });

  it('holdSocket() refuses a socket that a link leads out of it to', async () => {
    const path = join(folder, 'elsewhere', 's');
    const server = createServer().listen(path);
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      symlinkSync(path, at('link'));
      assert.throws(() => holdSocket(at('link'), [inside]), isOutside);
      const held = holdSocket(at('link'), [join(folder, 'elsewhere')]);
      held.release();
    } finally {
      server.close();
    }
  });
});
