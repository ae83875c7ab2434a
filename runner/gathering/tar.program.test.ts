import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { runsOf } from '../../fixtures/testing/long.ts';
import { tarOf } from './tar.ts';

describe('tarOf()', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'mailspec-tar-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  it('writes what tar lists in this order', () => {
    const members = ['README.txt', 'failures/1.txt', 'empty.txt'].map((name) => ({ name, text: name.slice(0, -9) }));
    const input = gzipSync(tarOf('report', members, Date.UTC(2026, 10, 27, 7, 30)));
    assert.equal(
      execFileSync('tar', ['-tzf', '-'], { input, encoding: 'utf8' }),
      'report/README.txt\nreport/failures/1.txt\nreport/empty.txt\n',
    );
    const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C' };
    const listed = execFileSync('tar', ['-tvzf', '-'], { input, encoding: 'utf8', env });
    assert.match(listed, /^-rw-r--r-- .* 2026-11-27 07:30(?::00)? report\/README\.txt$/m);
  });

  it('writes what tar unpacks, whatever the texts are', () => {
    const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 1100 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(texts, (all) => {
        const members = all.map((text, at) => ({ name: `${at}.txt`, text }));
        execFileSync('tar', ['-xf', '-', '-C', cwd], { input: tarOf('out', members, 0) });
        assert.equal(readdirSync(join(cwd, 'out')).length, all.length);
        for (const { name, text } of members)
          assert.equal(readFileSync(join(cwd, 'out', name)).toString(), Buffer.from(text).toString());
        rmSync(join(cwd, 'out'), { recursive: true });
      }),
      { numRuns: runsOf(20) },
    );
  });

  it('refuses a name that a header cannot hold', () => {
    assert.throws(() => tarOf('a', [{ name: 'x'.repeat(99), text: '' }], 0), /its name is too long/);
    assert.equal(tarOf('a', [{ name: 'x'.repeat(98), text: '' }], 0).length, 3 * 512);
  });
});
