import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import type { ProjectOptions } from '../project/options.ts';
import { parseArguments } from './arguments.ts';
import { cacheFolder } from './cache-folder.ts';
import { loadOptions } from './load-options.ts';
import { runCommand } from './run.options.ts';
import { terminalOf } from './terminal.ts';

const terminal = terminalOf({
  cwd: '/project',
  env: { CI: 'true' },
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  signal: new AbortController().signal,
});

async function optionsOf(...argv: readonly string[]): Promise<ProjectOptions> {
  const { onSecrets: _, ...options } = await loadOptions(parseArguments(runCommand, argv), terminal);
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

const nothing = {
  cwd: '/project',
  env: { CI: 'true' },
  targets: [],
  servers: {},
  variables: {},
  secrets: {},
  rerunFailed: false,
  cache: cacheFolder(),
};

describe('loadOptions()', () => {
  const rows: readonly (readonly [argv: readonly string[], options: ProjectOptions])[] = [
    [[], {}],
    [['a.yaml', 'b.yaml:7'], { targets: ['a.yaml', 'b.yaml:7'] }],
    [['--config', 'c.yaml', '--profile', 'staging'], { config: 'c.yaml', profile: 'staging' }],
    [['--server', 'mx=smtp://a', '--server', 'imap=imap://b'], { servers: { mx: 'smtp://a', imap: 'imap://b' } }],
    [['--var', 'a=1', '--var', 'a=2=3', '--var', '__proto__=4'], { variables: { a: '2=3', ['__proto__']: '4' } }],
    [['--timeout', '10s', '--retries', '2'], { timeout: '10s', retries: 2 }],
    [['--tags', 'smtp', '--grep', 'x', '--rerun-failed'], { tags: 'smtp', grep: 'x', rerunFailed: true }],
    [['--shard', '2/4'], { shard: { index: 2, total: 4 } }],
    [['--shard', 'auto'], { shard: 'auto' }],
  ];
  for (const [argv, options] of rows) {
    it(`reads "${argv.join(' ')}"`, async () => assert.deepEqual(await optionsOf(...argv), { ...nothing, ...options }));
  }

  it('keeps nothing with "--no-cache"', async () => assert.equal((await optionsOf('--no-cache')).cache, undefined));

  for (const text of ['1', 'a/b', '-1/2', '1/2/3', '1.5/2']) {
    it(`refuses --shard=${text}`, () => assert.rejects(optionsOf(`--shard=${text}`), /Cannot use "--shard/));
  }
});
