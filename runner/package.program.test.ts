import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { blocksOf } from '../fixtures/documentation/markdown.ts';
import { packageRoot } from './package-root.ts';

const runFile = promisify(execFile);
const root = packageRoot();
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly files: readonly string[];
  readonly bin: Readonly<Record<string, string>>;
  readonly man: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * These tests use a project that contains only the packed tarball and its declared dependencies, so that an undeclared
 * dependency is not found.
 */
describe('the package', () => {
  let project: string;
  let files: readonly string[];
  let size: number;

  before(async () => {
    project = mkdtempSync(join(tmpdir(), 'mailspec-package-'));
    // Without scripts: `prepack` would rebuild the files that these tests are running from.
    const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', project];
    const { stdout } = await runFile('npm', pack, { cwd: root });
    const packed = JSON.parse(stdout) as Packed;
    const [entry] = Object.values(packed);
    assert.ok(entry !== undefined);
    size = entry.size;
    files = entry.files.map(({ path }) => path);
    const modules = join(project, 'node_modules');
    const installed = join(modules, manifest.name);
    mkdirSync(installed, { recursive: true });
    await runFile('tar', ['-xzf', join(project, entry.filename), '-C', installed, '--strip-components=1']);
    for (const name of Object.keys(manifest.dependencies)) link(join(root, 'node_modules', name), join(modules, name));
    link(join(root, 'node_modules', '@types', 'node'), join(modules, '@types', 'node'));
    for (const [name, file] of Object.entries(manifest.bin)) link(join(installed, file), join(modules, '.bin', name));
    writeFileSync(join(project, 'package.json'), '{ "type": "module", "private": true }\n');
    writeFileSync(join(project, 'smtp.yaml'), scenarioText);
  });

  after(() => rmSync(project, { recursive: true, force: true }));

  const mailspec = (...args: readonly string[]) =>
    runFile(join(project, 'node_modules', '.bin', 'mailspec'), args, { cwd: project });

  it('npm pack takes what users need, and nothing of the tests', () => {
    const stray = files.filter((path) => /\.test\.|\.map$|^runner\/|\.mjs$|^fixtures\//.test(path));
    assert.deepEqual(stray, []);
    const fixtures = files.filter((path) => /^dist\/fixtures\//.test(path));
    assert.deepEqual(fixtures, []);
    assert.ok(!files.includes('dist/runner/main.d.ts'), 'types that the library does not need are packed');
    for (const path of [
      'LICENSE',
      'README.md',
      'CHANGELOG.md',
      'dist/mailspec.cjs',
      'dist/program.cjs',
      'dist/aside.cjs',
      'dist/index.js',
      'dist/mocha.js',
      'dist/runner/index.d.ts',
      'dist/runner/mocha.d.ts',
      'scenarios/tour/tour.yaml',
      'schemas/scenario.schema.json',
    ]) {
      assert.ok(files.includes(path), `${path} is not packed`);
    }
    assert.ok(
      files.some((path) => path.startsWith('docs/')),
      'docs are not packed',
    );
  });

  it('npm pack takes the man page, in a list: npm links no other', () => {
    assert.ok(Array.isArray(manifest.man) && manifest.man.length > 0);
    for (const page of manifest.man) assert.ok(files.includes(join(page)), `${page} is not packed`);
  });

  it('npm pack makes less than 1 MB', () => assert.ok(size < 1e6, `${size} octets`));

  it('npx mailspec --version says the version', async () => {
    const { stdout } = await runFile('npx', ['--no', '--', 'mailspec', '--version'], { cwd: project });
    assert.equal(stdout, `mailspec ${manifest.version}\n`);
  });

  it('mailspec validate reads a file', async () => {
    const { stdout } = await mailspec('validate', 'smtp.yaml');
    assert.equal(stdout, '1 file with 1 scenario: no errors\n');
  });

  it('mailspec demo plays its tour, first and with what it compiled kept', async () => {
    for (const _ of ['first', 'kept']) {
      const { stdout, stderr } = await mailspec('demo');
      assert.match(stdout, /\d+ passed, 1 failed/);
      assert.equal(stderr, '');
    }
    const cache = join(project, 'node_modules', manifest.name, 'dist', '.cache');
    assert.ok(existsSync(cache), 'nothing is kept');
  });

  it('the tutorial can be followed literally in an empty folder', async () => {
    const steps = blocksOf({ path: 'docs/tutorial.md', text: readFileSync(join(root, 'docs', 'tutorial.md'), 'utf8') });
    const bin = join(project, 'node_modules', '.bin');
    const folder = mkdtempSync(join(project, 'tutorial-'));
    const path = `${bin}:${process.env['PATH']}`;
    const sh = (text: string) =>
      spawn('sh', ['-c', text.replace(/^npx mailspec/, 'exec mailspec')], {
        cwd: folder,
        env: { ...process.env, PATH: path },
      });
    const serve = steps.find(({ words }) => words.includes('serve'));
    assert.ok(serve);
    const server = sh(serve.text);
    try {
      await once(server.stderr, 'data');
      let ran = 0;
      for (const { place, words, text } of steps) {
        const file = words.find((word) => word.startsWith('file='))?.slice('file='.length);
        const status = words.find((word) => word.startsWith('status='))?.slice('status='.length);
        if (file !== undefined) {
          mkdirSync(dirname(join(folder, file)), { recursive: true });
          writeFileSync(join(folder, file), text);
        }
        if (status === undefined) continue;
        const child = sh(text);
        const [output, [code]] = await Promise.all([textOf(child.stdout), once(child, 'exit')]);
        assert.equal(String(code), status, `${place}\n${output}`);
        ran++;
      }
      assert.ok(ran >= 7);
    } finally {
      server.kill('SIGINT');
      await once(server, 'exit');
    }
  });

  it('import from "mailspec" loads a plan when used as a module with its types', async () => {
    writeFileSync(join(project, 'use.ts'), programText);
    const examples = [...readFileSync(join(root, 'docs', 'library.md'), 'utf8').matchAll(/^```js\n(.*?)^```$/gms)];
    assert.ok(examples.length > 3);
    for (const [at, [, example = '']] of examples.entries()) writeFileSync(join(project, `example${at}.ts`), example);
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          module: 'nodenext',
          target: 'es2023',
          types: ['node'],
          exactOptionalPropertyTypes: true,
        },
        files: ['use.ts', ...examples.map((_each, at) => `example${at}.ts`)],
      }),
    );
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    await runFile(process.execPath, [tsc, '-p', '.'], { cwd: project }).catch((error: { readonly stdout: string }) => {
      assert.fail(error.stdout);
    });
    const { stdout } = await runFile(process.execPath, ['use.js'], { cwd: project });
    assert.equal(stdout, 'greeting errored connect.failed\n1 errored of 1\nselection.empty\n');
  });

  it('require("mailspec") and require("mailspec/mocha") work where Node can require ES modules', async function () {
    if (!('require_module' in process.features)) return this.skip();
    const text = "console.log(typeof require('mailspec').load, typeof require('mailspec/mocha').scenarios)";
    const { stdout } = await runFile(process.execPath, ['-e', text], { cwd: project });
    assert.equal(stdout, 'function function\n');
  });

  it('import.meta.resolve() finds the schemas', async () => {
    const text = "console.log(import.meta.resolve('mailspec/schemas/scenario.schema.json'))";
    const { stdout } = await runFile(process.execPath, ['--input-type=module', '-e', text], { cwd: project });
    assert.ok(existsSync(new URL(stdout.trim())));
  });
});

/** A list in npm 10; a map by name in npm 11. */
type Packed = Readonly<
  Record<
    string,
    { readonly filename: string; readonly size: number; readonly files: readonly { readonly path: string }[] }
  >
>;

function link(target: string, place: string): void {
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(target, place);
}

const scenarioText = `suite: Package
server: smtp://127.0.0.1:1
scenarios:
  - name: greeting
    dialogue:
      - expect: 220
`;

const programText = `import { DiagnosticError, load, type Outcome, run, type ScenarioResult } from 'mailspec';

const results: ScenarioResult[] = [];
const { plan } = await load(['smtp.yaml'], { servers: { mx: 'smtp://127.0.0.1:1' } });
const summary = await run(plan, {
  parallel: 2,
  onEvent(event) {
    if (event.type === 'scenario') results.push(event.result);
  },
});
for (const { scenario, outcome, problem } of results) console.log(scenario.name, outcome, problem?.code);
const outcome: Outcome = 'errored';
console.log(\`\${summary.counts[outcome]} \${outcome} of \${summary.total}\`);
try {
  await load(['smtp.yaml'], { tags: 'absent' });
} catch (error) {
  if (!(error instanceof DiagnosticError)) throw error;
  console.log(error.diagnostics[0]?.code);
}
`;
