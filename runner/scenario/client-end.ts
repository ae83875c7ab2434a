import { readHostAndPort } from '../host-and-port.ts';
import type { ServerOptions } from '../server-options.ts';
import { readString } from './read.ts';
import type { Scope } from './scope.ts';
import { child, type MapNode, type Node } from './tree.ts';

/** Reads `local_address`: an address of this machine, optionally with a port. */
export function readLocalAddress(scope: Scope, node: Node | undefined): string | undefined {
  const text = readString(scope, node, 'An address');
  if (text === undefined || node === undefined) return text;
  const { host, port = 0 } = readHostAndPort(text) ?? {};
  if (host !== undefined && isAddress(host) && port <= 65535) return text;
  scope.shared.report({
    code: 'value.invalid',
    message: `"${text}" is not an IP address, nor one with a port`,
    span: node.span,
    hint: 'Write "192.0.2.7", "192.0.2.7:1025", "2001:db8::7" or "[2001:db8::7]:1025"',
  });
  return undefined;
}

/** Whether the address has a port: then only one such connection is possible at a time. */
export function hasLocalPort(localAddress: string | undefined): boolean {
  return localAddress !== undefined && (readHostAndPort(localAddress)?.port ?? 0) > 0;
}

/** Whether it is written as an address; a name would need a lookup. */
function isAddress(host: string): boolean {
  return host.includes(':') || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
}

/** Reads `proxy_protocol`. */
export function readProxy(scope: Scope, node: MapNode | undefined): ServerOptions['proxyProtocol'] {
  const version = child(node, 'version')?.value;
  if (node === undefined || (version !== 1 && version !== 2)) return undefined;
  const command = readString(scope, child(node, 'command'), 'A command');
  const source = readString(scope, child(node, 'source'), 'An address');
  const destination = readString(scope, child(node, 'destination'), 'An address');
  if (command !== 'LOCAL')
    return { version, ...(source !== undefined && { source }), ...(destination !== undefined && { destination }) };
  const end = child(node, 'source') ?? child(node, 'destination');
  if (end !== undefined)
    scope.shared.report({
      code: 'value.invalid',
      message: 'A PROXY header with the command LOCAL has no addresses',
      span: end.span,
      hint: 'Leave out "source" and "destination", or the command',
    });
  return { version, command };
}
