import { isIPv6 } from 'node:net';
import { nearest } from '../nearest.ts';
import type { Protocol, Scheme } from './protocol.ts';
import { protocols } from './protocols.ts';

/** A parsed server URL. */
export interface ServerUrl {
  readonly text: string;
  /** In lower case. */
  readonly scheme: string;
  readonly protocol: Protocol;
  /** TLS from the first octet. */
  readonly implicitTls: boolean;
  readonly address:
    | { readonly to: 'network'; readonly host: string; readonly port: number }
    | { readonly to: 'unix'; readonly path: string }
    /** The program is in the server's options. */
    | { readonly to: 'command' };
}

/** Thrown for what is not a server's URL; `hint` says what to write. */
export class ServerUrlError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'ServerUrlError';
    this.hint = hint;
  }
}

/** Facts about the servers of a scheme. */
export interface SchemeFacts extends Scheme {
  readonly scheme: string;
  readonly protocol: Protocol;
}

const schemes: ReadonlyMap<string, SchemeFacts> = new Map(
  Object.values(protocols).flatMap((protocol) =>
    Object.entries(protocol.schemes).map(([scheme, facts]) => [scheme, { ...facts, scheme, protocol }] as const),
  ),
);

const known = [...schemes.keys()];

/** The scheme at the start of a string, without `+unix` or `+exec`; `undefined` if there is none. */
export function schemeOf(text: string): SchemeFacts | undefined {
  const name = /^([a-z][a-z0-9]*)(?:\+[a-z]+)?:/i.exec(text)?.[1]?.toLowerCase();
  return name === undefined ? undefined : schemes.get(name);
}

/** Parses `smtp://host:port`, `smtp+unix:/path` or `smtp+exec:`. Throws a `ServerUrlError`. */
export function parseServerUrl(text: string): ServerUrl {
  const [, name = '', way, rest = ''] = /^([a-z][a-z0-9]*)(?:\+([a-z]+))?:(.*)$/is.exec(text) ?? [];
  const facts = schemeOf(text);
  if (facts === undefined) throw unknownScheme(text, name);
  const { scheme, protocol, implicitTls, port } = facts;
  const base = { text, scheme, protocol, implicitTls };
  switch (way?.toLowerCase()) {
    case undefined:
      return { ...base, address: networkAddress(text, scheme, rest, port) };
    case 'unix': {
      const path = rest.replace(/^\/\/(?=\/)/, '');
      if (path === '' || path.startsWith('//') || path.includes('\0')) {
        throw invalid(text, 'it names no socket', `Write "${scheme}+unix:/run/server.sock"`);
      }
      return { ...base, address: { to: 'unix', path } };
    }
    case 'exec':
      if (rest !== '') {
        throw invalid(
          text,
          'nothing may follow "+exec:"',
          "Put the program into the server's map: command: [exim, -bh, 192.0.2.7]",
        );
      }
      return { ...base, address: { to: 'command' } };
    default:
      throw invalid(text, `"+${way}" is unknown`, `Write "${scheme}+unix:" or "${scheme}+exec:"`);
  }
}

function networkAddress(
  text: string,
  scheme: string,
  rest: string,
  defaultPort: number | undefined,
): ServerUrl['address'] {
  const example = `${scheme}://mail.example.com${defaultPort === undefined ? ':8998' : ''}`;
  if (!rest.startsWith('//')) throw invalid(text, 'the host is missing', `Write "${example}"`);
  const [, host = '', digits, more = ''] = /^(\[[^\]]*\]|[^/:?#@\s]*)(?::(\d*))?(.*)$/s.exec(rest.slice(2)) ?? [];
  if (more.includes('@'))
    throw invalid(text, 'it names a user', 'Names and passwords belong in an "authenticate" step');
  if (more !== '' && more !== '/')
    throw invalid(text, `nothing may follow the port, but ${JSON.stringify(more)} does`, `Write "${example}"`);
  if (host === '') throw invalid(text, 'the host is missing', `Write "${example}"`);
  const literal = /^\[(.*)\]$/.exec(host)?.[1];
  if (literal !== undefined && !isIPv6(literal))
    throw invalid(text, `"${literal}" is not an IPv6 address`, `Write "${scheme}://[::1]"`);
  if (literal === undefined && !/^[\p{L}\p{N}._-]+$/u.test(host))
    throw invalid(text, `"${host}" is not a host name`, `Write "${example}"`);
  const port = digits === undefined ? defaultPort : Number(digits);
  if (port === undefined) throw invalid(text, `"${scheme}" has no port of its own`, `Write "${example}"`);
  if (digits === '' || port < 1 || port > 65_535)
    throw invalid(text, `"${digits}" is not a port`, 'Ports are 1 to 65535');
  return { to: 'network', host: literal ?? host, port };
}

function unknownScheme(text: string, name: string): ServerUrlError {
  if (name === '' || /^\d+$/.test(text.slice(name.length + 1))) {
    return invalid(
      text,
      'it has no scheme',
      `Write "${likelyScheme(text)}://${text}"; the schemes are ${known.join(', ')}`,
    );
  }
  const near = nearest(name, known);
  return invalid(
    text,
    `the scheme "${name}" is unknown`,
    near === undefined ? `The schemes are ${known.join(', ')}` : `Did you mean "${near}"?`,
  );
}

/** The scheme whose default port the text has, as in `mail.example.com:993`. */
function likelyScheme(text: string): string {
  const port = Number(/:(\d+)$/.exec(text)?.[1]);
  return [...schemes.values()].find((each) => each.port === port)?.scheme ?? 'smtp';
}

function invalid(text: string, why: string, hint?: string): ServerUrlError {
  return new ServerUrlError(`Cannot use ${JSON.stringify(text)} as a server: ${why}`, hint);
}
