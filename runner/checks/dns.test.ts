import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describeServers } from '../../fixtures/servers/missing.ts';
import { type NameServer, startNsd } from '../../fixtures/servers/nsd.ts';
import type { Value } from '../value.ts';
import { checkDns, type DnsInput } from './dns.ts';
import { contextFor, plain, rejects } from './testing.test.helper.ts';

const zone = `
@ MX 10 mail
@ MX 20 backup.other.test.
@ TXT "v=spf1 mx " "-all"
@ TXT "mailconf=https://autoconfig.example.test/mail/config-v1.1.xml"
@ CAA 0 issue "letsencrypt.org"
mail A 192.0.2.25
mail AAAA 2001:db8::25
_imap._tcp SRV 0 0 0 .
_submission._tcp SRV 0 1 587 mail
_25._tcp.mail TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
autoconfig CNAME mail
_dmarc TXT "v=DMARC1; p=reject"
${Array.from({ length: 60 }, (_, index) => `many TXT "a long text number ${index} ${'x'.repeat(50)}"`).join('\n')}
`;
const reverse = '25 PTR mail.example.test.\n';
const reverse6 = `5.2${'.0'.repeat(22)} PTR mail.example.test.\n`;

describeServers(['nsd'], 'checkDns() with NSD', () => {
  let server: NameServer;
  before(async () => {
    server = await startNsd({
      'example.test': zone,
      '2.0.192.in-addr.arpa': reverse,
      '8.b.d.0.1.0.0.2.ip6.arpa': reverse6,
    });
  });
  after(() => server.stop());

  const look = (input: Pick<DnsInput, 'name' | 'type'>) =>
    checkDns({ ...input, resolver: server.address }, contextFor());

  const answers: readonly (readonly [DnsInput['type'], string, readonly string[]])[] = [
    ['MX', 'example.test', ['10 mail.example.test', '20 backup.other.test']],
    ['A', 'mail.example.test', ['192.0.2.25']],
    ['AAAA', 'mail.example.test', ['2001:db8::25']],
    ['SRV', '_submission._tcp.example.test', ['0 1 587 mail.example.test']],
    ['SRV', '_imap._tcp.example.test', ['0 0 0 .']],
    ['PTR', '192.0.2.25', ['mail.example.test']],
    ['PTR', '2001:db8::25', ['mail.example.test']],
    ['CNAME', 'autoconfig.example.test', ['mail.example.test']],
    ['CAA', 'example.test', ['0 issue "letsencrypt.org"']],
    ['TLSA', '_25._tcp.mail.example.test', [`3 1 1 ${'0123456789abcdef'.repeat(4)}`]],
    ['NS', 'example.test', ['ns.example.test']],
    ['SOA', 'example.test', ['ns.example.test hostmaster.example.test 1 3600 600 86400 60']],
    ['TXT', '_dmarc.example.test', ['v=DMARC1; p=reject']],
  ];
  for (const [type, name, expected] of answers) {
    it(`looks up ${type} of ${name}`, async () => {
      const { evidence } = await look({ name, type });
      assert.equal(evidence['status'], 'NOERROR');
      assert.deepEqual([...(plain(evidence['answers']) as string[])].sort(), expected);
    });
  }

  it('tells the fields of an answer', async () => {
    const { evidence } = await look({ name: '_submission._tcp.example.test', type: 'SRV' });
    const [answer] = evidence['answers'] as unknown as readonly { readonly fields: unknown }[];
    assert.deepEqual(plain(answer?.fields as Value), {
      priority: 0,
      weight: 1,
      port: 587,
      target: 'mail.example.test',
      type: 'SRV',
      ttl: 300,
    });
  });

  it('joins the strings of a TXT record, and shows them apart', async () => {
    const { evidence, transcript, text } = await look({ name: 'example.test', type: 'TXT' });
    assert.ok((evidence['text'] as string[]).includes('v=spf1 mx -all'));
    assert.ok(text.split('\n').includes('v=spf1 mx -all'));
    assert.ok(transcript.includes('example.test. 300 IN TXT "v=spf1 mx " "-all"'), transcript.join('\n'));
  });

  it('shows the answer as dig prints it, and who gave it', async () => {
    const { transcript, evidence } = await look({ name: 'mail.example.test.', type: 'A' });
    assert.equal(evidence['authoritative'], true);
    assert.deepEqual(transcript.filter((line) => !/ (?:NS|ns\.)/.test(line)).slice(0, 4), [
      ';; status: NOERROR, flags: qr aa rd',
      ';mail.example.test. IN A',
      ';; ANSWER SECTION:',
      'mail.example.test. 300 IN A 192.0.2.25',
    ]);
    assert.equal(transcript.at(-1), `;; SERVER: 127.0.0.1#${server.port} (udp)`);
  });

  it('tells a name that does not exist from one without such records', async () => {
    assert.deepEqual((await look({ name: 'nobody.example.test', type: 'A' })).evidence, {
      status: 'NXDOMAIN',
      answers: [],
      joined: '',
      authenticated: false,
      authoritative: true,
    });
    const { evidence } = await look({ name: 'mail.example.test', type: 'MX' });
    assert.deepEqual([evidence['status'], evidence['answers']], ['NOERROR', []]);
    assert.equal((await look({ name: 'elsewhere.test', type: 'A' })).evidence['status'], 'REFUSED');
  });

  it('asks again over TCP where the answer is truncated', async () => {
    const { evidence, transcript } = await look({ name: 'many.example.test', type: 'TXT' });
    assert.equal((evidence['text'] as string[]).length, 60);
    assert.equal(transcript.at(-1), `;; SERVER: 127.0.0.1#${server.port} (tcp)`);
  });
});

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
      /nobody listens there/,
    );
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
      [(query) => [Buffer.concat([answering(query, 'a').subarray(0, 12), Buffer.from([0xc0])])], /is no DNS message/],
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
      /no domain name/,
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

/** The query's answer, as if it had been about another letter. */
function answering(query: Buffer, letter: string): Buffer {
  const answer = Buffer.from(query);
  answer.writeUInt16BE(0x8400, 2);
  answer.write(letter, 13);
  return answer;
}
