import assert from 'node:assert/strict';
import { type Compared, compare, isSame } from './compare.ts';
import { differenceText } from './markdown.ts';

const one = (id: string, more: Partial<Compared> = {}): Compared => ({
  ...{ id, name: `scenario ${id}`, outcome: 'passed', duration: 10, facts: [] },
  ...more,
});
const failing = (id: string, actual: string): Compared =>
  one(id, {
    outcome: 'failed',
    problem: `expected 250, got ${actual}`,
    facts: [{ path: 'code', expected: '250', actual }],
  });

describe('compare()', () => {
  it('tells what is red, mended, otherwise, new, gone and slower apart', () => {
    const before = [one('a'), failing('b', '550'), failing('c', '550'), one('d'), one('e'), failing('f', '550')];
    const after = [
      failing('a', '554'),
      one('b'),
      failing('c', '450'),
      one('e', { duration: 5_000 }),
      failing('f', '550'),
      one('g'),
    ];
    const difference = compare(before, after);
    const ids = (changes: readonly { readonly after: Compared }[]) => changes.map((each) => each.after.id).join();
    assert.deepEqual(
      [ids(difference.broken), ids(difference.mended), ids(difference.changed), ids(difference.slower)],
      ['a', 'b', 'c', 'e'],
    );
    assert.deepEqual([difference.added.map(({ id }) => id), difference.gone.map(({ id }) => id)], [['g'], ['d']]);
    assert.equal(difference.same, 2);
  });

  it('knows a scenario by its former names', () => {
    const before = [one('old a'), failing('b', '550'), one('c')];
    const after = [failing('a', '554'), one('b')].map((each) => ({ ...each, formerIds: [`old ${each.id}`] }));
    const { broken, mended, added, gone } = compare(before, after);
    assert.deepEqual([broken.length, mended.length, added.length, gone.map(({ id }) => id)], [1, 1, 0, ['c']]);
    // Without former ids it is a different scenario.
    assert.deepEqual(compare(before, [one('a')]).added.length, 1);
  });

  it('sees nothing where nothing changed', () => {
    const run = [one('a'), failing('b', '550')];
    const difference = compare(run, run);
    assert.ok(isSame(difference));
    assert.equal(
      differenceText(difference, { before: 'a.jsonl', after: 'b.jsonl' }),
      '# `a.jsonl` and `b.jsonl`\n\nNothing changed: 2 scenarios.\n',
    );
  });
});

describe('differenceText()', () => {
  it('shows what was expected and seen, as Markdown that no server can break', () => {
    const after = one('a', {
      ...{ name: 'the *greeting*', outcome: 'failed', problem: 'got <b>' },
      facts: [{ path: 'text', expected: 'ready', actual: 'a `b`\n# c' }],
    });
    const text = differenceText(compare([one('a')], [after]), { before: 'x', after: 'y' });
    assert.equal(
      text,
      [
        '# `x` and `y`',
        '## Newly red (1)',
        '- the \\*greeting\\* (`a`): got \\<b\\>\n  - `text`: `ready` became `` a `b` # c ``',
        'As before: 0 scenarios.\n',
      ].join('\n\n'),
    );
  });

  const changed = (before: Compared, after: Compared) =>
    /## Red as before, otherwise \(1\)\n\n([\s\S]*?)\n\n/.exec(
      differenceText(compare([before], [after]), { before: 'x', after: 'y' }),
    )?.[1];

  it('names the step that failed in both runs, with the old and the new value', () => {
    const failed = (actual: string, facts: Compared['facts'] = []) => {
      const base = failing('a', actual);
      return { ...base, step: 'RCPT TO:<bob@example.test>', facts: [...base.facts, ...facts] };
    };
    const text = { path: 'text', expected: 'Ok', actual: 'no' };
    assert.equal(
      changed(failed('550'), failed('554', [text])),
      '- scenario a (`a`): `RCPT TO:<bob@example.test>`\n  - `code`: `550` became `554`\n  - `text`: `Ok` became `no`',
    );
  });

  it('shows both problems if another step failed, or if nothing was compared', () => {
    const late = one('a', { outcome: 'errored', problem: 'MAIL: no complete reply within 1 s', step: 'MAIL' });
    for (const step of ['RCPT', 'MAIL'])
      assert.equal(
        changed(late, { ...late, step, problem: `${step}: the server closed the connection` }),
        `- scenario a (\`a\`)\n  - before: MAIL: no complete reply within 1 s\n  - now: ${step}: the server closed the connection`,
      );
    const rcpt = { ...failing('a', '554'), step: 'RCPT' };
    assert.equal(
      changed(late, rcpt),
      '- scenario a (`a`)\n  - before: MAIL: no complete reply within 1 s\n  - now: expected 250, got 554',
    );
  });
});
