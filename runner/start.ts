#!/usr/bin/env node
// The entry point: loads the bundle together with V8's compiled code from an earlier start, which halves the start
// time. Node's own compile cache exists only from 22.1 on, and keeps only what the first process needed.
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

/** The length in octets of the checksum at the end of a cache file. */
const sumLength = 4;
const program = `${import.meta.dirname}/program.cjs`;
const cache = cacheFile();
const cachedData = cache === undefined ? undefined : readIfThere(cache);
// The bundle is pure ASCII.
const source = readFileSync(program, 'latin1');
const wrapped = `(function(module,require,__import,__filename,__dirname){${source}\n})`;
const script = new Script(wrapped, { filename: program, cachedData });
const bundle = { exports: {} as { readonly program: () => Promise<unknown> } };
script.runInThisContext()(bundle, createRequire(program), (name: string) => import(name), program, import.meta.dirname);
void bundle.exports.program();

if (cache !== undefined && (cachedData === undefined || script.cachedDataRejected)) {
  process.on('exit', (status) => {
    // A process that ended early has compiled little; leave the cache to the next one.
    if (status <= 1) write(cache, script.createCachedData());
  });
}

/** One file for each command (they need different code), Node version and build. None if coverage is measured. */
function cacheFile(): string | undefined {
  if (process.env['NODE_V8_COVERAGE'] !== undefined) return undefined;
  const command = /^[a-z]+$/.exec(process.argv[2] ?? '')?.[0] ?? 'other';
  const { mtimeMs, size } = statSync(program);
  const build = `${Math.trunc(mtimeMs).toString(36)}-${size.toString(36)}`;
  // V8 rejects code that was compiled with other flags, so each set of flags has its own file.
  const flags = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ').trim();
  const own = flags === '' ? '' : `-${crc32(flags).toString(36)}`;
  return `${import.meta.dirname}/.cache/${command}-${process.version}-${process.arch}-${build}${own}`;
}

function readIfThere(file: string): Buffer | undefined {
  try {
    const whole = readFileSync(file);
    const data = whole.subarray(0, -sumLength);
    // V8 checks only length and flags, and would run code that is otherwise damaged.
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

/**
 * The cache is next to the program: whoever can write there could change the program itself. If nobody can, every start
 * is slow.
 */
function write(file: string, data: Buffer): void {
  try {
    mkdirSync(`${import.meta.dirname}/.cache`, { recursive: true });
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, summed(data));
    renameSync(unfinished, file);
  } catch {
    // The installation is read-only.
  }
}
