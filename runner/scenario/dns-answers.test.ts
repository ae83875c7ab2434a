import assert from 'node:assert/strict';
import type { Answer } from 'dns-packet';
import { dnsRecords } from '../../fixtures/testing/dns-records.ts';
import { dialogue } from '../../fixtures/testing/plan.ts';
import { mistakesOf } from '../../fixtures/testing/plan-in-memory.ts';
import { answersOf, type DecodedPacket } from '../checks/dns-message.ts';

describe('the fields of DNS records', () => {
  for (const [type, record] of Object.entries(dnsRecords))
    it(`are known before the run: ${type}`, () => {
      const answer = { name: 'example.test', ttl: 60, type, ...record } as Answer;
      const packet = { answers: [answer] } as DecodedPacket;
      const [value] = answersOf(packet, 'ANY') as unknown as readonly [{ readonly fields: object }];
      const names = Object.keys(value.fields);
      assert.ok(names.length > 2);
      const asked = names.map((name) => `${name}: 1`).join(', ');
      const expecting = (fields: string) =>
        mistakesOf(dialogue(`- dns: { name: example.test, type: ${type} }\n  expect: { answers: [{ ${fields} }] }`));
      assert.deepEqual(expecting(asked), []);
      // Alone, "order" was taken for a misspelled "ordered".
      for (const name of names) assert.deepEqual(expecting(`${name}: 1`), []);
      assert.deepEqual(expecting(`${asked}, nonsense: x`), ['key.unknown: Unknown field "nonsense"']);
    });
});
