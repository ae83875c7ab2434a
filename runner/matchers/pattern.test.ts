import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anyText } from '../../fixtures/testing/any-text.ts';
import { escapePattern } from '../encoding.ts';
import { compilePattern, PatternError, parsePatternText } from './pattern.ts';

describe('matchers/pattern', () => {
  describe('compilePattern()', () => {
    it('finds the first match anywhere in the text', () => {
      const match = compilePattern('queued as (\\S+)', '').exec('2.0.0 Ok: queued as 4XyZ\nqueued as other');
      assert.equal(match?.match, 'queued as 4XyZ');
      assert.deepEqual(match?.groups, ['4XyZ']);
    });

    it('gives groups by number and by name, and says which took no part', () => {
      const match = compilePattern('(?<left>a)|(?P<right>b)', '').exec('b');
      assert.deepEqual(match?.groups, [undefined, 'b']);
      assert.deepEqual({ ...match?.named }, { right: 'b' });
    });

    it('gives nothing when nothing matches', () => {
      assert.equal(compilePattern('a', '').exec('b'), undefined);
      assert.equal(compilePattern('a', '').test('b'), false);
    });

    const flagCases: readonly (readonly [source: string, flags: string, text: string, holds: boolean])[] = [
      ['auth', '', 'AUTH', false],
      ['auth', 'i', 'AUTH', true],
      ['^b$', '', 'a\nb\nc', false],
      ['^b$', 'm', 'a\nb\nc', true],
      ['a.b', '', 'a\nb', false],
      ['a.b', 's', 'a\nb', true],
      ['^B.C$', 'ims', 'a\nb\nc\nd', true],
      ['\\/', '', '/', true],
      ['', '', '', true],
      ['é+$', '', 'caféé', true],
    ];
    for (const [source, flags, text, holds] of flagCases) {
      it(`reads /${source}/${flags} so that ${JSON.stringify(text)} ${holds ? 'matches' : "doesn't match"}`, () => {
        assert.equal(compilePattern(source, flags).test(text), holds);
      });
    }

    it('gives the same pattern again for the same source and flags', () => {
      assert.equal(compilePattern('same', 'i'), compilePattern('same', 'i'));
      assert.notEqual(compilePattern('same', 'i'), compilePattern('same', ''));
    });

    it('forgets old patterns rather than keep all of them', () => {
      const first = compilePattern('forgotten', '');
      for (let index = 0; index < 1000; index++) compilePattern(`forgotten${index}`, '');
      assert.notEqual(compilePattern('forgotten', ''), first);
    });

    it('returns for a pattern that makes other engines run away', () => {
      const text = `${'a'.repeat(100_000)}b`;
      assert.equal(compilePattern('(a+)+$', '').test(text), false);
      assert.equal(compilePattern('(a+)+$', '').exec(text), undefined);
      assert.equal(compilePattern('(a|aa)*c', '').test(text), false);
    });

    const errors: readonly (readonly [source: string, flags: string, message: string, offset: number | undefined])[] = [
      ['(a', '', 'Cannot compile the pattern "(a": missing closing )', 0],
      ['a)', 'i', 'Cannot compile the pattern "a)": unexpected )', 0],
      ['ab**', '', 'Cannot compile the pattern "ab**": invalid nested repetition operator "**"', 2],
      ['x[z-a]', '', 'Cannot compile the pattern "x[z-a]": invalid character class range "z-a"', 2],
      ['a\\', '', 'Cannot compile the pattern "a\\\\": trailing backslash at end of expression', 1],
      [
        '(.)\\1',
        '',
        'Cannot compile the pattern "(.)\\\\1": invalid escape sequence "\\\\1" (RE2 has no back-references)',
        3,
      ],
      [
        'a(?=b)',
        '',
        'Cannot compile the pattern "a(?=b)": invalid or unsupported Perl syntax "(?=" (RE2 has no look-around)',
        1,
      ],
      ['(?<=b)a', '', 'Cannot compile the pattern "(?<=b)a": invalid named capture (RE2 has no look-around)', 0],
      [
        '(?>a)',
        '',
        'Cannot compile the pattern "(?>a)": invalid or unsupported Perl syntax "(?>" (RE2 has no atomic groups)',
        0,
      ],
      [
        'a++',
        '',
        'Cannot compile the pattern "a++": invalid nested repetition operator "++" (RE2 has no possessive repetition)',
        1,
      ],
      ['**a**', '', 'Cannot compile the pattern "**a**": missing argument to repetition operator "*"', undefined],
      ['a', 'g', 'Cannot compile the pattern "a": unknown flags "g", only "i", "m" and "s" exist', undefined],
    ];
    for (const [source, flags, message, offset] of errors) {
      it(`refuses /${source}/${flags}`, () => {
        assert.throws(
          () => compilePattern(source, flags),
          (error) => {
            assert.ok(error instanceof PatternError);
            assert.equal(error.message, message);
            assert.equal(error.offset, offset);
            return true;
          },
        );
      });
    }

    it('throws nothing but PatternError, whatever the source', () => {
      fc.assert(
        fc.property(anyText({ maxLength: 20 }), (source) => {
          try {
            compilePattern(source, 'i').test('text');
          } catch (error) {
            assert.ok(error instanceof PatternError, String(error));
          }
        }),
      );
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...'()[]{}*+?|\\^$.a1,-:<>=!P'), { maxLength: 12 }), (characters) => {
          try {
            compilePattern(characters.join(''), '').test('a1');
          } catch (error) {
            assert.ok(error instanceof PatternError, String(error));
          }
        }),
      );
    });
  });

  describe('escapePattern()', () => {
    it('matches exactly its text, whatever the text', () => {
      fc.assert(
        fc.property(fc.string({ maxLength: 20 }), (text) => {
          assert.equal(compilePattern(`^${escapePattern(text)}$`, '').test(text), true);
          assert.equal(compilePattern(`^${escapePattern(text)}$`, '').test(`${text}x`), false);
        }),
      );
    });

    it('stands for its characters inside of a class', () => {
      assert.equal(compilePattern(`^[${escapePattern('^-]')}]+$`, '').test(']^-'), true);
    });
  });

  describe('parsePatternText()', () => {
    const cases: readonly (readonly [text: string, source: string | undefined, flags?: string])[] = [
      ['/a/', 'a', ''],
      ['/a b/i', 'a b', 'i'],
      ['/a/ims', 'a', 'ims'],
      ['/a\\/b/', 'a\\/b', ''],
      ['/a/b/', 'a/b', ''],
      ['/a\\\\/', 'a\\\\', ''],
      ['/line\nline/m', 'line\nline', 'm'],
      ['/a\\/', undefined],
      ['/', undefined],
      ['//', undefined],
      ['', undefined],
      ['a/', undefined],
      ['/a/g', undefined],
      ['/a/ii', undefined],
      ['/var/log', undefined],
    ];
    for (const [text, source, flags] of cases) {
      it(`reads ${JSON.stringify(text)} as ${source === undefined ? 'no pattern' : 'a pattern'}`, () => {
        assert.deepEqual(parsePatternText(text), source === undefined ? undefined : { source, flags, offset: 1 });
      });
    }
  });
});
