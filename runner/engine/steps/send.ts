import { strictBase64 } from '../../encoding.ts';
import type { Action } from '../../headline.ts';
import type { Text } from '../../plan.ts';
import { repliesLike } from '../../protocol/protocols.ts';
import type { Sent } from '../../protocol/reply.ts';
import type { CommandPart, Literal, Sending } from '../../sending.ts';
import type { Step } from '../../steps.ts';
import { awaitReply, judgeReply, readReply } from '../await-reply.ts';
import { type Context, fillText, labelOf, sessionFor } from '../context.ts';
import { StepFailure } from '../failure.ts';
import { readContent } from '../files.ts';
import { type Session, transmit, writeLimit } from '../session.ts';
import { requireRead } from '../unread.ts';
import { composeRaw } from './raw.ts';

type Send = Extract<Step, { kind: 'send' }>;

/** `send`: writes, then reads the reply if the step expects one. */
export function send(step: Send, context: Context): Promise<unknown> | undefined {
  const opened = sessionFor(context, step);
  return opened instanceof Promise
    ? opened.then((session) => sendOn(step, context, session))
    : sendOn(step, context, opened);
}

/** Returns the reply's promise without another one around it, as nearly all sends wait for nothing else. */
function sendOn(step: Send, context: Context, session: Session): Promise<unknown> | undefined {
  // RFC 2920 section 3.1, and violations of it: the author knows that replies are still due or unread.
  if (!session.midCommand && !step.early) {
    requireRead(context, session, step);
    if (session.greeting === undefined) session.greetedCommand = true;
  }
  if (step.what.form === 'parts') {
    session.lastAction = commandAction(context, step);
    return sendParts(context, session, step, step.what.parts).then((isSent) =>
      isSent ? thenRead(step, context, session) : undefined,
    );
  }
  const sending = compose(context, session, step, step.what);
  session.lastAction = commandAction(context, step, sending);
  const written = sending.write();
  return written === undefined
    ? thenRead(step, context, session)
    : written.then(() => thenRead(step, context, session));
}

function thenRead(step: Send, context: Context, session: Session): Promise<unknown> | undefined {
  return step.expect === undefined ? undefined : awaitReply(context, session, step, step.expect);
}

export function commandAction(context: Context, step: Step, sending?: Pick<Composed, 'line'>): Action {
  const label = labelOf(context, step);
  return sending?.line === undefined ? { kind: 'command', label } : { kind: 'command', label, line: sending.line };
}

/** What a line-like `send` sends, ready to be written by itself or in a pipeline. */
export interface Composed {
  readonly bytes: Buffer;
  readonly commands: readonly Sent[];
  /** The number of replies that are due for it. */
  readonly due: number;
  /** Its only line, without the tag. */
  readonly line?: string | undefined;
  write(): void | Promise<void>;
}

export function compose(
  context: Context,
  session: Session,
  step: Send,
  what: Exclude<Sending, { form: 'parts' }>,
): Composed {
  const deadline = () => context.world.clock() + writeLimit(session, step);
  if (what.form === 'raw') return composeRaw(context, session, step, what, deadline);
  // Nearly every send: only the command is allocated.
  if (what.form === 'line') {
    const line = lineOctets(context, step, what.text);
    const sent = command(session, line, step, context);
    return composed(session, sent.bytes, [sent], deadline, line);
  }
  const lines = what.lines.map((line) => lineOctets(context, step, line));
  const commands = lines.map((line) => command(session, line, step, context));
  const bytes = Buffer.concat(commands.map((each) => each.bytes));
  return composed(session, bytes, commands, deadline, lines.length === 1 ? lines[0] : undefined);
}

function composed(
  session: Session,
  bytes: Buffer,
  commands: readonly Sent[],
  deadline: () => number,
  line: string | undefined,
): Composed {
  return {
    bytes,
    commands,
    due: commands.length,
    line,
    write() {
      session.midCommand = false;
      return transmit(session, bytes, commands, commands.length, deadline);
    },
  };
}

/** The octets of one line. A capture may have introduced a line break, which is an error. */
function lineOctets(context: Context, step: Step, text: Text): string {
  const line = fillText(context, text, step.on);
  if (typeof text !== 'string' && /[\r\n]/.test(line)) {
    throw new StepFailure('input.value', 'Cannot send the line: a captured value in it contains a line break', {
      span: step.span,
      hint: 'Use "send: { raw: … }" to send line breaks',
    });
  }
  return line;
}

/** A command line. It has a tag if the protocol has tags, unless the server asked for the rest of a command. */
function command(session: Session, line: string, step: Send, context: Context): Sent {
  const continues = session.continuing && step.tag === undefined;
  const tag = continues ? undefined : tagOf(session, step, context);
  if (tag !== undefined) return { bytes: Buffer.from(`${tag} ${line}\r\n`), tag, as: 'command' };
  return { bytes: Buffer.from(`${line}\r\n`), as: continues ? session.protocol.continuation : 'command' };
}

/** The author's tag, else a fresh one; `undefined` if the protocol has no tags. */
function tagOf(session: Session, step: Step, context: Context): string | undefined {
  if (session.tags === undefined) return undefined;
  const tag = step.kind === 'send' ? step.tag : undefined;
  const text = tag === undefined ? session.tags.fresh() : fillText(context, tag, step.on);
  session.continuing = false;
  return text;
}

/**
 * Sends a command with literals; before a synchronising one it waits for the server (RFC 9051 section 4.3). Resolves to
 * false if the reply has been compared already.
 */
export async function sendParts(
  context: Context,
  session: Session,
  step: Step,
  parts: readonly CommandPart[],
): Promise<boolean> {
  const tag = session.continuing ? undefined : tagOf(session, step, context);
  const deadline = () => context.world.clock() + writeLimit(session, step);
  let pending: Buffer[] = tag === undefined ? [] : [Buffer.from(`${tag} `)];
  let first = true;
  const flush = async (last: boolean) => {
    const bytes = Buffer.concat(pending);
    pending = [];
    await transmit(session, bytes, [partSent(bytes, first, tag)], last ? 1 : 0, deadline);
    first = false;
  };
  for (const part of parts) {
    const { octets, synchronising, announcement } = await partOctets(context, session, step, part);
    if (announcement !== undefined) pending.push(announcement);
    if (synchronising) {
      await flush(false);
      session.owed++;
      const asked = await askedToContinue(context, session, step);
      if (!asked) return false;
    }
    pending.push(octets);
  }
  pending.push(Buffer.from('\r\n'));
  await flush(true);
  session.midCommand = false;
  return true;
}

/** A command of parts as one piece, for a pipeline, which does not wait for `+`. */
export async function composeParts(
  context: Context,
  session: Session,
  step: Send,
  parts: readonly CommandPart[],
): Promise<Omit<Composed, 'write'>> {
  const tag = session.continuing ? undefined : tagOf(session, step, context);
  const pieces: Buffer[] = tag === undefined ? [] : [Buffer.from(`${tag} `)];
  for (const part of parts) {
    const { octets, synchronising, announcement } = await partOctets(context, session, step, part);
    if (synchronising) {
      throw new StepFailure(
        'input.value',
        'Cannot send a synchronizing literal in a pipeline: it must wait for the server',
        {
          span: step.span,
          hint: 'Write "plus: true" beside "literal", or send the command outside the pipeline',
        },
      );
    }
    pieces.push(announcement ?? Buffer.alloc(0), octets);
  }
  const bytes = Buffer.concat([...pieces, Buffer.from('\r\n')]);
  return { bytes, commands: [partSent(bytes, true, tag)], due: 1 };
}

function partSent(bytes: Buffer, first: boolean, tag: string | undefined): Sent {
  return { bytes, as: first ? 'command' : 'part', ...(tag !== undefined && { tag }) };
}

interface PartOctets {
  readonly octets: Buffer;
  /** `{5}` and its line ending, before the octets of a literal. */
  readonly announcement?: Buffer;
  /** The server must ask for the octets first. */
  readonly synchronising: boolean;
}

async function partOctets(context: Context, session: Session, step: Step, part: CommandPart): Promise<PartOctets> {
  if ('text' in part) return { octets: Buffer.from(lineOctets(context, step, part.text)), synchronising: false };
  const octets = await literalOctets(context, step, part.literal);
  const synchronising = session.protocol.literals?.synchronizing === true && !part.plus;
  return { octets, synchronising, announcement: Buffer.from(`{${octets.length}${synchronising ? '' : '+'}}\r\n`) };
}

async function literalOctets(context: Context, step: Step, literal: Literal): Promise<Buffer> {
  if (typeof literal === 'object' && 'file' in literal) return readContent(context, step, literal.file);
  if (typeof literal === 'string' || !('base64' in literal)) return Buffer.from(fillText(context, literal, step.on));
  const octets = strictBase64(fillText(context, literal.base64, step.on));
  if (octets !== undefined) return octets;
  throw new StepFailure('input.value', 'Cannot send the literal: its value is not base64', { span: step.span });
}

/**
 * Reads the reply to an announced literal: `+`, or the end of the command, which is compared with the step's
 * expectation.
 */
async function askedToContinue(context: Context, session: Session, step: Step): Promise<boolean> {
  const reply = await readReply(context, session, step);
  if (repliesLike(reply).asksForMore(reply)) {
    session.continuing = false;
    return true;
  }
  judgeReply(context, session, step, reply);
  return false;
}
