import { recognize } from '../recognize.ts';
import type { Product } from '../remedy.ts';
import { connect } from '../transport/connect.ts';
import { type Transport, TransportError } from '../transport/transport.ts';
import type { Speaks } from './roles.ts';

/** All of the outside world that is needed here. */
export interface LookContext {
  readonly clock: () => number;
  readonly signal: AbortSignal;
  /** The name for EHLO. */
  readonly client: string;
}

export interface Asked {
  readonly address: string;
  readonly port: number;
  /** Absent: must be found out, which takes time if TLS comes first. */
  readonly implicitTls?: boolean;
}

/** What was found at a port. */
export type Look =
  /**
   * `closed`: refused (RFC 9293 section 3.5.1). `filtered`: no answer in time. `unreachable`: it could not be tried
   * from this machine.
   */
  | { readonly state: 'closed' | 'filtered' | 'unreachable'; readonly reason: string }
  | {
      readonly state: 'open';
      readonly address: string;
      readonly implicitTls: boolean;
      /** Absent if the protocol was not recognized. */
      readonly speaks?: Speaks;
      readonly product?: Product;
      /** The name in an SMTP greeting (RFC 5321 section 4.2). */
      readonly name?: string;
      /** Whether it accepts logins, before or after STARTTLS. */
      readonly takesLogins: boolean;
    };

/**
 * Milliseconds: for a connection, for the greeting of a server that may check clients first, and for a greeting if TLS
 * may come first.
 */
const patience = { connect: 4_000, greeting: 8_000, silence: 2_500 } as const;
/** The most octets of a reply; EHLO replies of all known servers are shorter. */
const longest = 16_384;

const greetings: readonly (readonly [Speaks, RegExp])[] = [
  ['smtp', /^(?:220|421|554)[ -]/],
  ['imap', /^\* (?:OK|PREAUTH|BYE)\b/i],
  ['pop3', /^\+OK\b|^-ERR\b/],
  ['sieve', /^"(?:IMPLEMENTATION|SIEVE|SASL|VERSION)"/im],
];

/** Connects, reads the greeting and says goodbye; does nothing that a log would show as an attempt. */
export async function look(asked: Asked, context: LookContext): Promise<Look> {
  let transport: Transport;
  try {
    transport = await connect({
      address: { to: 'network', host: asked.address, port: asked.port },
      deadline: context.clock() + patience.connect,
      // A signal of its own: Node warns about more than ten listeners for a signal, and all probes begin at once.
      signal: AbortSignal.any([context.signal]),
      clock: context.clock,
      observer: { received() {}, sent() {}, note() {} },
    });
  } catch (error) {
    return unopened(error);
  }
  try {
    return await listen(transport, asked, context);
  } finally {
    await transport.close();
  }
}

function unopened(error: unknown): Look {
  if (!(error instanceof TransportError) || error.kind === 'aborted') throw error;
  const state = error.kind === 'refused' ? 'closed' : error.kind === 'timeout' ? 'filtered' : 'unreachable';
  return { state, reason: error.message };
}

async function listen(transport: Transport, asked: Asked, context: LookContext): Promise<Look> {
  const talk = talkOver(transport, context);
  let implicitTls = asked.implicitTls ?? false;
  let heard = implicitTls
    ? await talk.secured()
    : await talk.hear(asked.implicitTls === undefined ? patience.silence : patience.greeting);
  if (heard === '' && asked.implicitTls === undefined) {
    implicitTls = true;
    heard = await talk.secured();
  }
  const speaks = greetings.find(([, sign]) => sign.test(heard))?.[0];
  const more = speaks === 'smtp' ? await talk.hello() : '';
  const product = recognize(`${heard}\n${more}`);
  const name = speaks === 'smtp' ? /^220[ -]([\w-]+(?:\.[\w-]+)+)/.exec(heard)?.[1] : undefined;
  return {
    state: 'open',
    address: asked.address,
    implicitTls,
    takesLogins: /^250[ -]AUTH\b/im.test(more),
    ...(speaks && { speaks }),
    ...(product && { product }),
    ...(name !== undefined && { name }),
  };
}

/** Sends and receives text on a connection; empty if the server is silent or disconnects. */
function talkOver(transport: Transport, { clock, client }: LookContext) {
  const hear = async (within: number, whole: RegExp = /\n/): Promise<string> => {
    const deadline = clock() + within;
    let text = '';
    while (!whole.test(text) && text.length < longest) {
      const octets = await transport.read(deadline).catch(quiet(null));
      if (octets === null) break;
      text += octets.toString('latin1');
    }
    return text;
  };
  const ask = async (line: string): Promise<string> => {
    const write = async () => transport.write(Buffer.from(`${line}\r\n`), clock() + patience.connect);
    const written = await write().then(() => true, quiet(false));
    // RFC 5321 section 4.2.1: the last line has a space after the code.
    return written ? hear(patience.greeting, /^\d{3}(?: .*)?\r?\n/m) : '';
  };
  const handshake = () =>
    transport.handshake({ verify: false }, clock() + patience.connect).then(() => true, quiet(false));
  return {
    hear,
    secured: async () => ((await handshake()) ? hear(patience.greeting) : ''),
    /** The replies to EHLO, before TLS and over TLS. */
    async hello(): Promise<string> {
      const before = await ask(`EHLO ${client}`);
      if (!/^250[ -]STARTTLS\b/im.test(before)) return before;
      if (!(await ask('STARTTLS')).startsWith('220') || !(await handshake())) return before;
      return `${before}\n${await ask(`EHLO ${client}`)}`;
    },
  };
}

/** A closed connection is a result as well, unless Ctrl-C closed it. */
function quiet<Value>(value: Value): (error: unknown) => Value {
  return (error) => {
    if (error instanceof TransportError && error.kind !== 'aborted') return value;
    throw error;
  };
}
