import assert from 'node:assert/strict';
import { planOf } from '../../fixtures/testing/plan.ts';

function tolerating(tolerate: string, today?: string) {
  const { plan, diagnostics } = planOf(
    `
suite: s
server: smtp://127.0.0.1
tolerate: ${tolerate}
scenarios:
  - name: a
    dialogue: [{ expect: 220 }]
`,
    today === undefined ? {} : { today },
  );
  return {
    tolerate: plan.scenarios[0]?.tolerate ?? [],
    said: diagnostics.map(({ message, hint, severity }) => [severity ?? 'error', message, hint]),
  };
}

describe('tolerate', () => {
  it('takes names, and maps with a reason and a day', () => {
    const { tolerate, said } = tolerating(
      '[imap.fetch.nil, { finding: smtp.ehlo.keyword, reason: old clients, until: 2027-01-01 }]',
    );
    assert.deepEqual(said, []);
    assert.deepEqual(
      tolerate.map(({ names, reason, until }) => [[...names], reason, until]),
      [
        [['imap.fetch.nil'], undefined, undefined],
        [['smtp.ehlo.keyword'], 'old clients', '2027-01-01'],
      ],
    );
  });

  it('takes all that can be wrong with something, but for what ends the session', () => {
    const { tolerate } = tolerating('[smtp.reply.*]');
    const names = [...(tolerate[0]?.names ?? [])];
    assert.ok(names.includes('smtp.reply.bare-lf'));
    assert.ok(!names.includes('smtp.reply.syntax'));
    assert.ok(names.every((name) => name.startsWith('smtp.reply.')));
  });

  it('refuses what is no finding, and what ends the session', () => {
    assert.deepEqual(tolerating('[imap.fetch.nill]').said, [
      ['error', 'There is no finding "imap.fetch.nill"', 'Did you mean "imap.fetch.nil"?'],
    ]);
    assert.deepEqual(tolerating('[whatever.*]').said, [
      ['error', 'There is no finding "whatever.*"', 'docs/violations.md lists them'],
    ]);
    assert.match(
      tolerating('[smtp.reply.syntax]').said.join(),
      /Cannot tolerate "smtp\.reply\.syntax": after it, nobody/,
    );
  });

  it('warns of one that has expired, and leaves it out', () => {
    const text = '[{ finding: imap.fetch.nil, reason: x, until: 2026-01-31 }]';
    assert.deepEqual(tolerating(text, '2026-01-31').said, []);
    const { tolerate, said } = tolerating(text, '2026-02-01');
    assert.deepEqual(tolerate, []);
    assert.deepEqual(said[0]?.slice(0, 2), ['warning', 'The tolerance of "imap.fetch.nil" has expired on 2026-01-31']);
  });
});
