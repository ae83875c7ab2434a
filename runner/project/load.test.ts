import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { PassThrough } from 'node:stream';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { parseArguments } from '../commands/arguments.ts';
import { loadOptions } from '../commands/load-options.ts';
import { runCommand } from '../commands/run.options.ts';
import { terminalOf } from '../commands/terminal.ts';
import { ArgumentError, DiagnosticError } from '../diagnostic.ts';
import { renderDiagnostic } from '../diagnostic-text.ts';
import { check, type LoadOptions, load } from '../index.ts';
import type { Plan, Scenario } from '../plan.ts';
import { load as loadProject } from './load.ts';

const suite = (title: string, server: string, scenarios: readonly string[]) =>
  `suite: ${title}\nserver: ${server}\nscenarios:\n${scenarios.map((each) => `  - ${each}\n`).join('')}`;
const greets = (name: string, more = '') => `{ name: '${name}'${more}, dialogue: [{ expect: 220 }] }`;

/** By folder: one without a configuration, one with everything that a configuration may contain, one with errors. */
const files: Readonly<Record<string, string>> = {
  'bare/a.yaml': suite('Bare', 'mx', [greets('greets'), greets('again', ', tags: [slow]')]),
  'full/mailspec.yaml': `
servers: { mx: "smtp://127.0.0.1:2525", imap: "imap://127.0.0.1:2143" }
variables: { domain: example.com, host: "\${env.HOST}" }
scenarios: [scenarios]
timeout: 3s
profiles: { staging: { servers: { mx: "smtp://staging.example.com" }, variables: { domain: staging.example } } }
`,
  'full/scenarios/smtp.yaml': suite('SMTP', 'mx', [
    greets('greets ${domain}', ', tags: [smtp]'),
    greets('again', ', tags: [smtp, slow]'),
    greets('and again', ', exclusive: [queue]'),
  ]),
  'full/scenarios/imap.yaml': suite('IMAP', 'imap', ['{ name: greets, dialogue: [{ expect: OK }] }']),
  'unlisted/mailspec.yaml': 'servers: { mx: "smtp://127.0.0.1:2525" }\n',
  'unlisted/other/no.yaml': suite('Not meant', 'mx', [greets('no')]),
  'unlisted/scenarios/deep/mx.yaml': suite('MX', 'mx', [greets('greets')]),
  'broken/mailspec.yaml': 'servers: { mx: "smtp://127.0.0.1:2525" }\nscenarios: ["*.yaml"]\n',
  'broken/one.yaml': suite('One', 'mx', ['{ name: one, dialogue: [{ expct: 220 }] }']),
  'broken/two.yaml': suite('Two', 'nowhere', [greets('two')]),
};

interface Row {
  readonly what: string;
  readonly cwd: 'bare' | 'full' | 'unlisted' | 'broken';
  readonly argv?: readonly string[];
  readonly targets?: readonly string[];
  readonly options?: LoadOptions;
  readonly env?: Readonly<Record<string, string>>;
  /** Ids of the selected scenarios, or messages of diagnostics. */
  readonly gives: readonly string[] | { readonly mistakes: readonly string[] };
}

const mistakes = (...messages: readonly string[]) => ({ mistakes: messages });
const mx = { servers: { mx: 'smtp://127.0.0.1:2525' } } as const;
const mxFlag = ['--server', 'mx=smtp://127.0.0.1:2525'] as const;
const everything = ['imap#greets', 'smtp#greets-example-com', 'smtp#again', 'smtp#and-again'] as const;

const rows: readonly Row[] = [
  {
    what: 'a configuration that lists no scenarios: those in the folder "scenarios"',
    cwd: 'unlisted',
    gives: ['deep/mx#greets'],
  },
  {
    what: 'no configuration, a server given',
    cwd: 'bare',
    argv: ['a.yaml', ...mxFlag],
    targets: ['a.yaml'],
    options: mx,
    gives: ['a#greets', 'a#again'],
  },
  {
    what: 'no configuration, and a server that nothing names',
    cwd: 'bare',
    argv: ['a.yaml'],
    targets: ['a.yaml'],
    gives: mistakes('Unknown server "mx"'),
  },
  {
    what: 'a configuration that is not there: no server is called unknown',
    cwd: 'bare',
    argv: ['a.yaml', '--config', 'none.yaml'],
    targets: ['a.yaml'],
    options: { config: 'none.yaml' },
    gives: mistakes('Cannot read the configuration "none.yaml": no such file'),
  },
  {
    what: 'a profile without a configuration',
    cwd: 'bare',
    argv: ['a.yaml', '--profile', 'staging'],
    targets: ['a.yaml'],
    options: { profile: 'staging' },
    gives: mistakes('Unknown profile "staging": there is no configuration file'),
  },
  { what: 'nothing to load', cwd: 'bare', gives: mistakes('There are no scenarios') },
  { what: 'what the configuration lists', cwd: 'full', gives: everything },
  {
    what: 'a configuration named from elsewhere',
    cwd: 'bare',
    argv: ['--config', '../full/mailspec.yaml', '--tags', 'slow'],
    options: { config: '../full/mailspec.yaml', tags: 'slow' },
    gives: ['smtp#again'],
  },
  {
    what: 'several servers and variables',
    cwd: 'full',
    argv: ['--server', 'mx=smtp://a.example', '--server', 'imap=imaps://b.example', '--var', 'domain=c.example'],
    options: { servers: { mx: 'smtp://a.example', imap: 'imaps://b.example' }, variables: { domain: 'c.example' } },
    gives: ['imap#greets', 'smtp#greets-c-example', 'smtp#again', 'smtp#and-again'],
  },
  {
    what: 'a URL that is none',
    cwd: 'full',
    argv: ['--server', 'mx=nonsense', '--tags', 'slow'],
    options: { servers: { mx: 'nonsense' }, tags: 'slow' },
    gives: mistakes('Cannot use "nonsense" as a server: it has no scheme'),
  },
  {
    what: 'a profile',
    cwd: 'full',
    argv: ['--profile', 'staging', 'scenarios/smtp.yaml'],
    targets: ['scenarios/smtp.yaml'],
    options: { profile: 'staging' },
    gives: ['smtp#greets-staging-example', 'smtp#again', 'smtp#and-again'],
  },
  {
    what: 'an unknown profile',
    cwd: 'full',
    argv: ['--profile', 'stagging'],
    options: { profile: 'stagging' },
    gives: mistakes('Unknown profile "stagging"'),
  },
  {
    what: 'a line, and a file as a whole',
    cwd: 'full',
    argv: ['scenarios/smtp.yaml:5', 'scenarios/imap.yaml'],
    targets: ['scenarios/smtp.yaml:5', 'scenarios/imap.yaml'],
    gives: ['smtp#again', 'imap#greets'],
  },
  {
    what: 'a line before every scenario',
    cwd: 'full',
    argv: ['scenarios/smtp.yaml:1'],
    targets: ['scenarios/smtp.yaml:1'],
    gives: mistakes('There is no scenario at "scenarios/smtp.yaml:1"'),
  },
  {
    what: 'ids',
    cwd: 'full',
    argv: ['smtp#*again', 'imap#greets'],
    targets: ['smtp#*again', 'imap#greets'],
    gives: ['imap#greets', 'smtp#again', 'smtp#and-again'],
  },
  {
    what: 'an unknown id',
    cwd: 'full',
    argv: ['smtp#agian'],
    targets: ['smtp#agian'],
    gives: mistakes('No scenario has the id "smtp#agian"'),
  },
  {
    what: 'a pack',
    cwd: 'full',
    argv: ['mailspec:tour/tour', '--grep', 'nothing like it'],
    targets: ['mailspec:tour/tour'],
    options: { grep: 'nothing like it' },
    gives: mistakes('None of 9 scenarios is selected by --grep "nothing like it"'),
  },
  {
    what: 'an unknown pack',
    cwd: 'full',
    argv: ['mailspec:nowhere'],
    targets: ['mailspec:nowhere'],
    gives: mistakes('Unknown pack "mailspec:nowhere"'),
  },
  {
    what: 'an unknown file',
    cwd: 'full',
    argv: ['nowhere.yaml'],
    targets: ['nowhere.yaml'],
    gives: mistakes('Cannot find "nowhere.yaml": there is no such file or folder'),
  },
  {
    what: 'tags and text',
    cwd: 'full',
    argv: ['--tags', 'smtp and not slow', '--grep', 'GREETS'],
    options: { tags: 'smtp and not slow', grep: 'GREETS' },
    gives: ['smtp#greets-example-com'],
  },
  {
    what: 'tags that nothing has',
    cwd: 'full',
    argv: ['--tags', 'absent'],
    options: { tags: 'absent' },
    gives: mistakes('None of 4 scenarios is selected by --tags "absent"'),
  },
  {
    what: 'tags that are no expression',
    cwd: 'full',
    argv: ['--tags', 'smtp and'],
    options: { tags: 'smtp and' },
    gives: mistakes('Cannot read the tags "smtp and": a tag is missing at its end'),
  },
  {
    what: 'a shard',
    cwd: 'full',
    argv: ['--shard', '2/3'],
    options: { shard: { index: 2, total: 3 } },
    gives: ['smtp#again'],
  },
  {
    what: 'the shard that the CI server says',
    cwd: 'full',
    argv: ['--shard', 'auto'],
    options: { shard: 'auto' },
    env: { CI_NODE_INDEX: '3', CI_NODE_TOTAL: '3' },
    gives: ['smtp#and-again'],
  },
  {
    what: 'a shard of which there are fewer',
    cwd: 'full',
    argv: ['--shard', '5/4'],
    options: { shard: { index: 5, total: 4 } },
    gives: mistakes('Cannot use "--shard 5/4": the shards are numbered from 1 to 4'),
  },
  {
    what: 'a shard that no CI server says',
    cwd: 'full',
    argv: ['--shard', 'auto'],
    options: { shard: 'auto' },
    gives: mistakes('Cannot use "--shard auto": no CI server says which of its jobs this is'),
  },
  {
    what: 'durations without a shard',
    cwd: 'full',
    argv: ['--shard-durations', 'none.jsonl'],
    options: { durations: new Map() },
    gives: mistakes('Cannot use "--shard-durations" without "--shard"'),
  },
  {
    what: 'a timeout and retries',
    cwd: 'full',
    argv: ['--timeout', '10s', '--retries', '2'],
    options: { timeout: 10_000, retries: 2 },
    gives: everything,
  },
  {
    what: 'a timeout in words',
    cwd: 'full',
    argv: ['--timeout', '1m30s'],
    options: { timeout: '1m30s' },
    gives: everything,
  },
  {
    what: 'a timeout without a unit',
    cwd: 'full',
    argv: ['--timeout', '5'],
    options: { timeout: '5' },
    gives: mistakes('Cannot use "--timeout 5": it is not a duration'),
  },
  {
    what: 'retries below zero',
    cwd: 'full',
    argv: ['--retries=-1'],
    options: { retries: -1 },
    gives: mistakes('Cannot use "--retries -1": it must be a whole number of at least 0'),
  },
  {
    what: 'what failed last time, without a last time',
    cwd: 'full',
    argv: ['--rerun-failed'],
    options: { rerunFailed: true },
    gives: mistakes('Cannot rerun what failed: no earlier run is known here'),
  },
  {
    what: 'errors in several files',
    cwd: 'broken',
    gives: mistakes('Unknown key "expct"', 'Unknown server "nowhere"'),
  },
];

/** The plan without the run's id, which differs each time. */
function comparable({ scenarios, suites, secrets, logs, root, shard }: Plan): unknown {
  return { scenarios, suites, secrets, logs, root, shard };
}

const idsOf = (scenarios: readonly Scenario[]) => scenarios.map(({ id }) => id);

/** How the command line prints an error. */
function printed(error: DiagnosticError): string {
  if (error instanceof ArgumentError)
    return `error: ${error.message}\n${error.hint === undefined ? '' : `  = help: ${error.hint}\n`}`;
  const count = error.diagnostics.length;
  const texts = error.diagnostics.map((each) => `${renderDiagnostic(each)}\n`);
  return `${texts.join('')}${count} error${count === 1 ? '' : 's'}\n`;
}

async function mistakesOf(loading: () => Promise<unknown>): Promise<DiagnosticError> {
  try {
    await loading();
  } catch (error) {
    if (error instanceof DiagnosticError) return error;
    throw error;
  }
  assert.fail('nothing is wrong');
}

describe('load()', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailspec-load-'));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  describe('gives the library and the command line the same', () => {
    for (const { what, argv = [], targets = [], options = {}, gives, ...row } of rows) {
      const env = { HOST: 'here', ...row.env };
      it(what, async () => {
        const cwd = join(folder, row.cwd);
        const terminal = terminalOf({
          cwd,
          env,
          stdout: new PassThrough(),
          stderr: new PassThrough(),
          signal: new AbortController().signal,
        });
        const byLibrary = () => load(targets, { cwd, env, ...options });
        const byCommand = async () => loadProject(await loadOptions(parseArguments(runCommand, argv), terminal));
        const ended = await dispatched(['run', '--dry-run', ...argv], { cwd, env });
        if ('mistakes' in gives) {
          const error = await mistakesOf(byLibrary);
          assert.deepEqual(
            error.diagnostics.map(({ message }) => message),
            gives.mistakes,
          );
          assert.equal(ended.status, 2);
          // Only the command line prints a note about missing durations.
          assert.equal(ended.stderr.replace(/^note: .*\n/m, ''), printed(error));
        } else {
          const { plan, warnings } = await byLibrary();
          const loaded = await byCommand();
          assert.deepEqual(idsOf(plan.scenarios), gives);
          assert.deepEqual(comparable(loaded.plan), comparable(plan));
          assert.deepEqual(loaded.warnings, warnings);
          assert.deepEqual([ended.status, ended.stderr], [0, '']);
        }
      });
    }
  });

  it('takes the configuration as a text, whose paths start where its file would be', async () => {
    const config = {
      path: 'full/inline.yaml',
      text: 'scenarios: [scenarios/imap.yaml]\nservers: { imap: "imap://a.example" }',
    };
    const { plan, root } = await load([], { cwd: folder, config });
    assert.deepEqual(idsOf(plan.scenarios), ['imap#greets']);
    assert.equal(root, join(folder, 'full'));
    await assert.rejects(
      load([], { cwd: folder, config: { path: 'a.yaml', text: 'servers: [' } }),
      (error: unknown) => {
        assert.ok(error instanceof DiagnosticError);
        return error.diagnostics[0]?.span?.file.path === 'a.yaml';
      },
    );
  });

  it('takes a scenario file as a text, which is selected as one', async () => {
    const text = suite('Text', 'mx', [greets('in memory')]);
    const targets = [{ path: 'nowhere/memory.yaml', text }, 'scenarios/smtp.yaml:5'];
    const { plan } = await load(targets, { cwd: join(folder, 'full') });
    assert.deepEqual(idsOf(plan.scenarios), ['nowhere/memory#in-memory', 'smtp#again']);
    assert.equal(plan.scenarios[0]?.span.file.path, 'nowhere/memory.yaml');
  });

  it('gives the same plan with what services gave, without reading files again', async () => {
    const cwd = mkdtempSync(join(folder, 'services-'));
    const config = {
      path: 'mailspec.yaml',
      text: 'servers: { mx: "smtp://127.0.0.1:${port}" }\nservices: [{ name: s, start: "true", ready: "/port (?P<port>\\\\d+)/" }]\n',
    };
    writeFileSync(join(cwd, 'a.yaml'), suite('A', 'mx', [greets('greets')]));
    const loaded = await load(['a.yaml'], { cwd, config });
    rmSync(join(cwd, 'a.yaml'));
    const plan = loaded.replan(new Map([['port', '2525']]));
    assert.equal(plan.runId, loaded.plan.runId);
    assert.equal(plan.scenarios[0]?.connections.get('')?.url, 'smtp://127.0.0.1:2525');
    assert.throws(() => loaded.replan(new Map([['port', 'none']])), DiagnosticError);
  });

  it('names every file that it reads to onFile', async () => {
    const read: string[] = [];
    await load([], { cwd: join(folder, 'full'), onFile: (path) => read.push(path) });
    assert.deepEqual(
      read.map((path) => relative(folder, path)),
      ['full/mailspec.yaml', 'full/scenarios/imap.yaml', 'full/scenarios/smtp.yaml'],
    );
  });
});

describe('check()', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailspec-check-'));
    writeFileSync(
      join(folder, 'a.yaml'),
      suite('A', 'mx', [greets('one'), '{ name: two, dialogue: [{ expct: 220 }] }']),
    );
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('finds what is wrong, whatever is selected, and throws nothing for it', async () => {
    const { diagnostics, files: count, scenarios } = await check(['a.yaml'], { cwd: folder, ...mx, grep: 'one' });
    assert.deepEqual([diagnostics.map(({ message }) => message), count, scenarios], [['Unknown key "expct"'], 1, 2]);
  });

  it('says that there is nothing to check where nothing is named or listed', async () => {
    const { diagnostics } = await check([], { cwd: folder });
    assert.deepEqual(
      diagnostics.map(({ message }) => message),
      ['There is nothing to check'],
    );
  });

  it('rejects an option that cannot be used', () =>
    assert.rejects(check([], { cwd: folder, timeout: 'soon' }), /"--timeout soon": it is not a duration/));
});
