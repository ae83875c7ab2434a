import assert from 'node:assert/strict';
import { dialogue } from '../../fixtures/testing/plan.ts';
import { mistakesOf, planOf } from '../../fixtures/testing/plan-in-memory.ts';

function expecting(untagged: string): string {
  return dialogue(`- send: NOOP\n  expect: { untagged: [{ ${untagged} }] }`, 'server: imap://127.0.0.1');
}

function mistakesIn(untagged: string): readonly string[] {
  return mistakesOf(expecting(untagged));
}

function severitiesIn(untagged: string): readonly string[] {
  return planOf(expecting(untagged)).diagnostics.map(({ severity = 'error' }) => severity);
}

describe('fit()', () => {
  for (const fields of [
    'FETCH: { "BODY[TEXT]": hello, "BINARY[1]": x, "RFC822.TEXT": x, GUID: x, ANNOTATION: x }',
    'FETCH: { X-GUID: x, "DIGEST.SHA1": x, vnd-color: x }',
    'LIST: { vnd-attributes: x, oldname: x }',
    'STATUS: { CREATEDMODSEQ: x, X-SIZE: x }',
    'NAMESPACE: { personal: { length: 1, includes: { prefix: x } } }',
    'SEARCH: [1, 2]',
    'SEARCH: { set: 1:6 }',
    'SEARCH: { set: { includes: 1:3, excludes: "7,9", not: { one_of: [2:4, 8] } } }',
    'THREAD: { contains: "3", set: { length: 2 } }',
    'FETCH: { INTERNALDATE: { at_least: 2027-01-01 }, RFC822.SIZE: { at_most: 1MiB } }',
    'FETCH: { UID: { at_least: "${number}" }, FLAGS: { equals: [] } }',
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
    ['FETCH: { ENVELOPE: { from: /alice/ } }', 'value.invalid: "matches" compares a single value, and this has fields'],
    ['FETCH: { ENVELOPE: { to: alice@example.com } }', 'value.invalid: This has fields, and is never a single value'],
    ['FETCH: { UID: { set: { length: { contains: x } } } }', 'value.invalid: This is a number, and never "x"'],
    ['FETCH: { FLAGS: { count: { $Junk: many } } }', 'value.invalid: This is a number, and never "many"'],
    ['FETCH: { UID: 1:3 }', 'value.invalid: This is a number, and never "1:3"'],
    ['FETCH: { UID: { starts_with: x } }', 'value.invalid: This is a number, and never "x"'],
    ['FETCH: { UID: { octets: 3 } }', 'value.invalid: "octets" is about text, and this is a number'],
    ['FETCH: { UID: { set: 1:3 } }', 'value.invalid: This is one number, and never several'],
    ['SEARCH: { set: 1:x }', 'value.invalid: This is a number, and never "1:x"'],
    ['SEARCH: { set: { includes: many } }', 'value.invalid: This is a number, and never "many"'],
    ['ESEARCH: { UID: yes }', 'value.invalid: This is true or false, and never "yes"'],
    ['FETCH: { INTERNALDATE: { at_least: yesterday } }', 'value.invalid: "yesterday" cannot be compared'],
    ['X-NEW: { at_most: true }', 'value.invalid: "true" cannot be compared'],
    ['X-NEW: { length: many }', 'value.invalid: This is a number, and never "many"'],
    ['LIST: { delimiter: [/, .] }', 'value.invalid: This is a single value, and never a list'],
  ] as const)
    it(`reports what no server can meet: ${fields}`, () => {
      assert.deepEqual(mistakesIn(fields), [expected]);
      assert.deepEqual(severitiesIn(fields), ['error']);
    });

  for (const [fields, expected] of [
    ['LIST: { flgs: 3 }', 'key.unknown: Unknown field "flgs"'],
    ['STATUS: { COMMENT: x }', 'key.unknown: Unknown field "COMMENT"'],
    ['ESEARCH: { FIRST: 3 }', 'key.unknown: Unknown field "FIRST"'],
    ['FETCH: { FLAGS: [] }', 'value.invalid: An empty list expects nothing'],
    ['FETCH: { FLAGS: { excludes: [] } }', 'value.invalid: An empty list expects nothing'],
    ['LIST: { attributes: { not: [] } }', 'value.invalid: An empty list expects nothing'],
    ['FETCH: { FLAGS: { includes: ~ } }', 'value.invalid: null only says whether there is a value'],
  ] as const)
    it(`warns of what a server hardly meets, or always: ${fields}`, () => {
      assert.deepEqual(mistakesIn(fields), [expected]);
      assert.deepEqual(severitiesIn(fields), ['warning']);
    });
});
