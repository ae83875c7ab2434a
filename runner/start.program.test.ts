import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';

const program = join(packageRoot(), 'dist', 'mailspec.cjs');

/**
 * A shell that goes on after SIGTERM, and sends the program that started it the second signal: it knows that the first
 * has arrived, and a third would find no handler while Node exits.
 */
const interruptsAgain = "trap 'kill -INT $PPID' TERM";

describe('mailspec.cjs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailspec-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('loads a program of ASCII alone: any other character would be two or three in its strings and patterns', () => {
    const text = readFileSync(join(packageRoot(), 'dist', 'program.cjs'), 'latin1');
    assert.deepEqual(text.match(/.{0,40}[^\0-\x7f].{0,40}/g), null);
  });

  it('ignores compiled code that is damaged, writes it anew, and keeps that of other flags apart', () => {
    for (const name of ['mailspec.cjs', 'program.cjs'])
      copyFileSync(join(packageRoot(), 'dist', name), join(folder, name));
    writeFileSync(join(folder, 'package.json'), '{ "version": "1.2.3" }');
    symlinkSync(join(packageRoot(), 'node_modules'), join(folder, 'node_modules'));
    // If the variable is not set at all, Node passes it on by itself.
    const { NODE_OPTIONS: _, ...env } = process.env;
    const version = (flags: readonly string[] = [], options = '') =>
      execFileSync(process.execPath, [...flags, join(folder, 'mailspec.cjs'), '--version'], {
        encoding: 'utf8',
        env: options === '' ? env : { ...env, NODE_OPTIONS: options },
      });
    assert.equal(version(), 'mailspec 1.2.3\n');
    const [name = '', ...others] = readdirSync(join(folder, '.cache'));
    assert.deepEqual(others, []);
    const good = readFileSync(join(folder, '.cache', name));
    const { ino } = statSync(join(folder, '.cache', name));
    assert.equal(version(), 'mailspec 1.2.3\n');
    assert.equal(statSync(join(folder, '.cache', name)).ino, ino, 'what was kept is used, and not written again');
    for (const damaged of [
      Buffer.alloc(0),
      good.subarray(0, 1000),
      Buffer.concat([good.subarray(0, 5000), Buffer.alloc(5000, 0xaa), good.subarray(10_000)]),
    ]) {
      writeFileSync(join(folder, '.cache', name), damaged);
      assert.equal(version(), 'mailspec 1.2.3\n');
      assert.notDeepEqual(readFileSync(join(folder, '.cache', name)), damaged);
    }
    version(['--max-old-space-size=200']);
    version([], '--max-semi-space-size=8');
    assert.equal(readdirSync(join(folder, '.cache')).length, 3);
  });

  it('loads neither "node:crypto", standard input nor a schema for a scenario that passes', async () => {
    const server = createServer((socket) => void socket.end('220 ready\r\n')).listen(0, '127.0.0.1');
    try {
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      writeFileSync(
        join(folder, 'a.yaml'),
        `suite: S\nserver: { url: "smtp://127.0.0.1:${port}" }\nscenarios:\n- { name: a, dialogue: [{ expect: 220 }] }\n`,
      );
      writeFileSync(
        join(folder, 'watch.cjs'),
        `const { parse } = JSON;
const { get } = Object.getOwnPropertyDescriptor(process, 'stdin');
let [stdin, schemas] = [0, 0];
Object.defineProperty(process, 'stdin', { get: () => (stdin++, get.call(process)) });
JSON.parse = (text, ...rest) => {
  if (String(text).includes('scenario.schema.json')) schemas++;
  return parse(text, ...rest);
};
process.on('exit', () => {
  const crypto = process.moduleLoadList.includes('NativeModule crypto');
  require('node:fs').writeFileSync('loaded.json', JSON.stringify({ crypto, stdin, schemas }));
});
`,
      );
      const args = ['--require', './watch.cjs', program, 'run', 'a.yaml'];
      const child = spawn(process.execPath, args, { cwd: folder, stdio: ['pipe', 'ignore', 'ignore'] });
      const [status] = await once(child, 'exit');
      assert.equal(status, 0);
      const seen: unknown = JSON.parse(readFileSync(join(folder, 'loaded.json'), 'utf8'));
      assert.deepEqual(seen, { crypto: false, stdin: 0, schemas: 0 });
    } finally {
      server.close();
    }
  });

  it('ends with 2 when its output goes to a full device', function () {
    if (process.platform !== 'linux') this.skip();
    const full = openSync('/dev/full', 'w');
    try {
      const { status, stderr } = spawnSync(process.execPath, [program, 'schema', 'scenario'], {
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      });
      assert.equal(status, 2, stderr);
      assert.match(stderr, /^error: Cannot write the output: .*ENOSPC/);
    } finally {
      closeSync(full);
    }
  });

  for (const [what, waits] of [
    ['at its end', false],
    ['on a second signal', true],
  ] as const)
    it(`ends programs ${what} that left for a session of their own`, async function () {
      if (process.platform !== 'linux') this.skip();
      // In its own session, with init as its parent, ignoring SIGTERM.
      const daemon = `process.on('SIGTERM', () => {}); require('node:fs').writeFileSync(process.argv[1], String(process.pid)); setInterval(() => {}, 1000)`;
      const leaver = `const { spawn } = require('node:child_process'), { existsSync } = require('node:fs');
        const [name] = process.argv.slice(2);
        spawn(process.execPath, ['-e', ${JSON.stringify(daemon)}, name], { detached: true, stdio: 'ignore' }).unref();
        const timer = setInterval(() => { if (existsSync(name)) { clearInterval(timer); process.stdout.write('220 ready\\r\\n'); } }, 10);`;
      writeFileSync(join(folder, 'leaver.cjs'), leaver);
      const start = (name: string) => JSON.stringify([process.execPath, 'leaver.cjs', name]);
      writeFileSync(
        join(folder, 'mailspec.yaml'),
        `allow: { commands: true }
servers: { exec: { url: "smtp+exec:", command: ${start('exec.pid')} } }
services: [{ name: daemon, start: ${start('service.pid')}, ready: /220/ }]
`,
      );
      writeFileSync(
        join(folder, 'a.yaml'),
        `suite: S
scenarios:
- name: a
  server: exec
  dialogue:
  - run: ${start('run.pid')}
  - expect: 220
  - run: [sh, -c, "${waits ? `${interruptsAgain}; touch here; while :; do sleep 0.05; done` : 'touch here'}"]
    timeout: 300s
`,
      );
      const child = spawn(process.execPath, [program, 'run', 'a.yaml'], { cwd: folder, stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await eventually(() => existsSync(join(folder, 'here')) || undefined);
      if (waits) child.kill('SIGINT');
      assert.equal(await ended, waits ? 130 : 0);
      for (const name of ['run', 'exec', 'service']) {
        const pid = Number(readFileSync(join(folder, `${name}.pid`), 'utf8'));
        assert.ok(pid > 1);
        await eventually(() => (isThere(pid) ? undefined : true));
      }
    });

  it('leaves no file and no program on a second signal', async () => {
    writeFileSync(join(folder, 'mailspec.yaml'), 'allow: { commands: true }\n');
    const steps = `- run: [sh, -c, "${interruptsAgain}; trap '' INT; echo $$ > pid; while :; do sleep 0.05; done"]`;
    writeFileSync(join(folder, 'a.yaml'), `suite: S\nscenarios:\n- name: a\n  dialogue:\n  ${steps}\n`);
    const child = spawn(process.execPath, [program, 'run', 'a.yaml', '--reporter', 'junit=out.xml'], {
      cwd: folder,
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const pid = await eventually(() => Number(readFileSync(join(folder, 'pid'), 'utf8')) || undefined);
    child.kill('SIGINT');
    assert.equal(await ended, 130);
    await eventually(() => (isThere(pid) ? undefined : true));
    assert.deepEqual(readdirSync(folder).sort(), ['a.yaml', 'mailspec.yaml', 'pid']);
  });
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie is dead; it only waits to be reaped.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function eventually<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    try {
      const found = look();
      if (found !== undefined) return found;
    } catch {
      // The file does not exist yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
