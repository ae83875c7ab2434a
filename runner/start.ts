#!/usr/bin/env node
// The program's first file: loads the bundle with what V8 compiled of it last time, which halves the time to start.
// Node's own compile cache exists from 22.1 on, and keeps what the first process happened to need.
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

/** Octets of the sum at the end of what is kept. */
const sumLength = 4;
const program = `${import.meta.dirname}/program.cjs`;
const cache = cacheFile();
const cachedData = cache === undefined ? undefined : readIfThere(cache);
// The bundle holds ASCII alone.
const source = readFileSync(program, 'latin1');
const wrapped = `(function(module,require,__import,__filename,__dirname){${source}\n})`;
const script = new Script(wrapped, { filename: program, cachedData });
const bundle = { exports: {} as { readonly program: () => Promise<unknown> } };
script.runInThisContext()(bundle, createRequire(program), (name: string) => import(name), program, import.meta.dirname);
void bundle.exports.program();

if (cache !== undefined && (cachedData === undefined || script.cachedDataRejected)) {
  process.on('exit', (status) => {
    // What ended early compiled little: the next process decides.
    if (status <= 1) write(cache, script.createCachedData());
  });
}

/** One for each command (they need different code), Node version and build; none where coverage is measured. */
function cacheFile(): string | undefined {
  if (process.env['NODE_V8_COVERAGE'] !== undefined) return undefined;
  const command = /^[a-z]+$/.exec(process.argv[2] ?? '')?.[0] ?? 'other';
  const { mtimeMs, size } = statSync(program);
  const build = `${Math.trunc(mtimeMs).toString(36)}-${size.toString(36)}`;
  // V8 refuses what it compiled with other flags: each set of them has its own.
  const flags = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ').trim();
  const own = flags === '' ? '' : `-${crc32(flags).toString(36)}`;
  return `${import.meta.dirname}/.cache/${command}-${process.version}-${process.arch}-${build}${own}`;
}

function readIfThere(file: string): Buffer | undefined {
  try {
    const whole = readFileSync(file);
    const data = whole.subarray(0, -sumLength);
    // V8 checks lengths and flags, and runs what is damaged elsewhere.
    return whole.readUInt32LE(data.length) === crc32(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

function summed(data: Buffer): Buffer {
  const sum = Buffer.alloc(sumLength);
  sum.writeUInt32LE(crc32(data));
  return Buffer.concat([data, sum]);
}

/** Beside the program: who can write there can change the program itself. Where that is nobody, every start is slow. */
function write(file: string, data: Buffer): void {
  try {
    mkdirSync(`${import.meta.dirname}/.cache`, { recursive: true });
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, summed(data));
    renameSync(unfinished, file);
  } catch {
    // A read-only installation.
  }
}
