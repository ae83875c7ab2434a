import assert from 'node:assert/strict';
import type { Answer } from 'dns-packet';
import { dialogue } from '../../fixtures/testing/plan.ts';
import { mistakesOf } from '../../fixtures/testing/plan-in-memory.ts';
import { answersOf, type DecodedPacket } from '../checks/dns-message.ts';
import type { recordTypes } from '../record-types.ts';

const octets = Buffer.from('00', 'hex');
const host = { data: 'a.example' };

/** The data of a record of each type, as the library decodes it. */
const records: Readonly<Record<Exclude<(typeof recordTypes)[number], 'ANY'>, object>> = {
  A: { data: '192.0.2.1' },
  AAAA: { data: '2001:db8::1' },
  MX: { data: { preference: 10, exchange: 'mx.example' } },
  TXT: { data: octets },
  SRV: { data: { priority: 0, weight: 1, port: 993, target: 'imap.example' } },
  PTR: host,
  CNAME: host,
  NS: host,
  DNAME: host,
  SOA: { data: { mname: 'a', rname: 'b', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 1 } },
  CAA: { data: { flags: 0, tag: 'issue', value: 'ca.example' } },
  TLSA: { data: { usage: 3, selector: 1, matchingType: 1, certificate: octets } },
  DS: { data: { keyTag: 1, algorithm: 8, digestType: 2, digest: octets } },
  DNSKEY: { data: { flags: 257, algorithm: 8, key: octets } },
  NAPTR: { data: { order: 1, preference: 1, flags: 's', services: 'x', regexp: '', replacement: 'a.example' } },
};

describe('the fields of DNS records', () => {
  for (const [type, record] of Object.entries(records))
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
