import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FilterName } from '../filter-name.ts';
import type { Hole, Text } from '../plan.ts';
import { FillError, fill, fillPattern, filters, isFilter } from './fill.ts';
import { compilePattern } from './pattern.ts';

const span = { file: { path: 'a.yaml', text: '' }, start: 0, end: 0 };
const hole = (name: string, ...names: readonly FilterName[]): Hole => ({ name, filters: names, span });
const text = (...parts: readonly (string | Hole)[]): Text => ({ parts });

describe('filters', () => {
  const cases: readonly (readonly [FilterName, string, string])[] = [
    ['base64', '\0alice\0wonderland', 'AGFsaWNlAHdvbmRlcmxhbmQ='],
    ['base64', 'é', 'w6k='],
    ['unbase64', 'VXNlcm5hbWU6', 'Username:'],
    ['unbase64', '/w==', '\xff'],
    ['md5', 'hello', '5d41402abc4b2a76b9719d911017c592'],
    ['sha256', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['hex', 'Aé', '41c3a9'],
    ['xtext', 'a+b=c d@example.com', 'a+2Bb+3Dc+20d@example.com'],
    ['xtext', 'é', '+C3+A9'],
    ['urlencode', "a b/c~d'é", 'a%20b%2Fc~d%27%C3%A9'],
    ['upper', 'straße', 'STRASSE'],
    ['lower', 'ABC', 'abc'],
    ['local-part', 'alice@example.test', 'alice'],
    ['local-part', '"a@b"@example.test', '"a@b"'],
    ['local-part', 'alice', 'alice'],
    ['domain', '"a@b"@example.test', 'example.test'],
    ['domain', 'alice', ''],
  ];
  for (const [name, from, to] of cases) {
    it(`${name}() makes ${JSON.stringify(to)} of ${JSON.stringify(from)}`, () => assert.equal(filters[name](from), to));
  }

  it('unbase64() throws when the text is not base64', () => {
    for (const bad of ['abc', 'a===', 'ab c', 'ab=c', '!']) assert.throws(() => filters.unbase64(bad), FillError);
  });

  it('unbase64() undoes base64() for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (any) => filters.unbase64(filters.base64(any)) === any));
  });

  it('isFilter() knows filters when nothing is inherited', () => {
    assert.ok(isFilter('base64'));
    assert.ok(!isFilter('constructor'));
  });
});

describe('fill()', () => {
  it('fill() returns a plain text when there are no holes', () =>
    assert.equal(
      fill('${x}', () => 'y'),
      '${x}',
    ));

  it('fill() applies filters from left to right when there are several', () => {
    assert.equal(
      fill(text('<', hole('id', 'upper', 'base64'), '>'), () => 'ab'),
      '<QUI=>',
    );
  });

  it('fill() throws when a value is missing', () => {
    assert.throws(
      () => fill(text(hole('queue_id')), () => undefined),
      /Cannot fill in "\$\{queue_id\}": it has no value yet/,
    );
  });

  it('fill() does not expand a value again when it looks like a variable', () => {
    assert.equal(
      fill(text(hole('a')), () => '${b}'),
      '${b}',
    );
  });
});

describe('fillPattern()', () => {
  it('fillPattern() makes values literal when they hold pattern characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (value) => {
        const source = fillPattern({ source: text('^', hole('v'), '$'), flags: '', span }, () => value);
        return compilePattern(source, 's').test(value);
      }),
    );
  });

  it('fill() filters a text that has holes itself, and tells what was made of secrets', () => {
    const told: unknown[] = [];
    const inner: Hole = {
      ...hole('plain', 'base64', 'upper'),
      of: { parts: ['\0u\0', hole('id')] },
      secrets: ['password'],
    };
    const filled = fill(
      text('AUTH PLAIN ', inner),
      (name) => (name === 'id' ? 'x7' : undefined),
      (secrets, value) => told.push([secrets, value]),
    );
    const base64 = Buffer.from('\0u\0x7').toString('base64');
    assert.equal(filled, `AUTH PLAIN ${base64.toUpperCase()}`);
    assert.deepEqual(told, [
      [['password'], base64],
      [['password'], base64.toUpperCase()],
    ]);
  });

  it('fill() refuses a text that becomes too long when captures add up or a filter doubles it', () => {
    const long = 'x'.repeat(1024 * 1024);
    const many = text(...Array.from({ length: 100_000 }, () => hole('c')));
    for (const each of [many, text(hole('c', 'hex', 'hex', 'hex', 'hex', 'hex', 'hex'))])
      assert.throws(() => fill(each, () => long), { name: 'FillError', message: /longer than 32 MiB$/ });
  });
});
