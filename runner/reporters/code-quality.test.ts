import assert from 'node:assert/strict';
import type { Diagnostic } from '../diagnostic.ts';
import { codeQuality } from './code-quality.ts';

interface Entry {
  readonly fingerprint: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

function unknownKey(text: string, occurrence = 0): Diagnostic {
  const file = { path: 'a.yaml', text };
  let start = text.indexOf('expct');
  for (let at = 0; at < occurrence; at++) start = text.indexOf('expct', start + 1);
  return {
    code: 'key.unknown',
    message: 'Unknown key "expct"',
    hint: 'Did you mean "expect"?',
    span: { file, start, end: start + 5 },
  };
}

const entries = (diagnostics: readonly Diagnostic[]) =>
  JSON.parse(codeQuality(diagnostics, { fallback: 'mailspec.yaml' })) as readonly Entry[];

describe('codeQuality()', () => {
  it('says what, where and how bad', () => {
    const [entry] = entries([unknownKey('a:\n  expct: 220\n')]);
    assert.deepEqual(
      { ...entry, fingerprint: undefined },
      {
        description: 'Unknown key "expct". Did you mean "expect"?',
        check_name: 'key.unknown',
        fingerprint: undefined,
        severity: 'major',
        location: { path: 'a.yaml', lines: { begin: 2 } },
      },
    );
  });

  it('is an empty list where there is no mistake', () => assert.equal(codeQuality([], { fallback: '' }), '[]\n'));

  it('keeps a fingerprint when lines are added above, and has one for each of two alike', () => {
    const before = entries([unknownKey('expct: 1\nexpct: 2\n'), unknownKey('expct: 1\nexpct: 2\n', 1)]);
    const after = entries([
      unknownKey('# new\n\nexpct: 1\nexpct: 2\n'),
      unknownKey('# new\n\nexpct: 1\nexpct: 2\n', 1),
    ]);
    assert.deepEqual(
      after.map(({ fingerprint }) => fingerprint),
      before.map(({ fingerprint }) => fingerprint),
    );
    assert.equal(new Set(before.map(({ fingerprint }) => fingerprint)).size, 2);
    assert.deepEqual(
      after.map(({ location }) => location.lines.begin),
      [3, 4],
    );
  });

  it("puts a mistake without a place at the configuration's first line", () => {
    assert.deepEqual(entries([{ code: 'selection.empty', message: 'Nothing' }])[0]?.location, {
      path: 'mailspec.yaml',
      lines: { begin: 1 },
    });
  });
});
