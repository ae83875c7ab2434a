// Builds dist/: the library by tsc, and the program as one bundled file by esbuild.
// `node build.mjs --types` only checks types.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compileSchemas } from './schemas/compile.mjs';

const tsc = fileURLToPath(new URL('node_modules/typescript/bin/tsc', import.meta.url));

rmSync('dist', { recursive: true, force: true });
await compileSchemas('dist');
execFileSync(process.execPath, [tsc, '-p', '.'], { stdio: 'inherit' });

await build({
  entryPoints: ['dist/runner/main.js'],
  outfile: 'dist/mailspec.js',
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  minifySyntax: true,
  minifyWhitespace: true,
  // Loaded when first used; resolved from the installed package's own dependencies.
  external: ['re2js', 'junit-report-builder', 'nodemailer', 'smtp-server', '@peculiar/x509', 'reflect-metadata'],
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  logLevel: 'warning',
});
chmodSync('dist/mailspec.js', 0o755);
