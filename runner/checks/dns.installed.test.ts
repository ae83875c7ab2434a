import assert from 'node:assert/strict';
import { describeServers } from '../../fixtures/servers/missing.ts';
import { type NameServer, startNsd } from '../../fixtures/servers/nsd.ts';
import type { Value } from '../value.ts';
import { checkDns, type DnsInput } from './dns.ts';
import { contextFor, noteText, plain } from './testing.test.helper.ts';

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
    assert.deepEqual(
      transcript
        .map(noteText)
        .filter((line) => !/ (?:NS|ns\.)/.test(line))
        .slice(0, 4),
      [
        ';; status: NOERROR, flags: qr aa rd',
        ';mail.example.test. IN A',
        ';; ANSWER SECTION:',
        'mail.example.test. 300 IN A 192.0.2.25',
      ],
    );
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
