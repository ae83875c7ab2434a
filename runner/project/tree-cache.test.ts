import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from '../scenario/plan.ts';
import type { SourceFile } from '../source.ts';
import { load } from './load.ts';
import { openTreeCache } from './tree-cache.ts';
import { entryOf, fitting, keyOf, mostKept, readEntries, writeEntries } from './tree-store.ts';

/** Enough files for the cache to be used; only their length matters. */
const files: readonly SourceFile[] = Array.from({ length: 5 }, (_, number) => ({
  path: `${number}.yaml`,
  text: `suite: Suite ${number}\nserver: smtp://127.0.0.1:25\nscenarios:\n  - name: greets\n    dialogue: [{ expect: 220 }]\n# ${'x'.repeat(8000)}\n`,
}));

describe('openTreeCache()', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailspec-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Plans as a process does; returns the files that it had to parse. */
  const parsedOf = (given = files, place = folder): readonly string[] => {
    const parsed: string[] = [];
    const cache = openTreeCache(place, given, (file) => {
      parsed.push(file.path);
      return parse(file);
    });
    for (const file of given) assert.deepEqual((cache ?? { parse }).parse(file), parse(file));
    cache?.keep();
    return parsed;
  };
  const all = files.map(({ path }) => path);
  const store = () => join(folder, 'trees');

  it('parses each text once, whatever the file is called', () => {
    assert.deepEqual(parsedOf(), all);
    assert.deepEqual(parsedOf(), []);
    assert.deepEqual(parsedOf(files.map(({ text }, number) => ({ path: `other/${number}.yaml`, text }))), []);
  });

  it('parses a text that differs in one character', () => {
    parsedOf();
    const changed = files.map((file, number) =>
      number === 2 ? { ...file, text: file.text.replace('220', '221') } : file,
    );
    assert.deepEqual(parsedOf(changed), ['2.yaml']);
  });

  it('parses again what is damaged', () => {
    parsedOf();
    const good = readFileSync(store());
    // Damages the first line, an octet of each part of the entries, and the last tree.
    for (const at of [0, 9, ...Array.from({ length: 40 }, (_, index) => 40 + 3 * index), good.length - 1]) {
      const damaged = Buffer.from(good);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 0x01, at);
      writeFileSync(store(), damaged);
      assert.notDeepEqual(parsedOf(), [], `octet ${at}`);
    }
    rmSync(store());
    parsedOf();
    assert.deepEqual(parsedOf(), []);
  });

  it('uses what is whole of a file that was cut', () => {
    parsedOf();
    const good = readFileSync(store());
    for (const [length, missing] of [
      [good.length - 1, ['4.yaml']],
      [good.length / 2, all.slice(2)],
      [10, all],
      [0, all],
    ] as const) {
      writeFileSync(store(), good.subarray(0, length));
      assert.deepEqual(parsedOf(), missing, `${length} octets`);
      rmSync(store());
    }
  });

  it('ignores and replaces what another version wrote', () => {
    parsedOf();
    const good = readFileSync(store(), 'latin1');
    const [first = ''] = good.split('\n', 1);
    for (const other of [first.replace(/^mailspec \S+/, 'mailspec 0.0.9'), first.replace(/ v\d+/, ' v19'), 'else']) {
      writeFileSync(store(), good.replace(first, other), 'latin1');
      assert.deepEqual(parsedOf(), all, other);
      assert.deepEqual(parsedOf(), []);
    }
  });

  it('trusts no entry that was moved to the key of another text', () => {
    parsedOf();
    const good = readFileSync(store(), 'latin1');
    const [one = '', two = ''] = files.map(({ text }) => keyOf(text));
    writeFileSync(
      store(),
      good.replace(one, () => two),
      'latin1',
    );
    assert.deepEqual(parsedOf().slice(0, 2), ['0.yaml']);
    writeFileSync(
      store(),
      good.replace(two, () => keyOf('else')).replace(one, () => two),
      'latin1',
    );
    assert.deepEqual(parsedOf().slice(0, 2), ['0.yaml', '1.yaml']);
  });

  it('keeps only what has no error', () => {
    const wrong = { path: 'wrong.yaml', text: `a: 1\na: 2\n# ${'x'.repeat(40_000)}` };
    parsedOf([...files, wrong]);
    assert.deepEqual(parsedOf([...files, wrong]), ['wrong.yaml']);
  });

  it('does not touch the disk for a few small files', () => {
    assert.deepEqual(parsedOf(files.slice(0, 2)), []);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('writes again when enough is new', () => {
    parsedOf();
    const { ino } = statSync(store());
    assert.deepEqual(parsedOf([...files, { path: 'new.yaml', text: 'suite: New\n' }]), ['new.yaml']);
    assert.equal(statSync(store()).ino, ino);
    parsedOf([...files, { path: 'new.yaml', text: `suite: New\n# ${'x'.repeat(40_000)}` }]);
    assert.deepEqual(parsedOf(), [], 'the earlier ones are still there');
    assert.equal(readEntries(store()).size, files.length + 1);
  });

  it('is bounded: what is used drives out what is not', () => {
    const large = Array.from({ length: 8 }, (_, number) => keyOf(`large ${number}`));
    const mebi = new Int32Array((mostKept / 8 - 100) / 4);
    writeEntries(store(), fitting(new Map(large.map((key) => [key, entryOf(key, mebi)]))));
    assert.equal(readEntries(store()).size, 8);
    assert.deepEqual(parsedOf(), all);
    assert.deepEqual([...readEntries(store()).keys()], [...files.map(({ text }) => keyOf(text)), ...large.slice(0, 7)]);
    assert.ok(statSync(store()).size <= mostKept);
    assert.deepEqual(parsedOf(), []);
    writeFileSync(store(), Buffer.concat([readFileSync(store()), Buffer.alloc(mostKept)]));
    assert.deepEqual(parsedOf(), all, 'a file that is too large is not read');
  });

  it('is readable by its owner only, and leaves nothing else in its folder', () => {
    parsedOf();
    assert.deepEqual(readdirSync(folder), ['trees']);
    if (process.platform !== 'win32') assert.equal(statSync(store()).mode & 0o777, 0o600);
    const kept = readFileSync(store(), 'latin1');
    for (const word of ['suite', 'greets', 'smtp', 'dialogue']) assert.ok(!kept.includes(word), word);
  });

  it('parses where nothing can be written', () => {
    writeFileSync(join(folder, 'file'), '');
    assert.deepEqual(parsedOf(files, join(folder, 'file', 'below')), all);
    mkdirSync(join(folder, 'place', 'trees'), { recursive: true });
    assert.deepEqual(parsedOf(files, join(folder, 'place')), all);
    assert.deepEqual(readdirSync(join(folder, 'place')), ['trees'], 'what could not be renamed is removed');
  });

  it('has the whole of one of several processes that write at once', () => {
    const others = files.map(({ path, text }) => ({ path, text: `# other\n${text}` }));
    const both = [files, others].map((given) => ({ given, cache: openTreeCache(folder, given) }));
    for (const { given, cache } of both) for (const file of given) cache?.parse(file);
    for (const { cache } of both) cache?.keep();
    assert.deepEqual(parsedOf(others), []);
    assert.deepEqual(parsedOf(), all);
    assert.deepEqual(parsedOf(others), []);
    assert.deepEqual(parsedOf(), []);
  });

  it('is used by load() where it is asked for, and never has the configuration', async () => {
    const project = join(folder, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'mailspec.yaml'), `scenarios: ["*.yaml"]\n# ${'x'.repeat(40_000)}\n`);
    for (const { path, text } of files) writeFileSync(join(project, path), text);
    const options = { cwd: project, targets: all };
    const { plan } = await load(options);
    assert.deepEqual(readdirSync(folder), ['project']);
    const cached = await load({ ...options, cache: folder });
    assert.deepEqual(new Set(readEntries(store()).keys()), new Set(files.map(({ text }) => keyOf(text))));
    const again = await load({ ...options, cache: folder });
    for (const each of [cached, again]) assert.deepEqual(each.plan.scenarios, plan.scenarios);
  });
});
