import { type Context, fillText } from '../engine/context.ts';
import type { Counterpart } from '../engine/counterpart.ts';
import { StepFailure } from '../engine/failure.ts';
import type { Session } from '../engine/session.ts';
import type { Expectation } from '../plan.ts';
import type { Sent } from '../protocol/reply.ts';
import type { Answered } from '../protocol/serving/serving.ts';
import type { Step } from '../steps.ts';
import { type Command, commandIn, isSameCommand, lacksLiteral, textOf, withoutEnd, withoutTag } from './commands.ts';
import { otherwise, quote } from './failures.ts';
import { beginLogin, type LoginUnderWay } from './logins.ts';
import { differenceIn, unstuffed } from './messages.ts';
import { Mirror, type MirrorOptions } from './mirror.ts';
import { replyFor } from './replies.ts';
import { Speaking, type SpeakingOptions } from './speaking.ts';

export interface CounterpartOptions extends SpeakingOptions, Pick<MirrorOptions, 'identity'> {
  /** The server's name for itself. */
  readonly host: string;
}

/** A command that the engine has not sent completely. */
interface Begun {
  readonly octets: Buffer;
  readonly sent: Sent;
}

/** Milliseconds after the last reply in which further commands of the client are noticed. */
const lastWords = 500;

/** The client of one connection of a scenario that is served. */
export class ServedClient implements Counterpart {
  readonly transport: Mirror;
  readonly #options: CounterpartOptions;
  readonly #speaking: Speaking;
  /** The current command, as far as the engine has sent it, if literals are still to come. */
  #begun: Begun | undefined;
  #login: LoginUnderWay | undefined;
  #answered: Pick<Answered, 'what' | 'line' | 'tag'> = { what: 'greeting', line: '' };

  constructor(options: CounterpartOptions) {
    const { link, context, observer, identity, patience } = options;
    this.#options = options;
    this.#speaking = new Speaking(options);
    this.transport = new Mirror({
      ...{ link, observer, identity, patience },
      clock: context.world.clock,
      exactly: (octets) => this.#speaking.exactOctets(octets),
      mayFail: () => mayFail(context),
    });
  }

  // --- Receiving ---

  async receive(commands: readonly Sent[], octets: Buffer): Promise<void> {
    if (octets.length === 0) return;
    if (commands[0]?.as === 'message') await this.#receiveMessage(octets);
    else for (const sent of commands) await this.#receiveSent(sent);
    this.transport.sent();
  }

  async #receiveSent(sent: Sent): Promise<void> {
    if (sent.as === 'sasl' && this.#login !== undefined) return this.#receiveResponse(sent);
    const begun = this.#begun ?? { octets: Buffer.alloc(0), sent };
    const octets = Buffer.concat([begun.octets, sent.bytes]);
    const command = commandIn(octets, this.#options.protocol);
    this.#begun = undefined;
    if (lacksLiteral(command, this.#options.protocol)) {
      // It is not known yet whether the author sends the literal with the next step.
      this.#begun = { octets, sent: begun.sent };
      return;
    }
    if (octets.at(-1) !== 0x0a) return this.#speaking.exactOctets(octets);
    const { tag, as } = begun.sent;
    const expected = tag === undefined ? command : withoutTag(command);
    if (as === 'command' && (await this.#receiveLogin(textOf(expected), tag))) return;
    // The rest of a command has no tag of its own; the tag is that of the whole command.
    await this.#receiveCommand(expected, tag, as === 'command' ? tag : this.#answered.tag);
  }

  async #receiveCommand(expected: Command, tag: string | undefined, whole: string | undefined): Promise<void> {
    const { protocol, context } = this.#options;
    const actual = this.#speaking.untagged(await this.#speaking.command(textOf(expected)), tag);
    this.#answered = { what: 'command', line: expected.segments[0]?.text ?? '', tag: whole };
    this.#speaking.compare(textOf(expected), textOf(actual), context.current?.served?.client, () =>
      isSameCommand(expected, actual, protocol.serving.quotes === true),
    );
  }

  async #receiveMessage(octets: Buffer): Promise<void> {
    const { current: step, signal } = this.#options.context;
    this.#answered = { what: 'message', line: '' };
    // For chunks and pieces, the lengths must be equal.
    if (!/(?:^|\r\n)\.\r\n$/.test(octets.toString('latin1', Math.max(0, octets.length - 5))))
      return this.#speaking.exactOctets(octets);
    const [expected, actual] = [unstuffed(octets), unstuffed(await this.#speaking.message())];
    const client = step?.served?.client;
    if (step?.kind !== 'message' || client !== undefined || step.message.source.from !== 'fields') {
      const isSame = () => expected.equals(actual);
      return this.#speaking.compare(expected.toString('latin1'), actual.toString('latin1'), client, isSame);
    }
    const difference = await differenceIn(step.message.source.fields, expected, actual, signal);
    if (difference === undefined) return;
    const { field, expected: wanted, actual: got } = difference;
    const words = `expected ${quote(wanted)}, got ${got === undefined ? 'nothing' : quote(got)}`;
    throw new StepFailure('client.mismatch', `"${field}" of the client's message: ${words}`, { span: step.span });
  }

  // --- Logins ---

  /** Receives the command of a SASL exchange; returns false if it is not one. */
  async #receiveLogin(expected: string, tag: string | undefined): Promise<boolean> {
    const { context, protocol, host } = this.#options;
    const { current: step } = context;
    const login = step?.kind === 'authenticate' ? beginLogin(step.credentials, protocol, expected, host) : undefined;
    if (login === undefined) return false;
    const actual = textOf(this.#speaking.untagged(await this.#speaking.command(expected), tag));
    this.#answered = { what: 'login', line: expected, tag };
    if (!login.begins(actual)) throw otherwise(expected, actual, this.#speaking.span);
    this.#login = login;
    if (!login.asksForInitial) return true;
    await this.#speaking.say(protocol.serving.challenge(''));
    await this.#speaking.exactLine(login.initial);
    return true;
  }

  async #receiveResponse({ bytes }: Sent): Promise<void> {
    const early = this.#login?.takeEarly();
    const expected = withoutEnd(bytes);
    if (early === undefined) return this.#speaking.exactLine(expected);
    if (early !== expected) throw otherwise(expected, early, this.#speaking.span);
  }

  // --- Replying ---

  async answer(session: Session, step: Step, expectation: Expectation): Promise<void> {
    if (session.parting !== undefined || session.parser.pending > 0 || this.transport.pending) return;
    const isOwn = expectation === step.expect;
    if (this.#begun !== undefined) {
      // The engine gets permission for its literal; the client gets it when its command is read.
      if (!isOwn) return this.transport.push(Buffer.from(this.#options.protocol.serving.goAhead ?? ''));
      await this.#receiveBeginning(this.#begun);
    }
    const login = isOwn ? undefined : this.#login;
    const challenge = login?.challenge();
    if (login === undefined) return this.#reply(session, step, expectation);
    if (challenge !== undefined) return this.#challenge(challenge, login);
    this.#login = undefined;
    await this.#reply(session, step, step.expect ?? expectation);
  }

  async #challenge(challenge: string, login: LoginUnderWay): Promise<void> {
    const text = this.#options.protocol.serving.challenge(challenge);
    this.transport.push(Buffer.from(text));
    // A client that has answered already is not asked.
    if (!login.early) await this.#speaking.say(text);
  }

  /** An author may send literals in several steps: up to there, it is a line. */
  async #receiveBeginning({ octets, sent: { tag } }: Begun): Promise<void> {
    this.#begun = undefined;
    const whole = commandIn(octets, this.#options.protocol);
    const text = await this.#speaking.line(textOf(whole));
    const actual = this.#speaking.untagged({ segments: [{ kind: 'line', text }] }, tag);
    const expected = tag === undefined ? whole : withoutTag(whole);
    this.#answered = { what: 'command', line: textOf(expected), tag };
    if (!isSameCommand(expected, actual, true)) throw otherwise(textOf(expected), textOf(actual), this.#speaking.span);
  }

  async #reply(session: Session, step: Step, expectation: Expectation): Promise<void> {
    const { context, name, host, protocol, link } = this.#options;
    if (expectation.kind === 'nothing') return this.transport.silence();
    if (expectation.kind === 'closed') {
      const [by] = expectation.by ?? [];
      if (by === 'RST') link.reset();
      else link.close();
      return this.transport.end(by);
    }
    const { lastAction, greeting, continuing } = session;
    const isGreeting = greeting === undefined && protocol.greets;
    const what = isGreeting ? 'greeting' : lastAction.kind === 'capabilities' ? 'capabilities' : this.#answered.what;
    const answered = { ...this.#answered, what, host, continuing };
    const reply = replyFor(step, expectation, protocol, (text) => fillText(context, text, name));
    if (reply.delay > 0) await context.pause(reply.delay);
    const { tag } = answered;
    this.transport.push(Buffer.from(reply.text(answered)));
    await this.#speaking.say(
      reply.text(tag === undefined ? answered : { ...answered, tag: this.#speaking.tagFor(tag) }),
    );
  }

  // --- The end ---

  async end(step: Step): Promise<void> {
    if ((await this.#speaking.end(this.#options.patience)) === 'closed') return;
    throw new StepFailure('client.timeout', 'expected the client to close the connection, and it did not', {
      span: step.span,
    });
  }

  async finish(): Promise<void> {
    await this.#speaking.end(lastWords);
  }
}

function mayFail({ current }: Context): boolean {
  return current !== undefined && 'fails' in current && current.fails !== false;
}
