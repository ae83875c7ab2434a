import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { forget, heed } from './abort.ts';
import { deadlinesBy, type Waiter } from './deadline.ts';
import type { Inlet } from './inlet.ts';
import { limits } from './limits.ts';
import { certificateError, startTls } from './tls.ts';
import { isTlsError, tlsReason } from './tls-errors.ts';
import { type ConnectionFacts, type Transport, TransportError, type TransportObserver } from './transport.ts';

export interface StreamOptions {
  /** This connection's own: TLS is added to it. */
  readonly facts: ConnectionFacts;
  /** Where the octets come in, if not by the stream's `data` events. */
  readonly inlet?: Inlet;
  /** Whom the connection was made to, for certificates; none for pipes. */
  readonly host?: string;
  readonly signal: AbortSignal;
  readonly clock: () => number;
  readonly observer: TransportObserver;
  /** Ends what stands behind the stream (a program): at once, or in its own bounded time. */
  readonly end?: (how: 'at once' | 'in time') => Promise<void>;
}

/**
 * Plain fields and no getters: V8 holds an object literal that has some, and all that it refers to, until the next full
 * collection. Those were 20 KiB a connection, and a fifth of a run's CPU time.
 */
type Own = { -readonly [Key in keyof Transport]: Transport[Key] };

interface Pending<Value> {
  readonly deadline: number;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: TransportError) => void;
}

const nothing = Buffer.alloc(0);

/** Of every write that the system took at once. */
const taken = Promise.resolve();

/**
 * A transport over an open connection. It reads all the time, so that an end is seen when it comes,
 * and stops where `limits.unread` octets lie here.
 */
export function createStreamTransport(plain: Duplex, options: StreamOptions): Transport {
  const { clock, observer, signal } = options;
  /** The plain connection, or TLS over it. */
  let stream: Duplex = plain;
  let pieces: Buffer[] = [];
  let unread = 0;
  let paused = false;
  let reader: Pending<Buffer | null> | undefined;
  /** A write or a handshake. */
  let writer: Pending<void> | undefined;
  let writesBegun = 0;
  let writesDone = 0;
  /** Why nothing can be written any more. */
  let failure: TransportError | undefined;
  /** An error that the next read has to tell of, once: everything else ends the stream quietly. */
  let readError: TransportError | undefined;
  let closing: Promise<void> | undefined;
  /** When a close gives up waiting for the server's. */
  let closeBy = Number.POSITIVE_INFINITY;
  let gone = false;
  let whenGone: (() => void) | undefined;

  const deadlines = deadlinesBy(clock);
  const waiter: Waiter = {
    expire(now) {
      if (now >= closeBy) drop();
      if (reader !== undefined && reader.deadline <= now) {
        const { reject } = reader;
        reader = undefined;
        reject(new TransportError('timeout', 'read', 'Cannot read: no octet came in time'));
      }
      if (writer !== undefined && writer.deadline <= now) {
        const { reject } = writer;
        writer = undefined;
        reject(new TransportError('timeout', 'write', 'Cannot write: the server did not take the octets in time'));
      }
      const forever = Number.POSITIVE_INFINITY;
      return Math.min(reader?.deadline ?? forever, writer?.deadline ?? forever, closeBy > now ? closeBy : forever);
    },
  };

  function onData(octets: Buffer): void {
    transport.lastReceived = clock();
    observer.received(octets);
    if (reader !== undefined) {
      const { resolve } = reader;
      reader = undefined;
      resolve(octets);
      return;
    }
    pieces.push(octets);
    unread += octets.length + limits.pieceOverhead;
    if (unread <= limits.unread) return;
    // While closing nobody reads: whoever still floods us is cut off.
    if (closing !== undefined) drop();
    else {
      paused = true;
      stream.pause();
    }
  }

  function onWritten(): void {
    writesDone++;
    if (writer === undefined || writesDone < writesBegun) return;
    const { resolve } = writer;
    writer = undefined;
    // An answer that came meanwhile is measured from when the octets were given to the system.
    if (transport.lastReceived <= transport.lastSent) transport.lastSent = clock();
    resolve();
  }

  function onEnd(): void {
    if (transport.ended) return;
    if (closing === undefined) observer.note('closed by the server');
    endReading();
  }

  function onError(error: Error & { readonly code?: string; readonly reason?: string }): void {
    const { code = '' } = error;
    const system = code === '' ? {} : { system: code };
    if (isTlsError(error)) {
      const reason = tlsReason(code, error.reason ?? error.message);
      readError = new TransportError('handshake', 'read', `Cannot read: TLS ended with an error: ${reason}`, {
        ...system,
        cause: error,
      });
    }
    const what = resets.has(code) ? 'reset by the server' : `the connection failed: ${error.message}`;
    if (!transport.ended && closing === undefined) observer.note(what);
    fail(readError ?? new TransportError('closed', 'write', `Cannot write: ${what}`, { ...system, cause: error }));
    endReading();
  }

  function onClose(): void {
    gone = true;
    deadlines.leave(waiter);
    forget(signal, onAbort);
    // An error is made only where somebody waits for it: its stack costs more than a whole reply.
    if (writer !== undefined) fail(closedHere());
    endReading();
    whenGone?.();
  }

  function onAbort(): void {
    const error = new TransportError('aborted', 'read', 'Cannot go on: the run was ended', { cause: signal.reason });
    failure = error;
    readError = error;
    settle(() => error);
    transport.ended = true;
    destroyAll();
  }

  /** Nothing more will come. What has come stays readable. */
  function endReading(): void {
    transport.ended = true;
    if (reader === undefined) return;
    const { resolve, reject } = reader;
    reader = undefined;
    const error = readError;
    readError = undefined;
    if (error === undefined) resolve(null);
    else reject(error);
  }

  function fail(error: TransportError): void {
    failure ??= error;
    if (writer === undefined) return;
    const { reject } = writer;
    writer = undefined;
    reject(failure);
  }

  /** Ends whatever is waiting. */
  function settle(reason: () => TransportError): void {
    if (reader === undefined && writer === undefined) return;
    const error = reason();
    const pending = [reader, writer];
    reader = undefined;
    writer = undefined;
    for (const each of pending) each?.reject(error);
  }

  /** TLS takes the plain connection with it; over one that is being destroyed, Node 20 crashes. */
  function drop(): void {
    if (!plain.destroyed) stream.destroy();
  }

  function destroyAll(): void {
    drop();
    void options.end?.('at once');
  }

  function attach(to: Duplex): void {
    stream = to;
    if (to === plain && options.inlet !== undefined) options.inlet.receive = onData;
    else to.on('data', onData);
    to.on('end', onEnd);
    to.on('error', onError);
    to.on('close', onClose);
    if (to.closed) onClose();
  }

  function detach(): void {
    if (options.inlet !== undefined) options.inlet.receive = () => undefined;
    stream.off('data', onData);
    stream.off('end', onEnd);
    stream.off('error', onError);
    stream.off('close', onClose);
  }

  function available(): Buffer {
    const [first = nothing] = pieces;
    const octets = pieces.length < 2 ? first : Buffer.concat(pieces);
    pieces = [];
    unread = 0;
    if (paused) {
      paused = false;
      stream.resume();
    }
    return octets;
  }

  const opened = clock();
  const transport: Own = {
    facts: options.facts,
    lastReceived: opened,
    lastSent: opened,
    ended: false,
    available,

    read(deadline) {
      if (pieces.length > 0 && closing === undefined) return Promise.resolve(available());
      if (reader !== undefined) return Promise.reject(new Error('Cannot read: a read is under way'));
      if (transport.ended) {
        const error = readError;
        if (error === undefined) return Promise.resolve(null);
        if (error.kind !== 'aborted') readError = undefined;
        return Promise.reject(error);
      }
      return new Promise((resolve, reject) => {
        reader = { deadline, resolve, reject };
        deadlines.watch(deadline);
      });
    },

    write(octets, deadline) {
      if (failure !== undefined) return Promise.reject(failure);
      if (closing !== undefined || gone) return Promise.reject(closedHere());
      if (writer !== undefined) return Promise.reject(new Error('Cannot write: a write is under way'));
      observer.sent(octets);
      transport.lastSent = clock();
      writesBegun++;
      stream.write(octets, onWritten);
      // The system took it all at once: nothing to wait for.
      if (stream.writableLength === 0 && stream.errored === null) return taken;
      return new Promise((resolve, reject) => {
        writer = { deadline, resolve, reject };
        deadlines.watch(deadline);
      });
    },

    handshake(handshakeOptions, deadline) {
      const obstacle = obstacleToHandshake();
      if (obstacle !== undefined) return Promise.reject(obstacle);
      return new Promise((resolve, reject) => {
        detach();
        try {
          stream = startTls(plain, options.host, handshakeOptions, {
            secured(secured) {
              writer = undefined;
              Object.assign(transport.facts, { tls: secured.facts });
              transport.lastSent = clock();
              observer.note(secured.note);
              attach(stream);
              if (handshakeOptions.verify !== false && !secured.facts.authorized) {
                reject(abandon(certificateError(secured.facts)));
              } else resolve(secured.facts);
            },
            failed(error) {
              writer = undefined;
              reject(abandon(error));
              attach(stream);
            },
          });
        } catch (error) {
          attach(plain);
          reject(error);
          return;
        }
        writer = {
          deadline,
          resolve: () => undefined,
          reject: (error) => reject(abandon(error.kind === 'timeout' ? handshakeTimeout() : error)),
        };
        deadlines.watch(deadline);
      });
    },

    close() {
      closing ??= gone ? finished() : close();
      return closing;
    },

    reset() {
      if (gone) return;
      settle(() => new TransportError('closed', 'read', 'Cannot go on: the connection was reset here'));
      failure ??= new TransportError('closed', 'write', 'Cannot write: the connection was reset here');
      if (!transport.ended) observer.note('reset');
      transport.ended = true;
      // Only TCP knows RST; a pipe just ends. So does what is closing: libuv resets nothing that is shutting down.
      if (closing === undefined && plain instanceof Socket && plain.remoteAddress !== undefined && !plain.destroyed) {
        plain.resetAndDestroy();
      } else destroyAll();
      closing ??= finished();
    },
  };
  // Whatever happens to the plain connection under TLS, TLS tells.
  plain.on('error', () => undefined);
  deadlines.join(waiter);
  if (plain.errored !== null) onError(plain.errored);
  attach(plain);
  heed(signal, onAbort);
  return transport;

  function obstacleToHandshake(): TransportError | undefined {
    if (failure !== undefined) return failure;
    if (transport.ended || gone || closing !== undefined) {
      return new TransportError('closed', 'handshake', 'Cannot start TLS: the connection is closed');
    }
    if (stream !== plain) {
      return new TransportError('handshake', 'handshake', 'Cannot start TLS: the connection has TLS already');
    }
    const left = pieces.reduce((sum, piece) => sum + piece.length, 0) + stream.readableLength;
    if (left === 0) return undefined;
    return new TransportError('handshake', 'handshake', `Cannot start TLS: ${left} octets of plain text lie unread`);
  }

  /** After a failed handshake the connection is neither plain nor trusted. */
  function abandon(error: TransportError): TransportError {
    if (!transport.ended) observer.note(error.message);
    failure ??= error;
    transport.ended = true;
    destroyAll();
    return error;
  }

  async function close(): Promise<void> {
    if (reader !== undefined || writer !== undefined) {
      settle(() => new TransportError('closed', 'read', 'Cannot go on: the connection was closed here'));
    }
    if (!transport.ended) observer.note('closed');
    closeBy = clock() + limits.closeGrace;
    deadlines.watch(closeBy);
    pieces = [];
    unread = 0;
    stream.end();
    // What still comes is thrown away: unread octets would turn our FIN into an RST.
    stream.resume();
    await finished();
    transport.ended = true;
  }

  /** When the connection, and the program behind it, are gone. */
  async function finished(): Promise<void> {
    if (!gone) {
      await new Promise<void>((resolve) => {
        whenGone = resolve;
      });
    }
    await options.end?.('in time');
  }
}

function closedHere(): TransportError {
  return new TransportError('closed', 'write', 'Cannot write: the connection is closed');
}

function handshakeTimeout(): TransportError {
  const message = 'Cannot complete the TLS handshake: the server did not answer in time';
  return new TransportError('timeout', 'handshake', message);
}

/** How the system says that the server reset the connection. */
const resets = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);
