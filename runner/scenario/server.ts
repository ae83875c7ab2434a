import { resolve } from 'node:path';
import { defined } from '../defined.ts';
import { nearest } from '../nearest.ts';
import type { Target, Text } from '../plan.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { parseServerUrl, ServerUrlError, schemeOf } from '../protocol/server-url.ts';
import { products } from '../remedy.ts';
import type { ServerOptions } from '../server-options.ts';
import type { Span } from '../source.ts';
import type { Access } from './access.ts';
import { hasLocalPort, readLocalAddress, readProxy } from './client-end.ts';
import type { Config } from './config.ts';
import type { UnsetEnvironment } from './environment.ts';
import { readCount, readDuration, readPublicText, readTexts } from './read.ts';
import type { Scope } from './scope.ts';
import { socketAllowed, socketsOf } from './sockets.ts';
import { readTls } from './tls-options.ts';
import { tolerateAt } from './tolerance.ts';
import { child, type MapNode, mapAt, type Node, type ScalarNode, scalarAt } from './tree.ts';
import { listed } from './validate.ts';
import { expandQuietly } from './variables.ts';

export interface ServerContext {
  readonly scope: Scope;
  readonly access: Access;
  readonly config: Config;
  /** `--server NAME=URL` */
  readonly servers: ReadonlyMap<string, string>;
  /** URLs for servers that need not be defined. */
  readonly usualServers: ReadonlyMap<string, string>;
  /** `--timeout`, in milliseconds. */
  readonly timeout: number | undefined;
}

export interface ResolvedServer {
  readonly target: Target;
  /** `undefined` if the server is required but not configured: the scenario will be skipped. */
  readonly protocol: Protocol | undefined;
}

/** RFC 5321 section 4.5.3.2 allows minutes, but a test that waits this long has failed. */
export const defaultReplyTimeout = 10_000;
/**
 * After failed logins from an address, servers delay the next ones: Dovecot by up to 15 s (auth_penalty), plus its
 * auth_failure_delay for each failure.
 */
const defaultLoginTimeout = 30_000;
const defaultConnectTimeout = 10_000;
/**
 * Greylists that do not say how long usually require a minute at most; longer ones are reported instead of waited for.
 */
const defaultGreylistingWait = 60_000;

/** Whether the configuration or the command line defines a server of this name, with a known address. */
export function hasServer({ scope, config, servers, usualServers }: ServerContext, name: string): boolean {
  if (servers.has(name)) return true;
  const url = urlOf(config, name);
  if (!config.servers.has(name) && usualServers.has(name)) return true;
  return url !== undefined && expandQuietly(scope, url).unset === undefined;
}

/** The unset environment variable that a server's address needs. */
export function environmentOfServer({ scope, config }: ServerContext, name: string): UnsetEnvironment | undefined {
  const url = urlOf(config, name);
  return url && expandQuietly(scope, url).environment;
}

function urlOf({ servers }: Config, name: string): ScalarNode | undefined {
  const node = servers.get(name);
  return node?.kind === 'map' ? scalarAt(node, 'url') : node?.kind === 'scalar' ? node : undefined;
}

/** Resolves `server:` or an entry of `connections:`. `undefined` if an error was reported. */
export function readServer(context: ServerContext, node: Node): ResolvedServer | undefined {
  if (node.kind === 'map') return readServerMap(context, node, undefined, node.span);
  if (node.kind !== 'scalar' || node.value === null) return undefined;
  const text = readPublicText(context.scope, node);
  if (text === undefined) return undefined;
  if (typeof text !== 'string' || text.includes(':'))
    return readUrl(context, node, text, undefined, undefined, node.span);
  return readNamed(context, text, node.span);
}

/** A server of the configuration, with its URL from the command line if there is one. */
function readNamed(context: ServerContext, name: string, span: Span): ResolvedServer | undefined {
  const { config, scope } = context;
  if (scope.absent.has(name))
    return {
      target: { label: name, url: '', options: optionsOf(context, undefined, span), span },
      protocol: undefined,
    };
  const declared = config.servers.get(name);
  const override = context.servers.get(name);
  if (override !== undefined) {
    const options = declared?.kind === 'map' ? declared : undefined;
    return readUrl(context, undefined, override, options, name, span);
  }
  if (declared?.kind === 'map') return readServerMap(context, declared, name, span);
  if (declared?.kind === 'scalar') {
    const text = readPublicText(scope, declared);
    return text === undefined ? undefined : readUrl(context, declared, text, undefined, name, span);
  }
  const usual = context.usualServers.get(name);
  if (usual !== undefined) return readUrl(context, undefined, usual, undefined, name, span);
  const known = new Set([...config.servers.keys(), ...context.servers.keys()]);
  const near = nearest(name, new Set([...known, ...context.usualServers.keys()]));
  scope.shared.report({
    code: 'server.unknown',
    message: `Unknown server "${name}"`,
    span,
    ...(near !== undefined && { near }),
    hint: near !== undefined ? `Did you mean "${near}"?` : serverHint(name, known, context.usualServers),
  });
  return undefined;
}

function serverHint(name: string, known: ReadonlySet<string>, usual: ServerContext['usualServers']): string {
  if (usual.size > 0)
    return `Give its protocol, as in "--server ${name}=smtp://localhost"; only ${listed([...usual.keys()])} need none`;
  const servers =
    known.size === 0 ? 'The configuration names no server' : `The configuration has ${listed([...known])}`;
  return `${servers}; write a URL (smtp://host), give --server ${name}=URL, or list it under "requires" to skip without it`;
}

function readServerMap(
  context: ServerContext,
  node: MapNode,
  name: string | undefined,
  span: Span,
): ResolvedServer | undefined {
  const url = scalarAt(node, 'url');
  if (url === undefined) return undefined;
  const text = readPublicText(context.scope, url);
  return text === undefined ? undefined : readUrl(context, url, text, node, name, span);
}

/** `node`: the place of the URL, unless it is from the command line. */
function readUrl(
  context: ServerContext,
  node: ScalarNode | undefined,
  text: Text,
  options: MapNode | undefined,
  name: string | undefined,
  span: Span,
): ResolvedServer | undefined {
  const { report } = context.scope.shared;
  const place = node?.span ?? span;
  if (typeof text !== 'string') {
    // Even if part of the URL is captured, its protocol must be known.
    const scheme = schemeOf(String(text.parts[0]));
    if (scheme === undefined || typeof text.parts[0] !== 'string') {
      report({
        code: 'url.invalid',
        message: "The scheme of a server's URL must be known before the run",
        span: place,
        hint: 'Write it out, and let variables stand for the host and the port: "imap://${host}:${port}"',
      });
      return undefined;
    }
    if (!commandAllowed(context, /\+exec:/i.test(text.parts[0]), options, place)) return undefined;
    const label = name ?? node?.text ?? '';
    return {
      target: {
        label,
        url: text,
        options: { ...optionsOf(context, options, place), ...socketsOf(context, node, text) },
        span,
      },
      protocol: scheme.protocol,
    };
  }
  try {
    const url = parseServerUrl(text);
    if (!commandAllowed(context, url.address.to === 'command', options, place)) return undefined;
    let at = text;
    const sockets = socketsOf(context, node, text);
    if (url.address.to === 'unix') {
      const folder = node === undefined ? context.access.cwd : context.access.folderOf(place.file);
      const path = resolve(folder, url.address.path);
      if (!socketAllowed(path, sockets, place, report)) return undefined;
      at = `${url.scheme}+unix:${path}`;
    }
    return {
      target: { label: name ?? text, url: at, options: { ...optionsOf(context, options, place), ...sockets }, span },
      protocol: url.protocol,
    };
  } catch (error) {
    if (!(error instanceof ServerUrlError)) throw error;
    const { message, hint } = error;
    // A wrong URL on the command line is reported there, whichever scenario uses it.
    const option = name !== undefined && node === undefined && context.servers.get(name) === text;
    report({
      code: 'url.invalid',
      message,
      ...(option
        ? { hint: `Correct "--server ${name}=${text}". ${hint ?? ''}`.trim() }
        : defined({ span: place, hint })),
    });
    return undefined;
  }
}

function commandAllowed(
  { config, scope }: ServerContext,
  runs: boolean,
  options: MapNode | undefined,
  span: Span,
): boolean {
  if (!runs) return true;
  const { report } = scope.shared;
  if (!config.allow.commands) {
    report({
      code: 'access.denied',
      message: 'The configuration does not allow commands',
      span,
      hint: 'Write "allow: { commands: true }" into the configuration file, if you trust the scenarios',
    });
    return false;
  }
  if (child(options, 'command') !== undefined) return true;
  report({
    code: 'key.missing',
    message: 'The server runs a program, and names none',
    span,
    hint: 'Add it: { url: "smtp+exec:", command: [exim, -bh, 192.0.2.7] }',
  });
  return false;
}

function optionsOf(context: ServerContext, node: MapNode | undefined, span: Span): ServerOptions {
  const { scope, access, config } = context;
  const proxyProtocol = readProxy(scope, mapAt(node, 'proxy_protocol'));
  const localAddress = readLocalAddress(scope, child(node, 'local_address'));
  const family = child(node, 'family')?.value;
  const product = products.find((each) => each === child(node, 'product')?.value);
  const command = child(node, 'command');
  const timeout = context.timeout ?? readDuration(scope, child(node, 'timeout')) ?? config.timeout;
  const maxConnections = hasLocalPort(localAddress) ? 1 : readCount(scope, child(node, 'max_connections'));
  const tolerate = tolerateAt(scope, node);
  const connectionsPerMinute = readCount(scope, child(node, 'connections_per_minute'));
  return {
    tls: readTls(context, mapAt(node, 'tls')),
    ...(proxyProtocol !== undefined && { proxyProtocol }),
    ...(localAddress !== undefined && { localAddress }),
    ...((family === 4 || family === 6) && { family }),
    connectTimeout: readDuration(scope, child(node, 'connect_timeout')) ?? defaultConnectTimeout,
    timeout: timeout ?? defaultReplyTimeout,
    loginTimeout: timeout ?? defaultLoginTimeout,
    ...(maxConnections !== undefined && { maxConnections }),
    ...(product !== undefined && { product }),
    ...(tolerate.length > 0 && { tolerate }),
    ...(connectionsPerMinute !== undefined && { connectionsPerMinute }),
    loginDelayWait: readDuration(scope, child(node, 'login_delay_wait')) ?? 0,
    greylistingWait: readDuration(scope, child(node, 'greylisting_wait')) ?? defaultGreylistingWait,
    ...(command !== undefined && { command: readTexts(scope, command) }),
    folder: access.folderOf((node ?? { span }).span.file),
    environment: config.allow.environment,
  };
}
