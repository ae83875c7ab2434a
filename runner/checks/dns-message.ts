import type { Answer, DecodedPacket as Decoded } from 'dns-packet';
import { decodeText } from '../encoding.ts';
import type { RecordType } from '../record-types.ts';
import { type Fields, type Value, words } from '../value.ts';

/** The library's types lack `rcode`. */
export type DecodedPacket = Decoded & { readonly rcode: string };

interface Told {
  /** As in a zone file; for a TXT record, its strings joined. */
  readonly text: string;
  /** A TXT record as in a zone file. */
  readonly strings?: string;
  /** Whether single words are compared without regard to case: not for TXT records. */
  readonly caseless: boolean;
  readonly fields: Fields;
}

/** How a host name is written: relative, as people do, or absolute, as `dig` does. */
type Written = (text: string) => string;
const relative: Written = (text) => (text === '.' ? text : text.replace(/\.$/, ''));
const absolute: Written = (text) => (text.endsWith('.') ? text : `${text}.`);
/** RFC 4343: case is ignored. */
const hostName = (text: string): Value => words([relative(text)]);
const hex = (octets: Buffer): string => octets.toString('hex');
const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

/** The text and the fields of each type's data, made from what the library decoded. */
const tellers: Readonly<Record<string, (data: never, name: Written) => Omit<Told, 'caseless'>>> = {
  A: (address: string) => ({ text: address, fields: { address } }),
  AAAA: (address: string) => ({ text: address, fields: { address } }),
  CNAME: host,
  DNAME: host,
  NS: host,
  PTR: host,
  // RFC 5321 section 5, RFC 7505
  MX: ({ preference, exchange }: { preference: number; exchange: string }, name) => ({
    text: `${preference} ${name(exchange)}`,
    fields: { preference, exchange: hostName(exchange) },
  }),
  // RFC 2782
  SRV: (
    { priority, weight, port, target }: { priority: number; weight: number; port: number; target: string },
    name,
  ) => ({
    text: `${priority} ${weight} ${port} ${name(target)}`,
    fields: { priority, weight, port, target: hostName(target) },
  }),
  TXT: (data: Buffer | readonly Buffer[]) => {
    const octets = Buffer.isBuffer(data) ? [data] : data;
    const strings = octets.map((each) => decodeText(each));
    // RFC 7208 section 3.3: the strings of a record are joined without anything between them.
    const text = decodeText(Buffer.concat(octets));
    return { text, strings: strings.map(quoted).join(' '), fields: { text } };
  },
  // RFC 8659 section 4.1
  CAA: ({ flags, tag, value }: { flags: number; tag: string; value: string }) => ({
    text: `${flags} ${tag} ${quoted(value)}`,
    fields: { flags, tag, value },
  }),
  // RFC 6698 section 2.1
  TLSA: ({
    usage,
    selector,
    matchingType,
    certificate,
  }: {
    usage: number;
    selector: number;
    matchingType: number;
    certificate: Buffer;
  }) => ({
    text: `${usage} ${selector} ${matchingType} ${hex(certificate)}`,
    fields: { usage, selector, matching_type: matchingType, data: hex(certificate) },
  }),
  SOA: (
    soa: {
      mname: string;
      rname: string;
      serial: number;
      refresh: number;
      retry: number;
      expire: number;
      minimum: number;
    },
    name,
  ) => {
    const { mname, rname, serial, refresh, retry, expire, minimum } = soa;
    return {
      text: [name(mname), name(rname), serial, refresh, retry, expire, minimum].join(' '),
      fields: { mname: hostName(mname), rname: hostName(rname), serial, refresh, retry, expire, minimum },
    };
  },
  DS: ({
    keyTag,
    algorithm,
    digestType,
    digest,
  }: {
    keyTag: number;
    algorithm: number;
    digestType: number;
    digest: Buffer;
  }) => ({
    text: `${keyTag} ${algorithm} ${digestType} ${hex(digest)}`,
    fields: { key_tag: keyTag, algorithm, digest_type: digestType, digest: hex(digest) },
  }),
  DNSKEY: ({ flags, algorithm, key }: { flags: number; algorithm: number; key: Buffer }) => ({
    text: `${flags} 3 ${algorithm} ${key.toString('base64')}`,
    fields: { flags, algorithm, key: key.toString('base64') },
  }),
  NAPTR: (
    naptr: { order: number; preference: number; flags: string; services: string; regexp: string; replacement: string },
    name,
  ) => {
    const { order, preference, flags, services, regexp, replacement } = naptr;
    return {
      text: [order, preference, quoted(flags), quoted(services), quoted(regexp), name(replacement)].join(' '),
      fields: { order, preference, flags, services, regexp, replacement: hostName(replacement) },
    };
  },
};

function host(text: string, name: Written): Omit<Told, 'caseless'> {
  return { text: name(text), fields: { name: hostName(text) } };
}

type DataRecord = Extract<Answer, { data: unknown }>;

function isRecord(answer: Answer): answer is DataRecord {
  return answer.type !== 'OPT';
}

function told(record: DataRecord, name: Written): Told {
  const teller = tellers[record.type] as ((data: unknown, name: Written) => Omit<Told, 'caseless'>) | undefined;
  const { data } = record;
  const plain = teller?.(data, name) ?? {
    text: Buffer.isBuffer(data) ? `\\# ${data.length} ${hex(data)}` : JSON.stringify(data),
    fields: {},
  };
  return {
    ...plain,
    caseless: record.type !== 'TXT',
    fields: { ...plain.fields, type: record.type, ttl: record.ttl ?? 0 },
  };
}

/** The records of the requested type; CNAME records on the way are only in the transcript. */
export function answersOf(packet: DecodedPacket, type: RecordType): readonly Value[] {
  return recordsOf(packet, type).map((record) => {
    const { text, caseless, fields } = told(record, relative);
    return words([text], { text, caseless, fields });
  });
}

/** Each TXT record with its strings joined. */
export function textsOf(packet: DecodedPacket): readonly string[] {
  return recordsOf(packet, 'TXT').map((record) => told(record, relative).text);
}

function recordsOf(packet: DecodedPacket, type: RecordType): readonly DataRecord[] {
  return (packet.answers ?? []).filter(isRecord).filter((each) => type === 'ANY' || each.type === type);
}

const flagNames = { flag_qr: 'qr', flag_aa: 'aa', flag_tc: 'tc', flag_rd: 'rd', flag_ra: 'ra', flag_ad: 'ad' } as const;

/** The answer as `dig` prints it. */
export function asDigPrints(packet: DecodedPacket, server: string, way: 'udp' | 'tcp'): readonly string[] {
  const flags = Object.entries(flagNames)
    .filter(([flag]) => packet[flag as keyof typeof flagNames])
    .map(([, shown]) => shown);
  const sections = [
    ['ANSWER', packet.answers],
    ['AUTHORITY', packet.authorities],
    ['ADDITIONAL', packet.additionals],
  ] as const;
  return [
    `;; status: ${packet.rcode}, flags: ${flags.join(' ')}`,
    ...(packet.questions ?? []).map((each) => `;${absolute(each.name)} IN ${each.type}`),
    ...sections.flatMap(([title, records = []]) => {
      const shown = records.filter(isRecord);
      return shown.length === 0 ? [] : [`;; ${title} SECTION:`, ...shown.map(zoneLine)];
    }),
    `;; SERVER: ${server} (${way})`,
  ];
}

function zoneLine(record: DataRecord): string {
  const { text, strings = text } = told(record, absolute);
  return `${absolute(record.name)} ${record.ttl ?? 0} IN ${record.type} ${strings}`;
}
