import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../diagnostic.ts';
import { diagnosticTitles } from '../diagnostic.ts';
import { renderDiagnostic } from '../diagnostic-text.ts';
import { packageRoot } from '../package-root.ts';
import { plan, readConfig } from './plan.ts';

/*
 * One golden file for each mistake that an author can make: `unknown-key.yaml` beside `unknown-key.err`.
 * UPDATE=1 writes them anew; the difference is reviewed.
 */

const folder = join(packageRoot(), 'fixtures', 'invalid');
const env = { MAIL_PASSWORD: 'wonderland' };
const read = (name: string) => ({ path: name, text: readFileSync(join(folder, name), 'utf8') });
const { config, diagnostics: configMistakes } = readConfig(read('mailspec.yaml'), folder, { profile: undefined, env });

function mistakesIn(name: string): readonly Diagnostic[] {
  if (name.startsWith('config-')) return readConfig(read(name), folder, { profile: undefined, env }).diagnostics;
  return plan({
    files: [read(name)],
    config,
    cwd: folder,
    runId: 'run',
    today: '2026-01-01',
    shipped: join(packageRoot(), 'scenarios'),
  }).diagnostics;
}

describe('fixtures/invalid', () => {
  it('readConfig() finds nothing wrong when it reads the configuration beside them', () =>
    assert.deepEqual(configMistakes, []));

  const seen = new Set<string>();
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.yaml') && each !== 'mailspec.yaml')) {
    it(`plan() says what is wrong when it reads ${name}`, () => {
      const mistakes = mistakesIn(name);
      assert.notEqual(mistakes.length, 0);
      for (const { code } of mistakes) seen.add(code);
      const rendered = `${mistakes.map(renderDiagnostic).join('\n\n')}\n`;
      const golden = join(folder, name.replace(/\.yaml$/, '.err'));
      if (process.env.UPDATE === '1') writeFileSync(golden, rendered);
      assert.equal(rendered, existsSync(golden) ? readFileSync(golden, 'utf8') : '');
    });
  }

  it('plan() has a file for each mistake that a scenario file can hold', () => {
    const elsewhere = new Set(['profile.unknown', 'selection.empty', 'argument.invalid']);
    const untold = Object.keys(diagnosticTitles).filter((code) => !seen.has(code) && !elsewhere.has(code));
    assert.deepEqual(untold, []);
  });
});
