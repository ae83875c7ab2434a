import { tryHandshake } from '../checks/tls-peer.ts';
import { defined } from '../defined.ts';
import type { Target, Text } from '../plan.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { parseServerUrl } from '../protocol/server-url.ts';
import { connect } from '../transport/connect.ts';
import { createFileCache } from '../transport/files.ts';
import { type Transport, TransportError } from '../transport/transport.ts';
import { handshakeOptions } from './handshake-options.ts';
import type { Stage } from './service-needs.ts';

/** The part of the world that a probe needs. */
export interface ProbeContext {
  readonly clock: () => number;
  readonly wall: () => number;
  readonly deadline: number;
  readonly signal: AbortSignal;
}

/** Checks, without a scenario, whether a server lets a client reach this stage again. */
export async function probe(target: Target, stage: Stage, context: ProbeContext): Promise<boolean> {
  try {
    await reach(target, stage, context);
    return true;
  } catch (error) {
    // A TLS error that is not a timeout shows that the server is not silent.
    const isRefused = error instanceof TransportError && error.during === 'handshake' && error.kind !== 'timeout';
    return isRefused && (stage === 'answer' || stage === 'handshake');
  }
}

/** Whether a server greets, and then leaves even the simplest command without an answer. */
export async function isMute(target: Target, context: ProbeContext): Promise<boolean> {
  let isGreeted = false;
  const greeted = () => {
    isGreeted = true;
  };
  try {
    await reach(target, 'command', context, greeted);
    return false;
  } catch (error) {
    return isGreeted && error instanceof TransportError && error.kind === 'timeout';
  }
}

async function reach(target: Target, stage: Stage, context: ProbeContext, greeted = ignore): Promise<void> {
  const url = parseServerUrl(fixed(target.url));
  const { address, protocol, implicitTls } = url;
  if (address.to === 'command') return;
  const { family, localAddress, proxyProtocol } = target.options;
  const way = defined({ family, localAddress, proxyProtocol });
  const withTls = implicitTls && stage !== 'connect';
  const tls = await handshakeOptions(target, {}, url, { files: createFileCache(), fill: fixed });
  if (stage === 'handshake' || stage === 'starttls') {
    await tryHandshake({ address, protocol, implicitTls, tls, ...way }, context, ignore);
    return;
  }
  const observer = { received: ignore, sent: ignore, note: ignore };
  const transport = await connect({ address, ...way, ...(withTls && { tls }), ...context, observer });
  try {
    if (stage !== 'connect' && protocol.greets && (await transport.read(context.deadline)) === null)
      throw new TransportError('closed', 'read', 'closed without a word');
    if (protocol.greets) greeted();
    if (stage === 'command') await sayFarewell(transport, protocol, context.deadline);
  } catch (error) {
    // A silent server would not answer the end of the connection either.
    transport.reset();
    throw error;
  }
  await transport.close();
}

/** Sends the simplest command; any reply is an answer. */
async function sayFarewell(transport: Transport, protocol: Protocol, deadline: number): Promise<void> {
  if (protocol.farewell === undefined) return;
  const tag = protocol.createTags?.().fresh();
  await transport.write(Buffer.from(`${tag === undefined ? '' : `${tag} `}${protocol.farewell}\r\n`), deadline);
  await transport.read(deadline);
}

function ignore(): void {}

/** Text that needs a capture cannot be filled outside a scenario. */
function fixed(text: Text): string {
  if (typeof text === 'string') return text;
  throw new TypeError('a text with holes');
}
