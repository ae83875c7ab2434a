import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { defined } from '../defined.ts';
import { readHostAndPort } from '../host-and-port.ts';
import type { Note } from '../result.ts';
import type { HandshakeOptions } from '../transport/transport.ts';
import {
  aborted,
  type CheckContext,
  CheckError,
  checkErrorFrom,
  type Seen,
  type TimeLimit,
  timeLimit,
} from './check.ts';
import { type HttpRoute, openHttp } from './http-connect.ts';
import { described, type HttpResponse, type Lookups, single, toSeen } from './http-response.ts';
import { limits } from './limits.ts';
import type { CheckOf } from './step.ts';

export interface HttpInput extends Lookups {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body?: string;
  /** The most redirects that are followed. */
  readonly redirects: number;
  readonly tls: HandshakeOptions;
  /** The address to connect to instead of the URL's host, to check a server before DNS points to it. */
  readonly address?: { readonly host: string; readonly port?: number };
  readonly family?: 4 | 6;
  readonly localAddress?: string;
}

/**
 * Requests a page from a web server. Throws a `CheckError`: `connect.…` if nothing was learned, `tls.…`,
 * `reply.timeout`, `connection.closed`, `protocol.violation` for what is not HTTP, `protocol.limit` for a body that is
 * too long, `check.mismatch` if XML or JSON is looked up in a body that is not that.
 */
export async function checkHttp(input: HttpInput, context: CheckContext): Promise<Seen> {
  const notes: (string | Note)[] = [];
  const limit = timeLimit(context);
  try {
    let request: Request = { url: parseUrl(input.url), method: input.method, headers: input.headers, body: input.body };
    for (let followed = 0; ; followed++) {
      const response = await exchange(request, input, context, limit, notes);
      const next = followed < input.redirects ? redirected(request, response) : undefined;
      if (next === undefined) return await seenInTime(input, request.url, response, notes, context, limit);
      request = next;
    }
  } catch (error) {
    throw withNotes(error, notes);
  } finally {
    limit.done();
  }
}

/** Parsing the document gets the rest of the check's time. */
async function seenInTime(
  input: HttpInput,
  url: URL,
  response: HttpResponse,
  notes: readonly (string | Note)[],
  context: CheckContext,
  limit: TimeLimit,
): Promise<Seen> {
  try {
    return await toSeen(input, url, response, notes, limit.signal);
  } catch (error) {
    if (error instanceof CheckError) throw error;
    if (context.signal.aborted) throw aborted(context.signal);
    if (limit.expired()) throw new CheckError('reply.timeout', `the answer from ${url.origin} was not read in time`);
    throw error;
  }
}

interface Request {
  readonly url: URL;
  readonly method: string;
  readonly headers: HttpInput['headers'];
  readonly body: string | undefined;
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new CheckError('input.value', `Cannot ask for "${text}": it is not an http or https URL`);
}

async function exchange(
  request: Request,
  input: HttpInput,
  context: CheckContext,
  limit: TimeLimit,
  notes: (string | Note)[],
): Promise<HttpResponse> {
  // Loaded with the first request, since it costs more than everything else that a run loads.
  const { Client } = await import('undici');
  const { url } = request;
  const route = routeOf(url, input);
  const client = new Client(url.origin, {
    pipelining: 0, // RFC 9112 section 9.6: the connection is closed after the response.
    maxHeaderSize: limits.httpHeaders,
    // The check's deadline is the only time limit.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (_options, done) => {
      openHttp(route, context, (note) => notes.push(note)).then(
        (socket) => done(null, guarded(socket)),
        (error: Error) => done(error, null),
      );
    },
  });
  try {
    notes.push(`${request.method} ${url.href}`);
    const { statusCode, statusText, headers, body } = await client.request({
      path: `${url.pathname}${url.search}`,
      method: request.method as Dispatcher.HttpMethod,
      headers: request.headers.flatMap(({ name, value }) => [name, value]),
      body: request.body ?? null,
      signal: limit.signal,
    });
    const response = { status: statusCode, statusText: statusText || '', headers, body: await readBody(body) };
    notes.push(...described(response));
    return response;
  } catch (error) {
    if (context.signal.aborted) throw aborted(context.signal);
    if (limit.expired()) throw new CheckError('reply.timeout', `no complete answer from ${url.origin} in time`);
    throw fromUndici(error, url);
  } finally {
    await client.destroy();
  }
}

/**
 * undici makes assertions in socket events that a hostile response (a status of 000) may violate; that would end the
 * run.
 */
function guarded<Socket extends Duplex>(socket: Socket): Socket {
  const emit = socket.emit.bind(socket) as (...args: readonly unknown[]) => boolean;
  return Object.assign(socket, {
    emit(...args: readonly unknown[]) {
      try {
        return emit(...args);
      } catch (error) {
        socket.destroy(error as Error);
        return true;
      }
    },
  });
}

function routeOf(url: URL, input: HttpInput): HttpRoute {
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    ...(input.address !== undefined && { address: { host: input.address.host, port: input.address.port ?? port } }),
    ...(url.protocol === 'https:' && { tls: input.tls }),
    ...(input.family !== undefined && { family: input.family }),
    ...(input.localAddress !== undefined && { localAddress: input.localAddress }),
  };
}

async function readBody(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > limits.httpBody)
      throw new CheckError('protocol.limit', `the body has more than ${limits.httpBody} octets`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function fromUndici(error: unknown, url: URL): unknown {
  const known = checkErrorFrom(error);
  if (known instanceof CheckError) return known;
  const { code = '', message, name } = error as NodeJS.ErrnoException;
  if (code === 'UND_ERR_INVALID_ARG')
    return new CheckError('input.value', `Cannot ask ${url.origin}: ${message}`, { cause: error });
  if (name === 'HTTPParserError' || code === 'ERR_ASSERTION') {
    const why = name === 'HTTPParserError' ? `: ${message}` : '';
    return new CheckError('protocol.violation', `the answer of ${url.origin} is not HTTP${why}`, {
      cause: error,
    });
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW')
    return new CheckError('protocol.limit', `the headers have more than ${limits.httpHeaders} octets`);
  if (
    code === 'UND_ERR_SOCKET' ||
    code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' ||
    code === 'ECONNRESET' ||
    code === 'EPIPE'
  ) {
    return new CheckError('connection.closed', `${url.origin} closed the connection without a complete answer`, {
      cause: error,
    });
  }
  return error;
}

/** Adds the transcript so far to an error. */
function withNotes(error: unknown, notes: readonly (string | Note)[]): unknown {
  if (!(error instanceof CheckError)) return error;
  return new CheckError(error.code, error.message, {
    transcript: [...notes, ...error.transcript],
    cause: error.cause,
    ...(error.hint !== undefined && { hint: error.hint }),
  });
}

/** RFC 9110 section 15.4 */
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function redirected(request: Request, { status, headers }: HttpResponse): Request | undefined {
  const location = single(headers['location']);
  if (!redirects.has(status) || location === undefined) return undefined;
  if (!URL.canParse(location, request.url.href))
    throw new CheckError('check.mismatch', `Cannot follow the redirect to "${location}"`);
  const url = parseUrl(new URL(location, request.url).href);
  // POST becomes GET, as in all clients; 307 and 308 keep the method.
  const keeps = status === 307 || status === 308 || request.method === 'HEAD';
  const elsewhere = url.origin !== request.url.origin;
  return {
    url,
    method: keeps ? request.method : 'GET',
    headers: request.headers.filter(
      ({ name }) =>
        !(elsewhere && /^(?:authorization|cookie|host)$/i.test(name)) && (keeps || !/^content-/i.test(name)),
    ),
    body: keeps ? request.body : undefined,
  };
}

export const http: CheckOf<'http'> = async ({ request }, context) => {
  const { url, headers, body, address, tls, family, localAddress, method, redirects } = request;
  const { fill, wants } = context;
  const at = address && fill(address);
  return checkHttp(
    {
      url: fill(url),
      method,
      headers: headers.map(({ name, value }) => ({ name, value: fill(value) })),
      redirects,
      tls: await context.tlsOptions(tls),
      xpaths: wants.names('xml'),
      jsonPaths: wants.names('json'),
      ...(body !== undefined && { body: fill(body) }),
      ...(at !== undefined && { address: readHostAndPort(at) ?? { host: at } }),
      ...defined({ family, localAddress }),
    },
    context,
  );
};
