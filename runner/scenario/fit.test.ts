import assert from 'node:assert/strict';
import { dialogue } from '../../fixtures/testing/plan.ts';
import { mistakesOf } from '../../fixtures/testing/plan-in-memory.ts';

function mistakesIn(untagged: string): readonly string[] {
  return mistakesOf(dialogue(`- send: NOOP\n  expect: { untagged: [{ ${untagged} }] }`, 'server: imap://127.0.0.1'));
}

describe('fit()', () => {
  for (const fields of [
    'FETCH: { "BODY[TEXT]": hello, "BINARY[1]": x, "RFC822.TEXT": x, GUID: x, ANNOTATION: x }',
    'LIST: { vnd-attributes: x, metadata: x }',
    'STATUS: { CREATEDMODSEQ: x, COMMENT: x }',
    'ESEARCH: { PARTIAL: x }',
    'EXISTS: "${number}"',
    'EXISTS: { not: 0 }',
    'EXISTS: /^1/',
    'FETCH: { UID: 7, FLAGS: { length: { at_most: 3 } } }',
    'FETCH: { UID: false }',
  ])
    it(`accepts what a server may send: ${fields}`, () => {
      const known = mistakesIn(fields).filter((each) => !each.includes('variable'));
      assert.deepEqual(known, []);
    });

  for (const [fields, expected] of [
    ['FETCH: { FLGS: x }', 'key.unknown: Unknown field "FLGS"'],
    ['LIST: { atributes: x }', 'key.unknown: Unknown field "atributes"'],
    ['STATUS: { MESAGES: 3 }', 'key.unknown: Unknown field "MESAGES"'],
    ['EXISTS: many', 'value.invalid: This is a number, and never "many"'],
    ['FETCH: { FLAGS: { at_most: 3 } }', 'value.invalid: "at_most" compares a number, and this is a list'],
  ] as const)
    it(`reports what no server can meet: ${fields}`, () => assert.deepEqual(mistakesIn(fields), [expected]));
});
