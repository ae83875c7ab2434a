import type { Text } from '../../plan.ts';
import type { Sent } from '../../protocol/reply.ts';
import type { Sending } from '../../sending.ts';
import type { Step } from '../../steps.ts';
import { type Context, fillText } from '../context.ts';
import { StepFailure } from '../failure.ts';
import { noteSent } from '../observed.ts';
import { type Session, transmit, write } from '../session.ts';
import type { Composed } from './send.ts';

/** `send: { raw: … }`: the octets as they are written, possibly in pieces. */
export function composeRaw(
  context: Context,
  session: Session,
  step: Step,
  what: Extract<Sending, { form: 'raw' }>,
  deadline: () => number,
): Composed {
  const bytes = rawOctets(context, step, what.text, what.encoding);
  const ends = bytes.length > 0 && bytes[bytes.length - 1] === 0x0a;
  if (endsMessage(session, bytes)) noteSent(context, session);
  const commands = rawCommands(session, bytes);
  const due = ends ? commands.length : 0;
  return {
    bytes,
    commands,
    due,
    write() {
      session.midCommand = !ends;
      if (what.chunk === undefined) return transmit(session, bytes, commands, due, deadline);
      return trickle(context, session, { bytes, commands, due }, what.chunk, what.every ?? 0, deadline);
    },
  };
}

function rawOctets(context: Context, step: Step, text: Text, encoding: 'binary' | 'utf-8'): Buffer {
  const filled = fillText(context, text, step.on);
  if (encoding === 'utf-8') return Buffer.from(filled);
  for (let index = 0; index < filled.length; index++) {
    if (filled.charCodeAt(index) > 0xff) {
      throw new StepFailure('input.value', `Cannot send "${filled[index]}" as an octet: it is above U+00FF`, {
        span: step.span,
        hint: 'Add "encoding: utf-8" to send the text as UTF-8',
      });
    }
  }
  return Buffer.from(filled, 'latin1');
}

/** RFC 5321 section 4.1.1.4. */
function endsMessage({ protocol }: Session, bytes: Buffer): boolean {
  return protocol.transfersMail && bytes.subarray(-5).toString('latin1') === '\r\n.\r\n';
}

/** Raw octets, parsed as the commands that they look like, so that parsers know which replies to expect. */
function rawCommands(session: Session, bytes: Buffer): Sent[] {
  if (session.midCommand) return [{ bytes, as: 'part' }];
  const commands: Sent[] = [];
  let start = 0;
  for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, start)) {
    const line = bytes.subarray(start, end + 1);
    const tag = session.tags?.of(line);
    commands.push({ bytes: line, as: 'command', ...(tag !== undefined && { tag }) });
    start = end + 1;
  }
  if (start < bytes.length) commands.push({ bytes: bytes.subarray(start), as: 'part' });
  return commands;
}

/** Sends pieces of these sizes, the last size repeated, one every `every` ms. */
async function trickle(
  context: Context,
  session: Session,
  { bytes, commands, due }: Pick<Composed, 'bytes' | 'commands' | 'due'>,
  chunk: readonly number[],
  every: number,
  deadline: () => number,
): Promise<void> {
  await transmit(session, Buffer.alloc(0), commands, due, deadline());
  let size = 0;
  for (let start = 0, piece = 0; start < bytes.length; start += size, piece++) {
    if (start > 0) await context.pause(every);
    size = chunk[Math.min(piece, chunk.length - 1)] ?? bytes.length;
    await write(session, bytes.subarray(start, start + size), deadline());
  }
}
