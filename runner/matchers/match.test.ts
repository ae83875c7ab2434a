import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  allOf,
  atLeast,
  atMost,
  base64,
  capture,
  contains,
  count,
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
  octets,
  oneOf,
  ordered,
  sequence,
  set,
  startsWith,
} from '../../fixtures/testing/matchers.ts';
import { worded } from '../../fixtures/testing/worded.ts';
import type { Matcher } from '../plan.ts';
import { type Value, words } from '../value.ts';
import { expectedWords } from '../words/expected.ts';
import { matcherWords } from '../words/matcher.ts';
import { judge } from './match.ts';
import { fillingFrom, mapMatcher } from './texts.ts';

type Outcome = 'holds' | 'differs' | 'unfit';
type Case = readonly [matcher: Matcher, value: Value | undefined, outcome: Outcome];

const auth = words(['PLAIN', 'LOGIN']);
const size = words(['10240000']);
const flags = words(['\\Seen', '\\Recent'], { optional: ['\\Recent'] });
const exact = words(['Plain'], { caseless: false });
const sorted = words(['2', '1', '3'], { text: '2,1,3', caseless: false, list: 'ordered' });
const found = words(['2', '1', '3'], { text: '2,1,3', caseless: false, list: 'unordered' });
const copied = words(['3956', '3957', '3958'], { text: '3956:3958', caseless: false, list: 'ordered' });
const message: Value = { seq: 1, UID: 7, FLAGS: flags, 'BODY[TEXT]': 'hello', delimiter: null };

describe('matchers/match', () => {
  describe('judge() of each kind with each kind of value', () => {
    table('a list of numbers whose order has a meaning, or none', [
      [exactly(equals(2), equals(1), equals(3)), sorted, 'holds'],
      [exactly(equals(1), equals(2), equals(3)), sorted, 'differs'],
      [exactly(equals(2), equals(1)), sorted, 'differs'],
      [exactly(equals(2), equals(1), equals(3), equals(3)), sorted, 'differs'],
      [exactly(atLeast(2), capture('first'), equals('3')), sorted, 'holds'],
      [exactly(equals(1), equals(2), equals(3)), found, 'holds'],
      [exactly(equals(1), equals(2)), found, 'differs'],
      [holds(equals(1), equals(2)), sorted, 'holds'],
      [includes(equals(3)), sorted, 'holds'],
      [excludes(equals(4)), found, 'holds'],
      [excludes(equals(3)), found, 'differs'],
      [length(equals(3)), sorted, 'holds'],
      [length(equals(2)), words(['7', '7'], { list: 'unordered' }), 'holds'],
    ]);

    table('a set of numbers', [
      [equals('3956:3958'), copied, 'holds'],
      [equals('3956,3957,3958'), copied, 'holds'],
      [equals('3956:3957,3958'), copied, 'holds'],
      [equals('3958,3957,3956'), copied, 'differs'],
      [equals('3956:3959'), copied, 'differs'],
      [equals('3956'), copied, 'differs'],
      [equals('1:3'), found, 'holds'],
      [equals('1:3,5'), found, 'differs'],
      [equals('1:99999999999'), found, 'differs'],
      [equals('2,1,3'), sorted, 'holds'],
      [equals('1:3'), sorted, 'differs'],
      [includes(equals(3957)), copied, 'holds'],
      [includes(equals(3955)), copied, 'differs'],
      [matches('(^|[,:])3957([,:]|$)'), copied, 'holds'],
      [matches('^3956:'), copied, 'holds'],
      [matches('3959'), copied, 'differs'],
    ]);

    table('a scalar', [
      [equals('a'), 'a', 'holds'],
      [equals('a'), 'A', 'differs'],
      [equals('a'), 'ab', 'differs'],
      [equals('7'), 7, 'holds'],
      [equals(7), '7', 'holds'],
      [equals('007'), '7', 'holds'],
      [equals(7), 8, 'differs'],
      [equals('10MiB'), '10485760', 'holds'],
      [equals('1m'), '60s', 'holds'],
      [equals('a'), null, 'differs'],
      [equals('null'), null, 'differs'],
      [equals('a'), true, 'differs'],
      [equals('true'), true, 'holds'],
      [equals('PLAIN'), auth, 'differs'],
      [equals('plain login'), auth, 'holds'],
      [equals(10_240_000), size, 'holds'],
      [equals('plain'), words(['PLAIN']), 'holds'],
      [equals('plain'), exact, 'differs'],
      [equals('Plain'), exact, 'holds'],
      [equals('\\seen'), flags, 'holds'],
      [equals('\\Recent'), flags, 'differs'],
      [equals('\\Seen \\Recent'), flags, 'holds'],
      [equals(''), words([]), 'holds'],
      [equals('a'), ['a'], 'holds'],
      [equals('a'), [['a']], 'holds'],
      [equals('a'), ['a', 'b'], 'unfit'],
      [equals('a'), [], 'unfit'],
      [equals('a'), {}, 'unfit'],
      [equals('a'), undefined, 'unfit'],
      [equals(hole('user')), 'alice', 'holds'],
      [equals(hole('user')), 'bob', 'differs'],
    ]);

    table('null', [
      [equals(null), null, 'holds'],
      [equals(null), '', 'differs'],
      [equals(null), 0, 'differs'],
      [equals(null), [], 'differs'],
      [equals(null), words([]), 'differs'],
      [equals(null), undefined, 'unfit'],
    ]);

    table('true and false', [
      [equals(true), true, 'holds'],
      [equals(true), false, 'differs'],
      [equals(false), false, 'holds'],
      [equals(false), true, 'differs'],
      [equals(true), 'TRUE', 'holds'],
      [equals(true), 'false', 'differs'],
      [equals(false), 'false', 'holds'],
      [equals(true), 'anything', 'holds'],
      [equals(false), 'anything', 'differs'],
      [equals(true), 0, 'holds'],
      [equals(true), words([]), 'holds'],
      [equals(false), [], 'differs'],
      [equals(true), null, 'differs'],
      [equals(false), null, 'holds'],
      [equals(true), undefined, 'differs'],
      [equals(false), undefined, 'holds'],
    ]);

    table('a pattern', [
      [matches('^a+$'), 'aaa', 'holds'],
      [matches('^a+$'), 'AAA', 'differs'],
      [matches('^a+$', 'i'), 'AAA', 'holds'],
      [matches('^\\d+$'), 42, 'holds'],
      [matches('true'), true, 'holds'],
      [matches('PLAIN LOGIN'), auth, 'holds'],
      [matches('plain'), auth, 'differs'],
      [matches('a'), ['a'], 'holds'],
      [matches('a'), ['a', 'a'], 'unfit'],
      [matches('a'), null, 'unfit'],
      [matches('a'), {}, 'unfit'],
      [matches(hole('dotted', '^', '$')), 'a.b', 'holds'],
      [matches(hole('dotted', '^', '$')), 'axb', 'differs'],
    ]);

    table('parts of a text', [
      [contains('b'), 'abc', 'holds'],
      [contains('B'), 'abc', 'differs'],
      [contains('login'), auth, 'holds'],
      [contains('plain'), exact, 'differs'],
      [contains('2'), 123, 'holds'],
      [contains('a'), null, 'unfit'],
      [contains('a'), {}, 'unfit'],
      [contains('a'), ['abc'], 'holds'],
      [contains('a'), ['abc', 'abd'], 'unfit'],
      [contains('a'), undefined, 'unfit'],
      [startsWith('ab'), 'abc', 'holds'],
      [startsWith('b'), 'abc', 'differs'],
      [startsWith('plain'), auth, 'holds'],
      [endsWith('bc'), 'abc', 'holds'],
      [endsWith('b'), 'abc', 'differs'],
      [endsWith('login'), auth, 'holds'],
      [contains(hole('user')), 'dear alice', 'holds'],
    ]);

    table('bounds', [
      [atLeast(7), 7, 'holds'],
      [atLeast(7), 6, 'differs'],
      [atMost(7), 7, 'holds'],
      [atMost(7), 8, 'differs'],
      [atLeast('10MiB'), size, 'differs'],
      [atMost('10MiB'), size, 'holds'],
      [atLeast('10MiB'), '12MiB', 'holds'],
      [atMost('30s'), '1m', 'differs'],
      [atLeast('2027-01-01'), '2027-03-01T00:00:00Z', 'holds'],
      [atLeast(7), 'seven', 'unfit'],
      [atLeast(7), null, 'unfit'],
      [atLeast(7), words([]), 'unfit'],
      [atLeast(7), [8], 'holds'],
      [atLeast(7), [8, 9], 'unfit'],
      [atLeast(7), undefined, 'unfit'],
      [atLeast(hole('number')), 5, 'holds'],
      [atLeast(true), 5, 'unfit'],
    ]);

    table('length', [
      [length(equals(3)), 'abc', 'holds'],
      [length(equals(1)), '🙂', 'holds'],
      [length(equals(2)), auth, 'holds'],
      [length(equals(1)), flags, 'holds'],
      [length(equals(0)), null, 'holds'],
      [length(equals(0)), [], 'holds'],
      [length(atLeast(2)), [1, 2, 3], 'holds'],
      [length(equals(2)), [1, 2, 3], 'differs'],
      [length(equals(1)), 7, 'unfit'],
      [length(equals(1)), {}, 'unfit'],
      [length(equals(0)), undefined, 'unfit'],
    ]);

    table('base64', [
      [base64(equals('alice')), 'YWxpY2U=', 'holds'],
      [base64(equals('alice')), ' YWxpY2U=\r\n', 'holds'],
      [base64(equals('alice')), 'YWxp\r\nY2U=\r\n', 'holds'],
      [base64(equals('bob')), 'YWxpY2U=', 'differs'],
      [base64(contains('é')), Buffer.from('é').toString('base64'), 'holds'],
      [base64(contains('é')), Buffer.from('é', 'latin1').toString('base64'), 'holds'],
      [base64(equals('')), '', 'holds'],
      [base64(equals('alice')), 'YWxpY2U', 'unfit'],
      [base64(equals('alice')), 'not base64!', 'unfit'],
      [base64(equals('alice')), null, 'unfit'],
      [base64(equals('alice')), words(['YWxpY2U=']), 'holds'],
    ]);

    table('a plain list', [
      [holds('PLAIN'), auth, 'holds'],
      [holds('login', 'plain'), auth, 'holds'],
      [holds('PLAIN', 'CRAM-MD5'), auth, 'differs'],
      [holds('plain'), exact, 'differs'],
      [holds('\\Seen'), flags, 'holds'],
      [holds('\\Recent'), flags, 'holds'],
      [holds(2, 5), [5, 3, 2], 'holds'],
      [holds(2, 2), [2], 'holds'],
      [holds(2, 6), [5, 3, 2], 'differs'],
      [holds(matches('^P')), auth, 'holds'],
      [holds(contains('a'), contains('b')), 'ab', 'holds'],
      [holds(contains('a'), contains('c')), 'ab', 'differs'],
      [holds('a'), null, 'differs'],
      [holds(), null, 'holds'],
      [holds('a'), undefined, 'unfit'],
      [holds(fields({ UID: 7 })), [{ UID: 8 }, { UID: 7 }], 'holds'],
      [holds(fields({ UID: 7 })), message, 'holds'],
    ]);

    table('includes and excludes', [
      [includes(equals('PLAIN')), auth, 'holds'],
      [includes(equals('GSSAPI')), auth, 'differs'],
      [includes(holds('PLAIN', 'LOGIN')), auth, 'holds'],
      [includes(holds('PLAIN', 'GSSAPI')), auth, 'differs'],
      [includes(matches('^L')), auth, 'holds'],
      [includes(equals(3)), [1, 2, 3], 'holds'],
      [includes(exactly(1, 2)), [[2, 1], [3]], 'holds'],
      [includes(equals('a')), 'a', 'holds'],
      [includes(equals('a')), 'ab', 'differs'],
      [includes(equals('a')), null, 'differs'],
      [includes(equals('a')), undefined, 'unfit'],
      [excludes(equals('GSSAPI')), auth, 'holds'],
      [excludes(equals('plain')), auth, 'differs'],
      [excludes(holds('GSSAPI', 'NTLM')), auth, 'holds'],
      [excludes(holds('GSSAPI', 'LOGIN')), auth, 'differs'],
      [excludes(equals('\\Recent')), flags, 'differs'],
      [excludes(matches('^\\\\R')), flags, 'holds'],
      [excludes(equals('a')), null, 'holds'],
      [excludes(equals('a')), [], 'holds'],
      [excludes(equals('a')), 'a', 'differs'],
      [excludes(equals('a')), undefined, 'unfit'],
    ]);

    table('exactly', [
      [exactly('LOGIN', 'plain'), auth, 'holds'],
      [exactly('PLAIN'), auth, 'differs'],
      [exactly('PLAIN', 'LOGIN', 'GSSAPI'), auth, 'differs'],
      [exactly('\\Seen'), flags, 'holds'],
      [exactly('\\Seen', '\\Recent'), flags, 'holds'],
      [exactly('\\Recent'), flags, 'differs'],
      [exactly(), words(['\\Recent'], { optional: ['\\recent'] }), 'holds'],
      [exactly(2, 1), [1, 2], 'holds'],
      [exactly(1, 1), [1, 2], 'differs'],
      [exactly(1, 1), [1, 1], 'holds'],
      [exactly(1), [1, 1], 'differs'],
      [exactly(matches('a'), 'ab'), ['ab', 'a'], 'holds'],
      [exactly('a'), 'a', 'holds'],
      [exactly('a', 'b'), 'a', 'differs'],
      [exactly(), null, 'holds'],
      [exactly(), [], 'holds'],
      [exactly(), undefined, 'unfit'],
    ]);

    table('sequence', [
      [sequence(1, 2), [1, 2], 'holds'],
      [sequence(2, 1), [1, 2], 'differs'],
      [sequence(1), [1, 2], 'differs'],
      [sequence(1, 2, 3), [1, 2], 'differs'],
      [sequence(), [], 'holds'],
      [sequence(), null, 'holds'],
      [sequence(), undefined, 'unfit'],
    ]);

    table('ordered', [
      [ordered(1, 3), [1, 2, 3], 'holds'],
      [ordered(3, 1), [1, 2, 3], 'differs'],
      [ordered(1, 1), [1, 2, 1], 'holds'],
      [ordered(1, 1), [1, 2], 'differs'],
      [ordered('PLAIN', 'login'), auth, 'holds'],
      [ordered('LOGIN', 'PLAIN'), auth, 'differs'],
      [ordered('a'), null, 'differs'],
      [ordered('a'), undefined, 'unfit'],
    ]);

    table('octets', [
      [octets(equals(3)), 'abc', 'holds'],
      [octets(equals(6)), 'Grün', 'differs'],
      [octets(equals(5)), 'Grün', 'holds'],
      [octets(atMost(3)), 'abcd', 'differs'],
      [octets(equals(1)), ['a', 'b'], 'unfit'],
    ]);

    table('set', [
      [set('1:6'), '1,2,3,4:6', 'holds'],
      [set('6:1'), '1:6', 'holds'],
      [set('1:6'), '1:5', 'differs'],
      [set('1:5'), '1:6', 'differs'],
      [set(7), 7, 'holds'],
      [set('1,3'), [3, 1], 'holds'],
      [set(''), null, 'holds'],
      [set(includes(equals('2:3'))), '1:6', 'holds'],
      [set(includes(equals('6:7'))), '1:6', 'differs'],
      [set(excludes(equals('7:9'))), '1:6', 'holds'],
      [set(excludes(equals('6:9'))), '1:6', 'differs'],
      [set(length(equals(6))), '1:6', 'holds'],
      [set(not(holds(7))), '1:6', 'holds'],
      [set('1:6'), 'abc', 'unfit'],
      [set('1:*'), '1:6', 'unfit'],
      [set('1'), '1:4294967295', 'unfit'],
    ]);

    table('count', [
      [count(matches('a'), 2), ['a', 'b', 'ba'], 'holds'],
      [count(matches('a'), 1), ['a', 'b', 'ba'], 'differs'],
      [count('c', 0), ['a', 'b'], 'holds'],
      [count('c', atLeast(1)), ['a', 'b'], 'differs'],
      [count('a', 0), null, 'holds'],
      [count('a', 1), 'a', 'holds'],
      [count('a', 0), undefined, 'unfit'],
    ]);

    table('not', [
      [not(equals('a')), 'b', 'holds'],
      [not(equals('a')), 'a', 'differs'],
      [not(not(equals('a'))), 'a', 'holds'],
      [not(equals('a')), null, 'holds'],
      [not(equals('a')), ['a', 'b'], 'unfit'],
      [not(equals('a')), undefined, 'unfit'],
      [not(equals(true)), undefined, 'holds'],
      [not(equals(false)), undefined, 'differs'],
      [not(atLeast(7)), 'seven', 'unfit'],
      [not(includes(equals('GSSAPI'))), auth, 'holds'],
      [not(fields({ UID: 8 })), message, 'holds'],
      [not(fields({ MODSEQ: 8 })), message, 'unfit'],
    ]);

    table('one_of and all_of', [
      [oneOf(equals('a'), equals('b')), 'b', 'holds'],
      [oneOf(equals('a'), equals('b')), 'c', 'differs'],
      [oneOf(equals(false), equals('b')), undefined, 'holds'],
      [oneOf(equals('a'), equals('b')), undefined, 'unfit'],
      [oneOf(atLeast(1), equals('a')), 'a', 'holds'],
      [oneOf(), 'a', 'differs'],
      [allOf(contains('a'), contains('b')), 'ab', 'holds'],
      [allOf(contains('a'), contains('c')), 'ab', 'differs'],
      [allOf(atLeast(1), contains('c')), 'ab', 'differs'],
      [allOf(atLeast(1), contains('a')), 'ab', 'unfit'],
      [allOf(equals('a'), equals(true)), undefined, 'differs'],
      [allOf(equals('a'), equals('b')), undefined, 'unfit'],
      [allOf(), 'a', 'holds'],
    ]);

    table('fields', [
      [fields({ seq: 1, UID: 7 }), message, 'holds'],
      [fields({ uid: 7, flags: holds('\\seen') }), message, 'holds'],
      [fields({ UID: 8 }), message, 'differs'],
      [fields({ MODSEQ: 5 }), message, 'unfit'],
      [fields({ MODSEQ: false }), message, 'holds'],
      [fields({ UID: true }), message, 'holds'],
      [fields({ delimiter: null }), message, 'holds'],
      [fields({ 'BODY[TEXT]': matches('^h') }), message, 'holds'],
      [fields({ 'body[text]': 'hello' }), message, 'holds'],
      [fields({}), message, 'holds'],
      [fields({ constructor: true }), message, 'differs'],
      [fields({ UID: 7 }), [message], 'holds'],
      [fields({ UID: 7 }), [message, message], 'unfit'],
      [fields({ UID: 7 }), null, 'unfit'],
      [fields({ UID: 7 }), 'text', 'unfit'],
      [fields({ UID: 7 }), auth, 'unfit'],
      [fields({ UIDVALIDITY: 3 }), words(['UIDVALIDITY'], { fields: { UIDVALIDITY: 3 } }), 'holds'],
    ]);

    table('capture', [
      [capture('x'), 'a', 'holds'],
      [capture('x'), null, 'holds'],
      [capture('x'), {}, 'holds'],
      [capture('x'), undefined, 'unfit'],
    ]);
  });

  describe('judge() captures', () => {
    const cases: readonly (readonly [
      what: string,
      matcher: Matcher,
      value: Value,
      captured: Record<string, string>,
    ])[] = [
      ['a text', capture('x'), 'a b', { x: 'a b' }],
      ['a number', capture('x'), 7, { x: '7' }],
      ['nothing for null', capture('x'), null, { x: '' }],
      ['words as on the wire', capture('x'), words(['a', 'b'], { text: '(a b)' }), { x: '(a b)' }],
      ['numbers as a sequence set', capture('x'), [2, 5, 7], { x: '2,5,7' }],
      ['a record as JSON', capture('x'), { a: words(['b']), c: [1] }, { x: '{"a":["b"],"c":[1]}' }],
      ['from the field of a record', fields({ UID: capture('uid'), seq: 1 }), message, { uid: '7' }],
      ['from where all held', allOf(matches('^a'), capture('x')), 'abc', { x: 'abc' }],
      ['nothing where another part of all differs', allOf(capture('x'), matches('^b')), 'abc', {}],
      ['nothing where another field differs', fields({ UID: capture('uid'), seq: 2 }), message, {}],
      ['nothing inside of not', not(allOf(capture('x'), matches('^b'))), 'abc', {}],
      [
        'from the first alternative that holds',
        oneOf(allOf(matches('^b'), capture('x')), capture('y'), capture('z')),
        'a',
        { y: 'a' },
      ],
      [
        'from the element that was met',
        holds(fields({ UID: capture('uid'), seq: 2 })),
        [
          { seq: 1, UID: 7 },
          { seq: 2, UID: 8 },
        ],
        { uid: '8' },
      ],
      [
        'from the element that exactly gives',
        exactly(allOf(matches('a'), capture('x')), 'ab'),
        ['ab', 'a'],
        { x: 'a' },
      ],
      ['what base64 stands for', base64(capture('x')), 'YWxpY2U=', { x: 'alice' }],
      ['a length', length(capture('n')), 'abc', { n: '3' }],
    ];
    for (const [what, matcher, value, captured] of cases) {
      it(what, () => {
        const { captures } = judge(matcher, value, createScope());
        assert.deepEqual(Object.fromEntries(captures.map((each) => [each.name, each.value])), captured);
      });
    }
  });

  describe('judge() holds for whatever values', () => {
    const scalar = fc.oneof(fc.string({ maxLength: 8 }), fc.integer(), fc.boolean(), fc.constant(null));
    const anyValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 2 },
        scalar,
        fc.array(fc.stringMatching(/^[a-z]{1,4}$/), { maxLength: 3 }).map((list) => words(list)),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.string({ maxLength: 4 }), tie('value'), { maxKeys: 3 }),
      ),
    })).value;
    const anyMatcher: fc.Arbitrary<Matcher> = fc.letrec<{ matcher: Matcher }>((tie) => ({
      matcher: fc.oneof(
        { maxDepth: 3 },
        scalar.map(equals),
        fc.constantFrom(matches('a'), contains('a'), atLeast(3), atMost('10MiB'), capture('x'), base64(equals('a'))),
        tie('matcher').map(not),
        tie('matcher').map(length),
        tie('matcher').map(includes),
        tie('matcher').map(excludes),
        fc.array(tie('matcher'), { maxLength: 3 }).map((list) => oneOf(...list)),
        fc.array(tie('matcher'), { maxLength: 3 }).map((list) => allOf(...list)),
        fc.array(tie('matcher'), { maxLength: 3 }).map((list) => holds(...list)),
        fc.array(tie('matcher'), { maxLength: 3 }).map((list) => exactly(...list)),
        fc.dictionary(fc.string({ maxLength: 4 }), tie('matcher'), { maxKeys: 3 }).map(fields),
      ),
    })).matcher;
    const outcome = (matcher: Matcher, value: Value | undefined): Outcome =>
      judge(matcher, value, createScope()).outcome;

    it('a scalar equals itself', () => {
      fc.assert(fc.property(scalar, (value) => assert.equal(outcome(equals(value), value), 'holds')));
    });

    it('exactly takes its items in any order, and no fewer', () => {
      fc.assert(
        fc.property(
          fc
            .uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/), { minLength: 1, maxLength: 6 })
            .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
          ([list, shuffled]) => {
            assert.equal(outcome(exactly(...shuffled), list), 'holds');
            assert.equal(outcome(exactly(...shuffled), words(list)), 'holds');
            assert.equal(outcome(exactly(...shuffled.slice(1)), list), 'differs');
            assert.equal(outcome(exactly(...shuffled, 'extra'), list), 'differs');
          },
        ),
      );
    });

    it('not turns every verdict round, twice is as before', () => {
      fc.assert(
        fc.property(anyMatcher, fc.option(anyValue, { nil: undefined }), (matcher, value) => {
          const before = outcome(matcher, value);
          assert.equal(outcome(not(not(matcher)), value), before);
          assert.equal(outcome(not(matcher), value), { holds: 'differs', differs: 'holds', unfit: 'unfit' }[before]);
        }),
      );
    });

    it('there is a mismatch just where it does not hold, and nothing captured there', () => {
      fc.assert(
        fc.property(anyMatcher, fc.option(anyValue, { nil: undefined }), (matcher, value) => {
          const verdict = judge(matcher, value, createScope());
          const mismatches = verdict.mismatches();
          assert.equal(mismatches.length === 0, verdict.outcome === 'holds');
          if (verdict.outcome !== 'holds') assert.deepEqual(verdict.captures, []);
          for (const { expected, actual } of mismatches.map(worded)) {
            assert.ok(expected !== '' && actual !== '');
            assert.doesNotMatch(expected + actual, /[\r\n\0]/);
          }
          // It outlives the run: in a report, or in another thread.
          assert.deepEqual(structuredClone(mismatches), mismatches);
          assert.deepEqual(JSON.parse(JSON.stringify(mismatches)), mismatches);
        }),
      );
    });

    it('an empty all_of asks for anything, also in words', () => {
      const [mismatch] = judge(holds(allOf()), undefined, createScope()).mismatches();
      assert.equal(mismatch && expectedWords(mismatch.expected), 'anything');
    });

    it('one_of and all_of are each other through not', () => {
      fc.assert(
        fc.property(fc.array(anyMatcher, { maxLength: 3 }), anyValue, (list, value) => {
          assert.equal(outcome(not(oneOf(...list)), value), outcome(allOf(...list.map(not)), value));
        }),
      );
    });

    it('includes and excludes are opposites for values that are there', () => {
      fc.assert(
        fc.property(
          scalar.filter((each) => typeof each !== 'boolean'),
          fc.array(fc.oneof(fc.string({ maxLength: 2 }), fc.integer())),
          (wanted, list) => {
            assert.notEqual(
              outcome(includes(equals(wanted)), list) === 'holds',
              outcome(excludes(equals(wanted)), list) === 'holds',
            );
          },
        ),
      );
    });
  });

  it('judge() returns for a long list whose items all compete', () => {
    const list = Array.from({ length: 200 }, () => 'a');
    assert.equal(judge(exactly(...list, 'b'), [...list, 'a'], createScope()).outcome, 'differs');
  });
});

function table(what: string, cases: readonly Case[]): void {
  describe(what, () => {
    const scope = createScope({ user: 'alice', dotted: 'a.b', number: '4' });
    for (const [matcher, value, outcome] of cases) {
      const shown = value === undefined ? 'nothing' : JSON.stringify(value);
      it(`${matcherWords(mapMatcher(matcher, fillingFrom(scope)))} ${outcome} for ${shown}`, () => {
        assert.equal(judge(matcher, value, scope).outcome, outcome);
      });
    }
  });
}
