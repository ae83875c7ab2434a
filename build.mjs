// Builds dist/. tsc makes modules and types, for tests; esbuild makes what is packed: `program.cjs`, the program and
// the library in one file, CommonJS because Node starts that faster than ES modules; `mailspec.cjs`, which starts the
// program; `index.js` and `mocha.js`, which export the library; `load.cjs`, a process of a load; and `aside.cjs`, a
// thread. With `--if-changed` it builds nothing if `dist/` is up to date.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { isBuilt, rememberBuild, sumOfSources } from './fixtures/testing/build-state.mjs';
import { compileSchemas } from './schemas/compile.mjs';

const require = createRequire(import.meta.url);

/** Modules that take Node long to load and that few runs need; `node -e 0` is the baseline for a start. */
const late = new Set(
  ['child_process', 'crypto', 'dgram', 'dns', 'dns/promises', 'net', 'readline', 'tls'].map((name) => `node:${name}`),
);

/** Loads those modules when one of their members is first used. */
const lateModules = {
  name: 'late-modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, namespace }) =>
      late.has(path) && namespace !== 'late' ? { path, namespace: 'late' } : { path, external: true },
    );
    onLoad({ filter: /./, namespace: 'late' }, ({ path }) => {
      const members = Object.keys(require(path)).map((name) => `get ${name}() { return late().${name}; }`);
      const contents = `let loaded; const late = () => (loaded ??= require('${path}'));`;
      return { contents: `${contents} module.exports = { ${members.join(', ')} };` };
    });
  },
};

const bundled = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__filename' },
  // Names would take a twentieth of a start. In a stack, the place and the build identify a function.
  minify: true,
  // Loaded when first used, from the dependencies of the installed package.
  external: [
    '@peculiar/asn1-ocsp',
    '@peculiar/asn1-schema',
    '@peculiar/asn1-x509',
    '@peculiar/x509',
    '@xmldom/xmldom',
    'csv-parse',
    'dns-packet',
    'hdr-histogram-js',
    'junit-report-builder',
    'mailauth',
    'nodemailer',
    'postal-mime',
    're2js',
    'reflect-metadata',
    'smtp-server',
    'tinyglobby',
    'undici',
    'xpath',
  ],
  logLevel: 'warning',
};

function compileLibrary() {
  const tsc = fileURLToPath(new URL('node_modules/typescript/bin/tsc', import.meta.url));
  return new Promise((resolve, reject) => {
    // The compiler is written in Go, whose garbage collector takes a quarter of its time with the default of 100.
    spawn(process.execPath, [tsc, '-p', '.'], { stdio: 'inherit', env: { ...process.env, GOGC: '400' } })
      .on('error', reject)
      .on('exit', (status) => (status === 0 ? resolve() : reject(new Error('The types do not fit'))));
  });
}

/**
 * Removes the types that neither `index.d.ts` nor `mocha.d.ts` needs, nine out of ten, since npm would pack them all.
 */
function keepPublicTypes() {
  const needed = new Set();
  const need = (path) => {
    if (needed.has(path)) return;
    needed.add(path);
    for (const [, name] of readFileSync(path, 'utf8').matchAll(/(?:from |import\()['"](\.[^'"]+)['"]/g))
      need(join(dirname(path), name.replace(/\.[jt]s$/, '.d.ts')));
  };
  for (const name of ['index', 'mocha']) need(join('dist', 'runner', `${name}.d.ts`));
  for (const name of readdirSync('dist', { recursive: true }))
    if (name.endsWith('.d.ts') && !needed.has(join('dist', name))) rmSync(join('dist', name));
}

/** As ASCII, which `mailspec.cjs` reads faster: esbuild escapes strings, but not regular expressions. */
function ascii(code) {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** In Node 20, code compiled by `mailspec.cjs` has no `import()` of its own, so it gets one. */
const importer = 'var __import=__import||(name=>import(name));';

/** Each part is loaded when it is needed; the library at once, since `require('mailspec')` cannot wait. */
const parts = `
  export const program = () => import('./runner/main.ts');
  export const library = () => require('./runner/index.ts');
  export const mocha = () => require('./runner/mocha.ts');
  export const load = () => import('./runner/load/process.ts');
`;

async function bundleProgram() {
  const { outputFiles } = await build({
    ...bundled,
    stdin: { contents: parts, resolveDir: '.' },
    plugins: [lateModules],
    write: false,
  });
  mkdirSync('dist', { recursive: true });
  const code = outputFiles[0].text.replaceAll('import("', '__import("');
  // After "use strict", which must come first.
  writeFileSync('dist/program.cjs', ascii(code.replace(/^("use strict";)?/, `$1${importer}`)));
  for (const [name, part] of [
    ['index', 'library'],
    ['mocha', 'mocha'],
  ])
    writeFileSync(`dist/${name}.js`, reexport(part));
  // Started by `mailspec load --processes N`.
  writeFileSync('dist/load.cjs', "require('./program.cjs').load();\n");
}

/** An ES module that exports part of the bundle. */
function reexport(part) {
  const names = Object.keys(require('./dist/program.cjs')[part]());
  return [
    "import { createRequire } from 'node:module';",
    `const loaded = createRequire(import.meta.url)('./program.cjs').${part}();`,
    `export const { ${names.join(', ')} } = loaded;\n`,
  ].join('\n');
}

async function buildAll() {
  const sum = sumOfSources(root);
  rmSync('dist', { recursive: true, force: true });
  await compileSchemas('dist');
  const results = await Promise.allSettled([
    compileLibrary().then(keepPublicTypes),
    bundleProgram(),
    build({ ...bundled, entryPoints: ['runner/start.ts'], outfile: 'dist/mailspec.cjs' }),
    build({ ...bundled, entryPoints: ['runner/checks/aside-thread.ts'], outfile: 'dist/aside.cjs' }),
  ]);
  chmodSync('dist/mailspec.cjs', 0o755);
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed === undefined) return rememberBuild(root, sum);
  process.stderr.write(`Cannot build: ${failed.reason.message}\n`);
  process.exitCode = 1;
}

const root = process.cwd();
if (process.argv[2] === '--if-changed' && isBuilt(root)) process.stdout.write('dist/ is up to date\n');
else await buildAll();
