import assert from 'node:assert/strict';
import { changesBetween } from './changes.ts';

const old = `# Reviewed in March.
suite: Snapshot of mx
server: mx
scenarios:
  - name: The greeting   # as agreed
    dialogue:
      - expect:
          code: 220 # not 221
          text: ready
  - name: EHLO
    tags: [ours]
    dialogue:
      - expect: 220
      - send: EHLO client.example
        expect: { code: 250, extensions: { SIZE: 1000, AUTH: { equals: [PLAIN, LOGIN] } }, lines: { length: 3 } }
  - name: Somebody's own
    dialogue:
      - expect: 220
`;

const fresh = `suite: Snapshot of mx
server: mx
scenarios:
  - name: The greeting
    dialogue:
      - expect:
          code: 220
          text: ESMTP ready
  - name: EHLO
    dialogue:
      - expect: 220
      - send: EHLO client.example
        expect:
          code: 250
          extensions:
            SIZE: 2000
            AUTH:
              equals: [PLAIN]
          lines:
            length: 3
  - name: QUIT
    dialogue:
      - expect: 220
  - name: RSET
    dialogue:
      - expect: 220
`;

describe('changesBetween()', () => {
  it('rewrites only the values that changed, and keeps comments and layout', () => {
    const { values, added, missing, text } = changesBetween(old, fresh);
    assert.deepEqual(
      values.map(({ scenario, path, before, after }) => `${scenario} ${path}: ${before} ${after}`),
      [
        'The greeting dialogue.0.expect.text: ready ESMTP ready',
        'EHLO dialogue.1.expect.extensions.SIZE: 1000 2000',
        'EHLO dialogue.1.expect.extensions.AUTH.equals: [ PLAIN, LOGIN ] [ PLAIN ]',
      ],
    );
    assert.deepEqual([added, missing], [['QUIT', 'RSET'], ["Somebody's own"]]);
    assert.equal(
      text,
      `${old
        .replace('text: ready', 'text: ESMTP ready')
        .replace('SIZE: 1000', 'SIZE: 2000')
        .replace(
          '[PLAIN, LOGIN]',
          '[ PLAIN ]',
        )}  - name: QUIT\n    dialogue:\n      - expect: 220\n  - name: RSET\n    dialogue:\n      - expect: 220\n`,
    );
  });

  it('replaces blocks that have other keys, and what they become can be read again', () => {
    const changed = old.replace(
      '          code: 220 # not 221\n          text: ready\n',
      '          code: 554\n          lines:\n            exactly: [no, "to: you"]\n',
    );
    const { text, values } = changesBetween(old, changed);
    assert.equal(values.length, 1);
    assert.deepEqual(changesBetween(text, changed).values, []);
    assert.match(text, /# as agreed/);
  });

  it('names the steps that only one of two dialogues has, and those that expect something else', () => {
    const dialogue = (...steps: readonly string[]) =>
      `scenarios:\n  - name: a\n    dialogue:\n${steps.map((each) => `      - ${each}\n`).join('')}`;
    const before = ['{ expect: 220 }', '{ send: NOOP, expect: 250 }', '{ send: NOOP, expect: 250 }'];
    const after = ['{ expect: 220 }', '{ send: NOOP, expect: 250 }', '{ send: RSET, expect: closed }', '{ wait: 1s }'];
    const [change] = changesBetween(
      dialogue(...before, '{ send: RSET, expect: 250 }', '{ send: HELP, expect: 214 }'),
      dialogue(...after),
    ).values;
    assert.equal(change?.path, 'dialogue');
    assert.deepEqual(change.items, [
      { step: 'NOOP', gone: ['250'], added: [] },
      { step: 'RSET', gone: ['250'], added: ['closed'] },
      { step: 'HELP', gone: ['214'], added: [] },
      { gone: [], added: ['{ wait: 1s }'] },
    ]);
  });

  it('changes nothing where nothing changed', () => {
    assert.equal(changesBetween(old, old).text, old);
  });
});
