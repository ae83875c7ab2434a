import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anyText } from '../../fixtures/testing/any-text.ts';
import { runsOf } from '../../fixtures/testing/long.ts';
import { parse } from './parse.ts';
import { child } from './tree.ts';

const parsed = (text: string) => parse({ path: 'a.yaml', text });
const messageOf = (text: string) => parsed(text).diagnostics[0]?.message;

describe('parse()', () => {
  it('parse() keeps the spelling of numbers when they are scalars', () => {
    const { root } = parsed('a: 007\nb: 5.10\nc: 0x1F\nd: true\ne: ~\n');
    const spelled = ['a', 'b', 'c', 'd', 'e'].map((key) => {
      const node = child(root, key);
      return node?.kind === 'scalar' ? [node.value, node.text] : [];
    });
    assert.deepEqual(spelled, [
      [7, '007'],
      [5.1, '5.10'],
      [31, '0x1F'],
      [true, 'true'],
      [null, '~'],
    ]);
  });

  it('parse() places values and keys when they are nested', () => {
    const text = 'a:\n  - b: "c d"\n';
    const { root } = parsed(text);
    const list = child(root, 'a');
    const item = list?.kind === 'list' ? list.items[0] : undefined;
    const entry = item?.kind === 'map' ? item.entries.get('b') : undefined;
    assert.ok(entry);
    assert.equal(text.slice(entry.keySpan.start, entry.keySpan.end), 'b');
    assert.equal(text.slice(entry.node.span.start, entry.node.span.end), '"c d"');
  });

  it('parse() shows an empty value at its key when there is nothing else to show', () => {
    const { root } = parsed('a:\nb: 1\n');
    assert.deepEqual([child(root, 'a')?.span.start, child(root, 'a')?.span.end], [0, 1]);
  });

  it('parse() resolves aliases when their anchors stand before them', () => {
    const { root } = parsed('a: &x { b: 1 }\nc: *x\nd: &k key\n*k : 2\n');
    assert.equal(child(root, 'c'), child(root, 'a'));
    assert.equal(child(root, 'key')?.value, 2);
  });

  it('parse() keeps keys that objects inherit when they are data', () => {
    const { root } = parsed('__proto__: 1\nconstructor: 2\ntoString: 3\n');
    assert.deepEqual(Object.keys(root?.value as object), ['__proto__', 'constructor', 'toString']);
  });

  const mistakes: readonly (readonly [string, RegExp])[] = [
    ['a: *b', /Unknown alias "\*b"/],
    ['a: &x [*x]', /Unknown alias "\*x"/],
    ['a: 1\na: 2', /The key "a" appears twice/],
    ['? [a, b]\n: 1', /A key must be a string/],
    ['a: 1\n---\nb: 2', /A file contains one document/],
    ['a:\n\tb: 1', /A tab cannot indent/],
    ['a: "b', /A quote that is never closed/],
    ['a: !tag b', /Unknown tag/],
    ['['.repeat(5000), /Nested too deeply/],
    [
      `a: &a0 x\n${Array.from({ length: 120 }, (_, n) => `b${n}: &a${n + 1} [*a${n}]`).join('\n')}`,
      /Nested too deeply/,
    ],
  ];
  for (const [text, message] of mistakes) {
    it(`parse() tells ${message.source} when it reads ${JSON.stringify(text.slice(0, 30))}`, () =>
      assert.match(messageOf(text) ?? '', message));
  }

  it('parse() is done soon when aliases multiply', () => {
    const bomb = [
      'a0: &a0 [x, x]',
      ...Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}]`),
    ].join('\n');
    assert.match(messageOf(bomb) ?? '', /Too many values/);
  });

  it('parse() takes a map of many keys in linear time when it is large', () => {
    const text = Array.from({ length: 20_000 }, (_, n) => `key${n}: 1`).join('\n');
    assert.equal(parsed(text).diagnostics.length, 0);
  });

  it('parse() returns nothing when the document is empty', () => {
    for (const text of ['', '# nothing\n', '---\n']) {
      const { root, diagnostics } = parsed(text);
      assert.deepEqual([root?.value ?? null, diagnostics], [null, []]);
    }
  });

  const yamlish = fc.array(
    fc.constantFrom(
      'a',
      'b: ',
      '- ',
      '\n',
      '  ',
      '\t',
      '"',
      "'",
      '[',
      ']',
      '{',
      '}',
      ', ',
      '&x ',
      '*x',
      '!t ',
      '|',
      '>',
      '#',
      '---',
      '? ',
      '%',
      '@',
      '\\',
      '1',
      '~',
      '${',
      '\r',
      '\0',
      '\u{1f600}',
      '<<: ',
    ),
    { maxLength: 40 },
  );

  it('parse() gives a tree or a mistake with a place when given any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText({ maxLength: 200 }),
          yamlish.map((parts) => parts.join('')),
        ),
        (text) => {
          const { diagnostics } = parsed(text);
          for (const { span } of diagnostics)
            assert.ok(span !== undefined && span.start >= 0 && span.start <= span.end && span.end <= text.length);
        },
      ),
      { numRuns: runsOf(500) },
    );
  });
});
