import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from './load.ts';
import type { ProjectOptions } from './options.ts';

const cwd = tmpdir();
const scenario =
  'suite: S\nserver: mx\nscenarios:\n  - { name: greets, tags: [smtp], requires: [other], dialogue: [{ expect: 220 }] }\n';

async function warningsOf(config: string, options: ProjectOptions = {}) {
  const text = `servers: { mx: "smtp://127.0.0.1" }\n${config}`;
  const { warnings } = await load({
    cwd,
    config: { path: join(cwd, 'mailspec.yaml'), text },
    targets: [{ path: join(cwd, 's.yaml'), text: scenario }],
    ...options,
  });
  return warnings.map(({ message, hint }) => `${message}: ${hint}`);
}

describe('unmatched()', () => {
  it('unmatched() says nothing when entries are about scenarios, or may be about others', async () => {
    const known = 'known_issues: [{ scenario: "s#*", reason: r }, { scenario: "elsewhere/x#y", reason: r }]';
    assert.deepEqual(await warningsOf(`${known}\nallow_skips: [other, "*", "s#*"]`, { tags: 'smtp or not SMTP' }), [
      'No scenario has the tag "SMTP": Did you mean "smtp"?',
    ]);
    assert.deepEqual(await warningsOf('', { tags: 'smtp' }), []);
  });

  it('unmatched() names what is close when a known issue, an allowed skip or a tag is mistyped', async () => {
    assert.deepEqual(await warningsOf('known_issues: [{ scenario: s#greet, reason: r }]\nallow_skips: [othr]'), [
      'No scenario has the known issue "s#greet": Did you mean "s#greets"?',
      'No scenario can be skipped for "othr", which allow_skips names: Did you mean "other"?',
    ]);
    assert.deepEqual(await warningsOf('', { tags: 'not unheard' }), [
      'No scenario has the tag "unheard": Remove it, or correct it: see "mailspec list"',
    ]);
  });

  it('unmatched() warns of a skip that arguments allow if no scenario and no pack has it', async () => {
    assert.deepEqual(await warningsOf('', { allowSkips: ['other', '*', 'sieve', 'nosuch', 'othr'] }), [
      'No scenario can be skipped for "nosuch", which --allow-skip names: Remove it, or correct it: see "mailspec list"',
      'No scenario can be skipped for "othr", which --allow-skip names: Did you mean "other"?',
    ]);
  });
});
