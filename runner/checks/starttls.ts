import type { Mismatch, ReplyLine } from '../mismatch.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { isPositive } from '../protocol/protocols.ts';
import { ProtocolError, type Reply, type ReplyParser } from '../protocol/reply.ts';
import { earlyRecord, farewellIn, isTlsRecord } from '../transport/early-record.ts';
import type { Transport } from '../transport/transport.ts';
import { CheckError } from './check.ts';

/**
 * Asks the server for TLS, so that the handshake can follow. Throws a `CheckError` if the server refuses, and a
 * handshake's `TransportError` if the server had already begun a handshake and refused it.
 */
export async function askForTls(
  transport: Transport,
  protocol: Protocol,
  deadline: number,
  note: (note: string) => void,
): Promise<void> {
  const { title, greets, hello, starttls } = protocol;
  if (starttls === undefined) {
    throw new CheckError('input.value', `Cannot ask ${transport.facts.remote} for TLS: ${title} has no STARTTLS`, {
      hint: 'Write the server with "tls:" where TLS begins with the first octet',
    });
  }
  const parser = protocol.createParser();
  const tags = protocol.createTags?.();
  const say = async (command: string) => {
    const tag = tags?.fresh();
    const line = tag === undefined ? command : `${tag} ${command}`;
    const bytes = Buffer.from(`${line}\r\n`);
    parser.sent({ bytes, as: 'command', ...(tag !== undefined && { tag }) });
    await transport.write(bytes, deadline);
    refuseNo(await replyOf(transport, parser, deadline), `to "${line}"`);
  };
  if (greets) refuseNo(await replyOf(transport, parser, deadline, { wordless: true }), 'instead of a greeting');
  if (hello !== undefined) await say(`${hello} ${ownName(transport)}`);
  await say(starttls.command);
  note('the server agreed to begin TLS');
}

function refuseNo(reply: Reply, to: string): void {
  if (isPositive(reply)) return;
  const last = reply.raw.toString('latin1').trimEnd().split('\n').at(-1) ?? '';
  throw new CheckError('tls.handshake', `Cannot begin TLS: the server says "${last}" ${to}`, { reply: lineOf(reply) });
}

export function lineOf(reply: Reply): ReplyLine {
  const status = 'code' in reply ? `${reply.code}` : 'status' in reply ? reply.status : '';
  return { kind: 'reply', status, text: reply.text.split('\n', 1)[0] ?? '', more: reply.lines.length - 1 };
}

/** An address literal, as for a client without a name (RFC 5321 section 4.1.3). */
function ownName(transport: Transport): string {
  const address = /^\[?(.*?)\]?:\d+$/.exec(transport.facts.local ?? '')?.[1] ?? '127.0.0.1';
  return address.includes(':') ? `[IPv6:${address}]` : `[${address}]`;
}

/** Reads one reply. Throws if anything follows it. `wordless`: the server has sent nothing so far. */
async function replyOf(
  transport: Transport,
  parser: ReplyParser,
  deadline: number,
  { wordless = false }: { readonly wordless?: boolean } = {},
): Promise<Reply> {
  for (;;) {
    const octets = await transport.read(deadline);
    if (octets === null) {
      throw new CheckError('connection.closed', 'Cannot begin TLS: the server closed the connection', { wordless });
    }
    const reply = parsed(parser, octets);
    if (reply === undefined) continue;
    parser.push(transport.available());
    const rest = parser.drain();
    if (rest.length > 0) throw isTlsRecord(rest) ? earlyRecord() : (farewellIn(rest) ?? leftOver(rest));
    return reply;
  }
}

function parsed(parser: ReplyParser, octets: Buffer): Reply | undefined {
  try {
    parser.push(octets);
    return parser.take();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const code = error.kind === 'limit' ? 'protocol.limit' : 'protocol.violation';
    throw new CheckError(code, `Cannot begin TLS: ${error.message}`, { cause: error });
  }
}

function leftOver(octets: Buffer): CheckError {
  const actual: Mismatch['actual'] = { kind: 'octets', text: octets.toString('latin1') };
  return new CheckError('tls.plaintext', 'plaintext was left over when TLS began (response injection)', {
    mismatches: [{ path: '', expected: { kind: 'no plaintext' }, actual }],
  });
}
