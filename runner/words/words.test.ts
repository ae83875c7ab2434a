import assert from 'node:assert/strict';
import {
  allOf,
  atLeast,
  atMost,
  base64,
  capture,
  contains,
  createScope,
  endsWith,
  equals,
  exactly,
  excludes,
  fields,
  holds,
  hole,
  includes,
  length,
  matches,
  not,
  oneOf,
  set,
  startsWith,
} from '../../fixtures/testing/matchers.ts';
import { type Worded, worded } from '../../fixtures/testing/worded.ts';
import { judge } from '../matchers/match.ts';
import { actualOf } from '../matchers/sample.ts';
import { fillingFrom, mapMatcher } from '../matchers/texts.ts';
import type { Matcher } from '../plan.ts';
import { type Value, words } from '../value.ts';
import { actualWords } from './actual.ts';
import { matcherWords } from './matcher.ts';

const scope = createScope({ user: 'alice', dotted: 'a.b' });
const auth = words(['PLAIN', 'LOGIN']);
const messages: Value = [
  { seq: 1, UID: 7, FLAGS: words(['\\Seen']) },
  { seq: 2, UID: 8, FLAGS: words([]) },
];

describe('words', () => {
  describe('matcherWords()', () => {
    const cases: readonly (readonly [matcher: Matcher, text: string])[] = [
      [equals('a b'), '"a b"'],
      [equals(7), '7'],
      [equals(true), 'true'],
      [equals(null), 'null'],
      [equals(hole('user', 'dear ')), '"dear alice"'],
      [exactly(), 'an empty list'],
      [exactly('a', 1), 'exactly "a", 1'],
      [holds('a'), '"a"'],
      [holds('a', 'b'), 'all of "a", "b"'],
      [matches('x\n', 'i'), 'text matching /x␊/i'],
      [matches(hole('dotted', '^')), 'text matching /^a\\.b/'],
      [contains('a'), 'text containing "a"'],
      [startsWith('a'), 'text beginning with "a"'],
      [endsWith('a'), 'text ending in "a"'],
      [atLeast(3), 'at least 3'],
      [atMost('1KiB'), 'at most 1KiB (1024 octets)'],
      [atMost('1m30s'), 'at most 1m30s'],
      [atLeast('many'), 'at least "many" (which is not a number, size, duration or date)'],
      [length(atLeast(3)), 'a length of at least 3'],
      [set('1:3'), 'the set "1:3"'],
      [set(includes(equals(3))), 'a set that includes 3'],
      [set(excludes(equals(3))), 'a set without 3'],
      [base64(equals('a')), 'base64 of "a"'],
      [includes(equals('a')), 'a list that includes "a"'],
      [excludes(holds('a', 'b')), 'a list without (all of "a", "b")'],
      [not(equals('a')), 'anything but "a"'],
      [not(oneOf(equals('a'), equals('b'))), 'anything but (one of "a", "b")'],
      [
        oneOf(equals('a'), allOf(contains('b'), contains('c'))),
        'one of "a", (text containing "b" and text containing "c")',
      ],
      [fields({ UID: 7, FLAGS: holds('\\Seen', 'x') }), '{ UID: 7, FLAGS: all of "\\Seen", "x" }'],
      [fields({}), 'a record'],
      [capture('uid'), 'any value (kept as "uid")'],
      [holds(...Array.from({ length: 12 }, (_, index) => index)), 'all of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, … 2 more'],
    ];
    for (const [matcher, text] of cases)
      it(text, () => assert.equal(matcherWords(mapMatcher(matcher, fillingFrom(scope))), text));
  });

  describe('actualWords() of a value', () => {
    const cases: readonly (readonly [value: Value | undefined, text: string])[] = [
      [undefined, 'nothing'],
      [null, 'null'],
      [7, '7'],
      [false, 'false'],
      ['', '""'],
      ['a "b"\r\n\0\x1b\ud800', '"a "b"␍␊␀\\x1b\\ud800"'],
      [auth, '"PLAIN LOGIN"'],
      [words([]), 'none'],
      [[], 'an empty list'],
      [[1, 'a', [true]], '[1, "a", [true]]'],
      [{}, 'an empty record'],
      [{ 'a\n': 1, b: null }, '{ a␊: 1, b: null }'],
      [Array.from({ length: 30 }, (_, index) => index), '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, … 20 more]'],
      [{ a: { b: { c: { d: 1 } } } }, '{ a: { b: { c: { … } } } }'],
      [[[[[1]]]], '[[[[ … ]]]]'],
      ['x'.repeat(501), `"${'x'.repeat(500)}…" (501 characters)`],
      ['ten chars '.repeat(60), `"${'ten chars '.repeat(50).trimEnd()}…" (600 characters)`],
      [`${'a '.repeat(200)}${'x'.repeat(400)}`, `"${'a '.repeat(200).trimEnd()}…" (800 characters)`],
    ];
    for (const [value, text] of cases)
      it(text.slice(0, 80), () => assert.equal(actualWords({ actual: actualOf(value) }), text));

    it('stays short, however wide and deep the value', () => {
      let value: Value = 'x'.repeat(10_000);
      for (let depth = 0; depth < 6; depth++) value = Array.from({ length: 50 }, () => value);
      assert.ok(actualWords({ actual: actualOf(value) }).length < 1_000_000);
    });
  });

  describe('a mismatch', () => {
    type Case = readonly [what: string, matcher: Matcher, value: Value | undefined, ...mismatches: readonly Worded[]];
    const cases: readonly Case[] = [
      ['of a scalar', equals('a'), 'b', { path: '', expected: '"a"', actual: '"b"' }],
      ['of NIL', equals('a'), null, { path: '', expected: '"a"', actual: 'null' }],
      ['of nothing', equals('a'), undefined, { path: '', expected: '"a"', actual: 'nothing' }],
      [
        'of one expected and a list',
        equals('a'),
        ['b', 'c'],
        { path: '', expected: '"a"', actual: '["b", "c"] (a list; "includes" and "excludes" look at its items)' },
      ],
      [
        'of not one and a list',
        not(equals('a')),
        ['b', 'c'],
        {
          path: '',
          expected: 'anything but "a"',
          actual: '["b", "c"] (a list; "includes" and "excludes" look at its items)',
        },
      ],
      [
        'of presence',
        fields({ a: true, b: false }),
        { b: 1 },
        { path: 'a', expected: 'any value', actual: 'nothing; there are "b"', missing: ['a'] },
        { path: 'b', expected: 'nothing', actual: '1' },
      ],
      [
        'of no number',
        atLeast(3),
        'many',
        { path: '', expected: 'at least 3', actual: '"many", which is not a number' },
      ],
      [
        'of no size',
        atLeast('3KB'),
        'many',
        { path: '', expected: 'at least 3KB (3000 octets)', actual: '"many", which is not a size' },
      ],
      [
        'of length',
        length(equals(3)),
        [1, 2],
        { path: '', expected: 'a length of 3', actual: 'a length of 2: [1, 2]' },
      ],
      [
        'of no base64',
        base64(equals('a')),
        '***',
        { path: '', expected: 'base64 of "a"', actual: '"***", which is not base64' },
      ],
      ['of base64', base64(equals('a')), 'Yg==', { path: 'base64', expected: '"a"', actual: '"b"' }],
      [
        'of words',
        holds('PLAIN', 'X', 'Y'),
        auth,
        { path: '', expected: 'all of "PLAIN", "X", "Y"', actual: '"PLAIN LOGIN"', missing: ['"X"', '"Y"'] },
      ],
      [
        'of words too many',
        excludes(equals('login')),
        auth,
        { path: '', expected: 'a list without "login"', actual: '"PLAIN LOGIN"', extra: ['"LOGIN"'] },
      ],
      [
        'of exact words',
        exactly('PLAIN', 'X'),
        auth,
        { path: '', expected: 'exactly "PLAIN", "X"', actual: '"PLAIN LOGIN"', missing: ['"X"'], extra: ['"LOGIN"'] },
      ],
      [
        'of a text where a list was meant',
        includes(equals('a')),
        'abc',
        {
          path: '',
          expected: 'a list that includes "a"',
          actual: '"abc" (a string; "contains" looks for a part of it)',
        },
      ],
      [
        'of records names the nearest',
        holds(fields({ seq: 2, UID: 7, FLAGS: words([]).text })),
        messages,
        {
          path: '',
          expected: '{ seq: 2, UID: 7, FLAGS: "" }',
          missing: ['{ seq: 2, UID: 7, FLAGS: "" }'],
          actual:
            '[{ seq: 1, UID: 7, FLAGS: "\\Seen" }, { seq: 2, UID: 8, FLAGS: none }]; [2] is closest, but UID is 8, expected 7',
        },
      ],
      [
        'of exact records names the nearest that is left',
        exactly(fields({ seq: 1 }), fields({ seq: 2, UID: 9 })),
        messages,
        {
          path: '',
          expected: 'exactly { seq: 1 }, { seq: 2, UID: 9 }',
          missing: ['{ seq: 2, UID: 9 }'],
          extra: ['{ seq: 2, UID: 8, FLAGS: none }'],
          actual:
            '[{ seq: 1, UID: 7, FLAGS: "\\Seen" }, { seq: 2, UID: 8, FLAGS: none }]; [2] is closest, but UID is 8, expected 9',
        },
      ],
      [
        'of alternatives',
        oneOf(equals('a'), matches('b+')),
        'c',
        { path: '', expected: 'one of "a", text matching /b+/', actual: '"c"' },
      ],
      [
        'of record alternatives names the nearest',
        oneOf(equals('x'), fields({ a: 1, b: 2 })),
        { a: 1, b: 3 },
        {
          path: '',
          expected: 'one of "x", { a: 1, b: 2 }',
          actual: '{ a: 1, b: 3 }; alternative 2 is closest, but b is 3, expected 2',
        },
      ],
      [
        'of each part of all',
        allOf(contains('a'), contains('b'), contains('c')),
        'c',
        { path: '', expected: 'text containing "a"', actual: '"c"' },
        { path: '', expected: 'text containing "b"', actual: '"c"' },
      ],
      [
        'of all parts of nothing is one',
        fields({ a: allOf(contains('a'), contains('b')) }),
        {},
        {
          path: 'a',
          expected: 'text containing "a" and text containing "b"',
          actual: 'nothing',
          missing: ['a'],
        },
      ],
      [
        'of each field, by its path',
        fields({ a: fields({ b: 1, 'BODY[]': 'x' }), c: 1 }),
        { a: { b: 2, 'BODY[]': 'y' } },
        { path: 'a.b', expected: '1', actual: '2' },
        { path: 'a["BODY[]"]', expected: '"x"', actual: '"y"' },
        { path: 'c', expected: '1', actual: 'nothing; there are "a"', missing: ['c'] },
      ],
      ['of a record and no record', fields({ a: 1 }), 'text', { path: '', expected: '{ a: 1 }', actual: '"text"' }],
    ];
    for (const [what, matcher, value, ...mismatches] of cases) {
      it(what, () => {
        const told = judge(matcher, value, scope).mismatches().map(worded);
        assert.deepEqual(told, mismatches);
      });
    }
  });
});
