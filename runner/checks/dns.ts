import { randomInt } from 'node:crypto';
import { getServers } from 'node:dns';
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { defined } from '../defined.ts';
import { readHostAndPort } from '../host-and-port.ts';
import { messageOf } from '../phrase.ts';
import type { RecordType } from '../record-types.ts';
import type { Fields } from '../value.ts';
import { addressesOf } from './addresses.ts';
import { aborted, type CheckContext, CheckError, checkErrorFrom, type Seen } from './check.ts';
import { askByTcp, askByUdp, type NameServer, shownServer } from './dns-exchange.ts';
import { answersOf, asDigPrints, type DecodedPacket, textsOf } from './dns-message.ts';
import { limits } from './limits.ts';
import type { CheckOf } from './step.ts';

export interface DnsInput {
  /** For PTR, an address is allowed as well. */
  readonly name: string;
  readonly type: RecordType;
  /** `ns.example`, `192.0.2.53:5353`, `[2001:db8::53]:5353`; default: this machine's resolvers. */
  readonly resolver?: string;
  /** The IP version to use for the resolver. */
  readonly family?: 4 | 6;
}

/**
 * Queries a name server over UDP, and over TCP if the response is truncated. Throws a `CheckError`: `connect.…` if
 * there is no response, `protocol.violation` if it cannot be parsed.
 */
export async function checkDns(input: DnsInput, context: CheckContext): Promise<Seen> {
  const name = questionName(input);
  const servers = await serversOf(input, context);
  const { packet, server, way } = await ask(servers, name, input.type, context);
  const answers = answersOf(packet, input.type);
  const text = textsOf(packet);
  const joined = answers.map((each) => (each as { text: string }).text).join('\n');
  const evidence: Fields = {
    status: packet.rcode,
    answers,
    joined,
    ...(input.type === 'TXT' && { text }),
    // RFC 4035 section 3.2.3: the resolver has validated the response, for clients that trust it.
    authenticated: packet.flag_ad,
    authoritative: packet.flag_aa,
  };
  const lines = asDigPrints(packet, shownServer(server), way);
  return {
    evidence,
    transcript: lines,
    text: joined,
    ...(packet.rcode === 'NXDOMAIN' && { faultIn: () => ({ kind: 'no name', name: name.toLowerCase() }) }),
  };
}

/** The name to query. For an address it is the reverse name: RFC 1035 section 3.5, RFC 3596 section 2.5. */
function questionName({ name, type }: DnsInput): string {
  const plain = name.replace(/\.$/, '');
  const version = isIP(plain);
  if (type === 'PTR' && version === 4) return `${plain.split('.').reverse().join('.')}.in-addr.arpa`;
  if (type === 'PTR' && version === 6) return `${[...nibbles(plain)].reverse().join('.')}.ip6.arpa`;
  const ascii = /^[\x00-\x7f]*$/.test(plain) ? plain : domainToASCII(plain);
  if (ascii !== '' && !ascii.split('.').some((label) => label === '' || label.length > 63) && ascii.length <= 253)
    return ascii;
  if (plain === '') return '.';
  throw new CheckError('input.value', `Cannot look up "${name}": it is not a domain name`);
}

/** The 32 hexadecimal digits of an IPv6 address. */
function nibbles(address: string): string {
  const withHex = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [
      [a, b],
      [c, d],
    ]
      .map(([high, low]) => (Number(high) * 256 + Number(low)).toString(16))
      .join(':'),
  );
  const [head = '', tail = ''] = withHex.split('::').map((half) =>
    half
      .split(':')
      .filter(Boolean)
      .map((part) => part.padStart(4, '0'))
      .join(''),
  );
  return head + '0'.repeat(32 - head.length - tail.length) + tail;
}

async function serversOf({ resolver, family }: DnsInput, context: CheckContext): Promise<readonly NameServer[]> {
  const named = resolver === undefined ? getServers() : [resolver];
  if (named.length === 0)
    throw new CheckError('connect.name', 'Cannot look anything up: this machine has no name server');
  const servers: NameServer[] = [];
  for (const each of named) {
    const { host, port } = hostAndPortOf(each);
    for (const address of await addressesOf(host, family, context)) servers.push({ address, port });
  }
  return servers;
}

function hostAndPortOf(text: string): { readonly host: string; readonly port: number } {
  const found = readHostAndPort(text);
  if (found === undefined)
    throw new CheckError('input.value', `Cannot ask "${text}": write a name or an address, then a colon and a port`);
  return { port: 53, ...found };
}

interface Answered {
  readonly packet: DecodedPacket;
  readonly server: NameServer;
  readonly way: 'udp' | 'tcp';
}

/** Asks each server in turn, repeatedly while there is time, since a datagram may be lost. */
async function ask(
  servers: readonly NameServer[],
  name: string,
  type: RecordType,
  context: CheckContext,
): Promise<Answered> {
  const dnsPacket = await import('dns-packet');
  const id = randomInt(0x10000);
  const query = dnsPacket.encode({
    type: 'query',
    id,
    flags: dnsPacket.RECURSION_DESIRED | dnsPacket.AUTHENTIC_DATA,
    questions: [{ type: type as 'A', name }],
    // RFC 6891 section 6.1: allows datagrams of more than 512 octets.
    additionals: [{ type: 'OPT', name: '.', udpPayloadSize: limits.dnsDatagram, flags: 0 } as never],
  });
  const decode = (octets: Buffer): DecodedPacket => {
    try {
      return dnsPacket.decode(octets) as DecodedPacket;
    } catch (cause) {
      throw new CheckError(
        'protocol.violation',
        `the answer about "${name}" is not a DNS message: ${messageOf(cause)}`,
        {
          cause,
        },
      );
    }
  };
  // RFC 5452 section 9.1: the response repeats the id and the question.
  const isAnswer = (octets: Buffer): boolean =>
    octets.length >= 12 && octets.readUInt16BE(0) === id && (octets.readUInt8(2) & 0x80) !== 0;
  let failure: unknown;
  for (let tries = 0; context.clock() < context.deadline; tries++) {
    if (context.signal.aborted) throw aborted(context.signal);
    const server = servers[tries % servers.length] as NameServer;
    const patience = Math.max((context.deadline - context.clock()) / 3, limits.dnsTry);
    const deadline = Math.min(context.clock() + patience, context.deadline);
    try {
      const octets = await askByUdp(server, query, isAnswer, { ...context, deadline });
      if (octets === undefined) continue;
      const packet = decode(octets);
      refuseOtherQuestion(packet, name, type);
      if (!packet.flag_tc) return { packet, server, way: 'udp' };
      const whole = decode(await askByTcp(server, query, context));
      refuseOtherQuestion(whole, name, type);
      return { packet: whole, server, way: 'tcp' };
    } catch (error) {
      if (context.signal.aborted) throw aborted(context.signal);
      failure = checkErrorFrom(error);
      // Another server may give a better answer.
      if (tries + 1 >= servers.length) throw failure;
    }
  }
  throw (
    failure ??
    new CheckError(
      'connect.timeout',
      `Cannot look up "${name}": no answer from ${servers.map(shownServer).join(', ')} in time`,
    )
  );
}

function refuseOtherQuestion(packet: DecodedPacket, name: string, type: RecordType): void {
  const [question] = packet.questions ?? [];
  // Only a FORMERR response has no question: the server could not parse ours.
  if (question === undefined || (question.name.toLowerCase() === name.toLowerCase() && question.type === type)) return;
  throw new CheckError('protocol.violation', `the answer about "${name}" is about "${question.name}" ${question.type}`);
}

export const dns: CheckOf<'dns'> = ({ name, type, resolver, family }, context) => {
  // An empty string means the machine's own resolver, so that a variable can choose.
  const asked = resolver === undefined ? '' : context.fill(resolver);
  return checkDns(
    {
      name: context.fill(name),
      type: type as RecordType,
      ...(asked !== '' && { resolver: asked }),
      ...defined({ family }),
    },
    context,
  );
};
