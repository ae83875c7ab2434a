import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reservePorts } from '../../fixtures/servers/ports.ts';
import type { Note } from '../result.ts';
import { isWords, type Value } from '../value.ts';
import { noteWords } from '../words/problem.ts';
import { type CheckContext, CheckError } from './check.ts';

/** Functions that the tests of this room share. */

export function contextFor(
  options: { readonly ms?: number; readonly signal?: AbortSignal; readonly wall?: number } = {},
): CheckContext {
  const clock = () => performance.now();
  return {
    clock,
    wall: () => options.wall ?? Date.now(),
    deadline: clock() + (options.ms ?? 10_000),
    signal: options.signal ?? new AbortController().signal,
  };
}

/** The value as plain data, with words as their text. */
export function plain(value: Value | undefined): unknown {
  if (isWords(value)) return value.text;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}

/** Asserts that a check throws a `CheckError` with this code and message. */
export async function rejects(
  promise: Promise<unknown>,
  code: CheckError['code'],
  message: RegExp,
): Promise<CheckError> {
  const thrown: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof CheckError, `threw ${String(thrown)}`);
  assert.equal(thrown.code, code, thrown.message);
  assert.match(thrown.message, message);
  return thrown;
}

export function temporary(): { readonly path: (name: string) => string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'checks-'));
  return { path: (name) => join(folder, name), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface Listener {
  readonly port: number;
  readonly server: Server;
  close(): Promise<void>;
}

/** A server on a free port. */
export async function listen(
  serve: (socket: Socket) => void,
  server: Server = createServer(),
  host = '127.0.0.1',
): Promise<Listener> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('secureConnection', serve);
  if (!('setSecureContext' in server)) server.on('connection', serve);
  server.on('tlsClientError', () => undefined);
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    server,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A port on which nothing listens, nor will while this process runs. */
export async function closedPort(): Promise<number> {
  const { ports } = await reservePorts('127.0.0.1', ['port']);
  return ports.port;
}

/** Polls until there is a result, since there is no event to wait for. */
export async function until<Result>(
  attempt: () => Result | undefined | false | Promise<Result | undefined | false>,
): Promise<Result> {
  for (const deadline = performance.now() + 10_000; performance.now() < deadline; ) {
    const result = await attempt();
    if (result !== undefined && result !== false) return result;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('Waited in vain');
}

/** A note of a transcript in its printed form. */
export function noteText(note: string | Note = ''): string {
  return typeof note === 'string' ? note : noteWords(note);
}
