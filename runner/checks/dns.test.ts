import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { checkDns } from './dns.ts';
import { contextFor, rejects } from './testing.test.helper.ts';

describe('checkDns()', () => {
  async function udp(answer: (query: Buffer, reply: (octets: Buffer) => void) => void) {
    const socket = createSocket('udp4');
    socket.on('message', (query, from) => answer(query, (octets) => socket.send(octets, from.port, from.address)));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return { resolver: `127.0.0.1:${(socket.address() as AddressInfo).port}`, close: () => socket.close() };
  }

  it('cannot tell where the server is silent, or nobody listens', async () => {
    const server = await udp(() => undefined);
    try {
      await rejects(
        checkDns({ name: 'a.test', type: 'A', resolver: server.resolver }, contextFor({ ms: 60 })),
        'connect.timeout',
        /no answer from 127\.0\.0\.1#\d+ in time/,
      );
    } finally {
      server.close();
    }
    await rejects(
      checkDns({ name: 'a.test', type: 'A', resolver: server.resolver }, contextFor()),
      'connect.failed',
      /nothing listens there/,
    );
  });

  it('reads a TXT record that is not UTF-8 as Latin-1, so that no secret in it gets lost', async () => {
    const server = await udp((query, reply) => {
      const text = Buffer.from('ein Schlüssel', 'latin1');
      const header = Buffer.from(query.subarray(0, 12));
      header.writeUInt16BE(0x8400, 2);
      header.writeUInt16BE(1, 6);
      header.writeUInt32BE(0, 8);
      const question = query.subarray(12, query.indexOf(0, 12) + 5);
      const record = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 9, 0, text.length + 1, text.length]);
      reply(Buffer.concat([header, question, record, text]));
    });
    try {
      const { text } = await checkDns({ name: 'a.test', type: 'TXT', resolver: server.resolver }, contextFor());
      assert.equal(text, 'ein Schlüssel');
    } finally {
      server.close();
    }
  });

  it('asks again when a datagram is lost', async () => {
    let asked = 0;
    const server = await udp((query, reply) => {
      asked++;
      if (asked < 2) return;
      const answer = Buffer.from(query);
      answer.writeUInt16BE(0x8403, 2); // an authoritative NXDOMAIN
      reply(answer);
    });
    try {
      const { evidence } = await checkDns(
        { name: 'a.test', type: 'A', resolver: server.resolver },
        contextFor({ ms: 4000 }),
      );
      assert.equal(evidence['status'], 'NXDOMAIN');
      assert.equal(asked, 2);
    } finally {
      server.close();
    }
  });

  it('ignores datagrams with another number, and refuses answers to another question or none at all', async () => {
    const cases: readonly (readonly [(query: Buffer) => readonly Buffer[], RegExp])[] = [
      [
        (query) => [
          Buffer.from(query.map((octet, index) => (index < 2 ? octet ^ 0xff : octet))),
          answering(query, 'b'),
        ],
        /is about "b\.test" A/,
      ],
      [
        (query) => [Buffer.concat([answering(query, 'a').subarray(0, 12), Buffer.from([0xc0])])],
        /is not a DNS message/,
      ],
    ];
    for (const [make, message] of cases) {
      const server = await udp((query, reply) => make(query).forEach(reply));
      try {
        await rejects(
          checkDns({ name: 'a.test', type: 'A', resolver: server.resolver }, contextFor()),
          'protocol.violation',
          message,
        );
      } finally {
        server.close();
      }
    }
  });

  it('refuses names and resolvers that are none', async () => {
    await rejects(
      checkDns({ name: 'a..b', type: 'A', resolver: '127.0.0.1' }, contextFor()),
      'input.value',
      /not a domain name/,
    );
    await rejects(
      checkDns({ name: 'a.test', type: 'A', resolver: 'http://x' }, contextFor()),
      'input.value',
      /write a name or an address/,
    );
  });

  it('ends with the run', async () => {
    const server = await udp(() => controller.abort());
    const controller = new AbortController();
    try {
      await assert.rejects(
        checkDns({ name: 'a.test', type: 'A', resolver: server.resolver }, contextFor({ signal: controller.signal })),
        { kind: 'aborted' },
      );
    } finally {
      server.close();
    }
  });
});

/** The response to the query, changed as if the query had another letter in its name. */
function answering(query: Buffer, letter: string): Buffer {
  const answer = Buffer.from(query);
  answer.writeUInt16BE(0x8400, 2);
  answer.write(letter, 13);
  return answer;
}
