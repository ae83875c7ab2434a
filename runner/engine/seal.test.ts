import assert from 'node:assert/strict';
import { smtp } from '../../fixtures/testing/replies.ts';
import { worded } from '../../fixtures/testing/worded.ts';
import type { Actual, Mismatch } from '../mismatch.ts';
import { createRedactor } from '../printing/redact.ts';
import { limits } from '../protocol/limits.ts';
import type { Problem } from '../result.ts';
import { placeOf } from '../source.ts';
import { problemWords, warningWords } from '../words/problem.ts';
import { evaluate } from './expectation.ts';
import { Seal } from './seal.ts';

const secret = 'correct horse battery staple';
const span = { file: { path: 'a.yaml', text: `send: PASS ${secret}` }, start: 0, end: 4 };
const place = placeOf(span);
const seal = new Seal(createRedactor([{ name: 'password', forms: [secret] }]));

function sealed(...mismatches: readonly Mismatch[]): Problem {
  return seal.problem({
    verdict: 'failed',
    code: 'reply.mismatch',
    headline: { kind: 'mismatch', of: { kind: 'command', label: `PASS ${secret}`, line: `PASS ${secret}` } },
    place,
    cause: place,
    mismatches,
    hint: `Try ${secret}`,
    at: 1,
  });
}

const reply: Mismatch['expected'] = { kind: 'reply' };

describe('Seal', () => {
  it('problem() replaces secrets in every text, and keeps the rest', () => {
    const matcher = { kind: 'equals', value: secret } as const;
    const problem = sealed({
      path: 'text',
      expected: { kind: 'matcher', matcher },
      actual: { kind: 'value', value: { kind: 'list', items: [`a ${secret}`, 7], more: 0 } },
      missing: [
        { kind: 'name', name: secret },
        { kind: 'matcher', matcher },
      ],
      extra: [{ kind: 'value', value: secret }],
      nearest: {
        candidate: { kind: 'item', path: '[1]' },
        base: 'text[1]',
        mismatches: [
          { path: 'text[1]', expected: { kind: 'matcher', matcher }, actual: { kind: 'value', value: secret }, place },
        ],
      },
      place,
    });
    assert.match(problemWords(problem), /^PASS «password»: /);
    assert.deepEqual(problem.mismatches.map(worded), [
      {
        path: 'text',
        expected: '"«password»"',
        actual: '["a «password»", 7]; [1] is closest, but it is "«password»", expected "«password»"',
        missing: ['«password»', '"«password»"'],
        extra: ['"«password»"'],
      },
    ]);
    assert.equal(problem.hint, 'Try «password»');
    assert.deepEqual(problem.place, { ...place, source: 'send: PASS «password»' });
    assert.doesNotMatch(JSON.stringify(problem), /horse/);
  });

  it('problem() shows no part of a secret where a text is cut', () => {
    for (let before = 150; before < 520; before++) {
      const text = `${'x'.repeat(before)}${secret}${'y'.repeat(600)}`;
      const { mismatches } = sealed(
        { path: '', expected: reply, actual: { kind: 'octets', text } },
        { path: '', expected: reply, actual: { kind: 'value', value: text } },
        { path: '', expected: reply, actual: { kind: 'reply', status: '250', text, more: 0 } },
      );
      for (const { actual } of mismatches.map(worded)) {
        const shown = actual.replace('«password»', '').replace(/\(\d+ \w+\)$/, '');
        assert.match(shown, /x{150}/);
        const parts = Array.from({ length: secret.length - 2 }, (_, at) => secret.slice(at, at + 3));
        assert.deepEqual(
          parts.filter((part) => shown.includes(part)),
          [],
          shown.slice(-60),
        );
      }
    }
  });

  it('problem() shows no part of a secret where a parser stopped', () => {
    const text = `${'x'.repeat(limits.shownEvidence - 4)}${secret} and more`;
    const stopped: readonly Actual[] = [
      { kind: 'violation', text },
      { kind: 'excess', unit: 'octets', reached: 65_537, text },
    ];
    for (const actual of stopped) {
      const { mismatches } = sealed({ path: '', expected: reply, actual });
      assert.match(mismatches.map(worded)[0]?.actual ?? '', /x«pas"?$/);
    }
  });

  it('problem() keeps the beginning of a long text, and how long it is', () => {
    const { mismatches } = sealed({
      path: '',
      expected: reply,
      actual: { kind: 'value', value: 'a'.repeat(1_000_000) },
    });
    assert.deepEqual(mismatches[0]?.actual, {
      kind: 'value',
      value: { kind: 'excerpt', start: 'a'.repeat(500), length: 1_000_000 },
    });
  });

  it('problem() says where a long text differs, without parts of secrets', () => {
    const body = 'a '.repeat(300);
    const { mismatches } = sealed({
      path: 'body',
      expected: { kind: 'matcher', matcher: { kind: 'contains', value: `${body}${secret}, then b` } },
      actual: { kind: 'value', value: `${body}${secret}, then c` },
    });
    assert.match(
      mismatches.map(worded)[0]?.actual ?? '',
      /… ?" \(6\d\d characters\); it differs after 6\d\d characters: expected "b", got "c"$/,
    );
    const [unlike] = sealed({
      path: 'body',
      expected: { kind: 'matcher', matcher: { kind: 'equals', value: `${body}${secret}` } },
      actual: { kind: 'value', value: body },
    }).mismatches.map(worded);
    assert.match(unlike?.actual ?? '', /; it differs after 600 characters: expected "«password»", got its end$/);
  });

  it('reason() and warning() replace secrets as well', () => {
    const headline = { kind: 'message', message: `Cannot send ${secret}` } as const;
    const mismatch: Mismatch = { path: '', expected: reply, actual: { kind: 'value', value: secret } };
    assert.deepEqual(seal.reason(`no ${secret}`), 'no «password»');
    const unmet = 'Cannot send «password»: expected a reply, got "«password»"';
    assert.equal(warningWords(seal.warning({ kind: 'unmet', headline, mismatch })), unmet);
    assert.equal(
      warningWords(seal.warning({ kind: 'cleanup', headline })),
      'cleanup failed too: Cannot send «password»',
    );
  });
});

describe('evaluate()', () => {
  it('makes no text of the candidates before the one that matches', () => {
    let filled = 0;
    const scope = {
      expand: () => {
        filled++;
        return 'line 99';
      },
      capture: () => undefined,
    };
    const hole = { parts: [{ name: 'line', filters: [], span }] };
    const lines = Array.from({ length: 100 }, (_, index) => `250${index < 99 ? '-' : ' '}line ${index}`);
    const conditions = [{ kind: 'lines', order: 'any', items: [{ kind: 'equals', value: hole, span }], span }] as const;
    const { mismatches } = evaluate({ kind: 'reply', conditions, span }, smtp(...lines), { scope, elapsed: 0 });
    assert.deepEqual(mismatches, []);
    // Once for each line that it was compared with, and not again to report the expectation.
    assert.equal(filled, 100);
  });
});
