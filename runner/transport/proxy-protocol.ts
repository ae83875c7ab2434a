import { isIP } from 'node:net';
import { readHostAndPort } from '../host-and-port.ts';

/** One end of a connection; the address is an IP address without brackets. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** HAProxy's doc/proxy-protocol.txt, section 2.2: the signature of version 2. */
const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');

/** Section 2.2: version 2 in the upper four bits, the command in the lower four. */
const versionAndCommand = { local: 0x20, proxy: 0x21 } as const;
/** Section 2.2: AF_UNSPEC/UNSPEC, TCP over IPv4, TCP over IPv6. */
const families = { none: 0x00, 4: 0x11, 6: 0x21 } as const;

/**
 * The octets that precede everything else on a connection, including TLS. Without endpoints (a pipe, a unix socket)
 * they say that the ends are unknown. If the two ends are of different families, the IPv4 one is written as IPv4-mapped
 * IPv6.
 */
export function proxyHeader(
  version: 1 | 2,
  ends?: { readonly source: Endpoint; readonly destination: Endpoint },
): Buffer {
  return version === 1 ? textHeader(ends) : binaryHeader(ends);
}

/**
 * The header for a connection of the proxy itself, such as a health check: the receiver uses the connection's real
 * ends. Version 1 can only say that the ends are unknown.
 */
export function localHeader(version: 1 | 2): Buffer {
  return version === 1 ? textHeader(undefined) : withoutEnds(versionAndCommand.local);
}

function withoutEnds(command: number): Buffer {
  return Buffer.concat([signature, Buffer.of(command, families.none, 0, 0)]);
}

function textHeader(ends: { readonly source: Endpoint; readonly destination: Endpoint } | undefined): Buffer {
  if (ends === undefined) return Buffer.from('PROXY UNKNOWN\r\n', 'latin1'); // section 2.1
  const family = commonFamily(ends.source, ends.destination);
  const addresses = [ends.source, ends.destination].map((end) => inFamily(withoutZone(end.address), family));
  return Buffer.from(
    `PROXY TCP${family} ${addresses.join(' ')} ${ends.source.port} ${ends.destination.port}\r\n`,
    'latin1',
  );
}

function binaryHeader(ends: { readonly source: Endpoint; readonly destination: Endpoint } | undefined): Buffer {
  if (ends === undefined) return withoutEnds(versionAndCommand.proxy);
  const family = commonFamily(ends.source, ends.destination);
  const addresses = [ends.source, ends.destination].map((end) =>
    addressOctets(inFamily(withoutZone(end.address), family)),
  );
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(ends.source.port, 0);
  ports.writeUInt16BE(ends.destination.port, 2);
  const body = Buffer.concat([...addresses, ports]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(body.length);
  return Buffer.concat([signature, Buffer.of(versionAndCommand.proxy, families[family]), length, body]);
}

/**
 * Parses `192.0.2.7`, `192.0.2.7:1234`, `2001:db8::7` or `[2001:db8::7]:1234`; `defaultPort` applies without a port.
 * Throws an `Error` for anything else.
 */
export function parseEndpoint(text: string, defaultPort: number): Endpoint {
  const { host: address = '', port = defaultPort } = readHostAndPort(text) ?? {};
  if (isIP(address) === 0 || port > 65535) {
    throw new Error(
      `Cannot use "${text}" in a PROXY header: it is not an IP address with a port; write "192.0.2.7:1234" or "[2001:db8::7]:1234"`,
    );
  }
  return { address, port };
}

function commonFamily(source: Endpoint, destination: Endpoint): 4 | 6 {
  return isIP(source.address) === 4 && isIP(destination.address) === 4 ? 4 : 6;
}

/** RFC 4291 section 2.5.5.2 */
function inFamily(address: string, family: 4 | 6): string {
  return family === 6 && isIP(address) === 4 ? `::ffff:${address}` : address;
}

/** `fe80::1%eth0`: the zone has no meaning for the other side. */
function withoutZone(address: string): string {
  return address.replace(/%.*$/, '');
}

function addressOctets(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  // The URL parser normalizes every spelling of an IPv6 address to groups of hexadecimal digits.
  const [before = '', after] = new URL(`tcp://[${address}]`).hostname.slice(1, -1).split('::');
  const left = before === '' ? [] : before.split(':');
  const right = after === undefined || after === '' ? [] : after.split(':');
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
