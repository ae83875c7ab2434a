import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { packageRoot } from '../package-root.ts';
import { packTree } from './pack-tree.ts';
import { parse } from './parse.ts';
import { child, type Node } from './tree.ts';
import { unpackTree } from './unpack-tree.ts';

function rootOf(text: string): Node {
  const { root } = parse({ path: 'a.yaml', text });
  assert.ok(root, text);
  return root;
}

/** The tree of a text, packed and then unpacked for a different file object. */
function again(text: string): Node | undefined {
  const packed = packTree(rootOf(text));
  return packed && unpackTree({ path: 'a.yaml', text }, packed);
}

describe('packTree()', () => {
  for (const [what, text] of [
    [
      'null, booleans and numbers as they are spelled',
      'a: ~\nb:\nc: null\nd: true\ne: False\nf: 007\ng: 0x1F\nh: -1.50\n',
    ],
    ['quoted strings', `a: 'it''s'\nb: "plain"\nc: ""\nd: ''\n"e f": 'x'\n`],
    ['escapes', String.raw`a: "\0A\x00\u00e9\U0001F600\r\n\t\"\\\/\e\_\N\L\P"`],
    ['lines that are joined in double quotes', 'b: "one \\\n  two\n  three\n\n  four"\n'],
    ['blocks', 'a: |\n  one\n    two\n\n  three\nb: >-\n  one\n  two\n\n  three\nc: |+\n  end\n\nd: |2-\n    deep\n'],
    ['lines that end with CRLF', 'a: |\r\n  one\r\n  two\r\nb: >\r\n  one\r\n  two\r\n'],
    ['flow and block collections', 'a: [1, [x, { b: c, d }], {}]\ne:\n- f\n-\n- - g\n  - h: i\n'],
    ['tags that say what a scalar is', 'a: !!str 5\nb: !!int 7\n'],
    ['keys that are no strings, or quoted with escapes', '1: a\ntrue: b\n"c\\td": e\n~: f\n'],
    ['keys that objects inherit', 'constructor: 1\ntoString: 2\n'],
    [
      'a mark at the beginning, comments and several lines of a plain string',
      '\ufeff# one\na: one # two\nb: one\n  two\n',
    ],
  ] as const) {
    it(`keeps ${what}`, () => assert.deepEqual(again(text), rootOf(text)));
  }

  it('keeps what aliases stand for once', () => {
    const text = 'a: &x { b: &y [1, 2] }\nc: *x\nd: [*y, *y]\n&k e: *k\n';
    const root = again(text);
    assert.deepEqual(root, rootOf(text));
    assert.equal(child(root, 'c'), child(root, 'a'));
  });

  it('is as small as its file when aliases multiply', () => {
    const lines = Array.from({ length: 12 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`);
    const text = ['a0: &a0 [x]', ...lines, ''].join('\n');
    assert.ok((packTree(rootOf(text))?.length ?? Infinity) < text.length);
  });

  for (const text of ['a: .inf\n', 'a: -.INF\n', '__proto__: 1\n', 'a: 1_000\nb: .nan\n']) {
    it(`leaves ${JSON.stringify(text)} out, or keeps it as it is`, () => {
      const root = again(text);
      if (root !== undefined) assert.deepEqual(root, rootOf(text));
    });
  }

  it('has nothing of the text in it', () => {
    const packed = packTree(rootOf(String.raw`password: "s3cr3t\u0041\n"`));
    assert.ok(packed);
    assert.equal(packed.includes(0x41), false);
    assert.doesNotMatch(Buffer.from(packed.buffer).toString('latin1'), /s|3|c|r|t/);
  });

  it('keeps a shipped pack', () => {
    const text = readFileSync(join(packageRoot(), 'scenarios', 'smtp-core', 'abuse.yaml'), 'utf8');
    assert.deepEqual(again(text), rootOf(text));
  });

  it('keeps whatever strings, lists and maps a writer of YAML writes', () => {
    const scalar = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string(),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        scalar,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
      ),
    }));
    const style = fc.record({
      lineWidth: fc.constantFrom(0, 20, 80),
      defaultStringType: fc.constantFrom('PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'),
      collectionStyle: fc.constantFrom('any', 'flow', 'block'),
    } as const);
    let kept = 0;
    fc.assert(
      fc.property(value, style, (data, options) => {
        const text = stringify(data, options);
        const { root, diagnostics } = parse({ path: 'a.yaml', text });
        if (root === undefined || diagnostics.length > 0) return;
        const packed = packTree(root);
        if (packed === undefined) return;
        kept++;
        assert.deepEqual(unpackTree({ path: 'a.yaml', text }, packed), root);
      }),
      { numRuns: 300 },
    );
    assert.ok(kept > 100, `${kept} of 300`);
  });
});

describe('unpackTree()', () => {
  it('throws where the numbers are not a tree', () => {
    const text = 'a: &x [1, "b\\n"]\nc: *x\n';
    const packed = packTree(rootOf(text));
    assert.ok(packed);
    const file = { path: 'a.yaml', text };
    for (let length = 0; length < packed.length; length++)
      assert.throws(() => unpackTree(file, packed.slice(0, length)), /ends too early/);
    assert.throws(() => unpackTree(file, Int32Array.of(99, 0, 1)), /unknown kind/);
    assert.throws(() => unpackTree(file, Int32Array.of(10, 5, 0)), /alias without its node/);
  });
});
