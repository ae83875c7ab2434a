import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './check.ts';

const servers = 'servers: { mx: "smtp://127.0.0.1:2525" }\n';
const own = 'suite: S\nserver: mx\nscenarios:\n  - { name: "greets ${one}", dialogue: [{ use: "f.yaml#f" }] }\n';
const fragment = 'fragments: { f: [{ send: "${in_fragment}", expect: 250 }] }\n';

describe('unreadNames()', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'mailspec-unread-'));
  before(() => {
    writeFileSync(join(cwd, 's.yaml'), own);
    writeFileSync(join(cwd, 'f.yaml'), fragment);
  });
  after(() => rmSync(cwd, { recursive: true, force: true }));

  async function found(variables: string, targets: readonly string[], listed = '[s.yaml]') {
    const config = {
      path: join(cwd, 'mailspec.yaml'),
      text: `${servers}scenarios: ${listed}\nvariables: ${variables}\n`,
    };
    const { diagnostics } = await check({ cwd, config, targets });
    return diagnostics
      .filter(({ code }) => code === 'variable.unread')
      .map(({ severity = 'error', message, hint }) => `${severity}: ${message}. ${hint}`);
  }

  it('unreadNames() finds nothing when own files, fragments, the configuration or any pack reads them', async () => {
    const read = '{ one: 1, in_fragment: "${other}", other: x, hides_client: true }';
    assert.deepEqual(await found(read, []), []);
    assert.deepEqual(await found('{ one: 1 }', ['mailspec:privacy']), []);
  });

  it('unreadNames() reports an error with the nearest name when packs run and it is near to one of theirs', async () => {
    const text = 'No scenario reads the variable "hide_client". Did you mean "hides_client"?';
    assert.deepEqual(await found('{ hide_client: true }', ['mailspec:privacy']), [`error: ${text}`]);
    assert.deepEqual(await found('{ one: 1, in_fragment: 1, hide_client: true }', []), [`warning: ${text}`]);
  });

  it("unreadNames() does not count the prose of packs, which has servers' settings", async () => {
    assert.deepEqual(await found('{ relay_domains: x.example }', ['mailspec:relay']), [
      'error: No scenario reads the variable "relay_domains". Did you mean "relay_domain"?',
    ]);
    assert.deepEqual(await found('{ resolvers: 127.0.0.1 }', ['mailspec:discovery', 'mailspec:privacy']), [
      'error: No scenario reads the variable "resolvers". Did you mean "resolver"?',
    ]);
  });

  it('unreadNames() takes no name for a policy that packs only capture or mention', async () => {
    assert.deepEqual(
      await found('{ ip: 1, company: x, mx_address: 1 }', ['mailspec:privacy']),
      ['ip', 'company', 'mx_address'].map(
        (name) => `warning: No scenario reads the variable "${name}". Remove it, or correct its name`,
      ),
    );
  });

  it('unreadNames() warns of any other when the whole project runs', async () => {
    assert.deepEqual(await found('{ one: 1, in_fragment: 1, zyzzyva_quux: 1 }', []), [
      'warning: No scenario reads the variable "zyzzyva_quux". Remove it, or correct its name',
    ]);
    assert.deepEqual(await found('{ zyzzyva_quux: 1 }', ['s.yaml']), []);
  });

  it('unreadNames() warns of any other when only packs run, unless one that does not run reads it', async () => {
    assert.deepEqual(await found('{ one: 1, max_size: 3, hides_client: true }', ['mailspec:relay']), [
      'warning: No scenario reads the variable "max_size". Remove it, or correct its name',
    ]);
  });

  it('unreadNames() also counts the folder "scenarios" as read, which runs without arguments', async () => {
    mkdirSync(join(cwd, 'scenarios'));
    writeFileSync(join(cwd, 'scenarios', 'mine.yaml'), own);
    assert.deepEqual(await found('{ one: 1, max_size: 3 }', ['mailspec:relay'], '[]'), [
      'warning: No scenario reads the variable "max_size". Remove it, or correct its name',
    ]);
  });
});
