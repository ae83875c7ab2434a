import { type Context, scopeFor } from '../engine/context.ts';
import { StepFailure } from '../engine/failure.ts';
import { judge } from '../matchers/match.ts';
import type { Matcher } from '../plan.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { Span } from '../source.ts';
import type { TransportObserver } from '../transport/transport.ts';
import { type Command, firstWord, readCommand, textOf, withoutEnd, withoutTag } from './commands.ts';
import { lacking, otherwise, quote, unmet } from './failures.ts';
import type { Link } from './link.ts';

export interface SpeakingOptions {
  readonly context: Context;
  /** The connection's name in the scenario. */
  readonly name: string;
  readonly protocol: Protocol;
  readonly link: Link;
  readonly observer: TransportObserver;
  /** How long the client may take, in milliseconds. */
  readonly patience: number;
}

/**
 * What is sent and received on one connection, recorded in the transcript. Throws a `StepFailure` if the client sends
 * something else.
 */
export class Speaking {
  readonly #options: SpeakingOptions;
  /** The client's tags, by the engine's. */
  readonly #tags = new Map<string, string>();

  constructor(options: SpeakingOptions) {
    this.#options = options;
  }

  get span(): Span {
    const { current, scenario } = this.#options.context;
    return current?.span ?? scenario.span;
  }

  async say(text: string): Promise<void> {
    const { observer, link } = this.#options;
    const octets = Buffer.from(text);
    observer.received(octets);
    await link.write(octets);
  }

  /** A complete command, whose literals have been asked for. */
  async command(expected: string): Promise<Command> {
    const { protocol, link, patience } = this.#options;
    const came = await readCommand(link, protocol, patience, (goAhead) => this.say(goAhead));
    if (typeof came === 'string') throw lacking(came, expected, patience, this.span);
    this.#heard(expected, `${textOf(came)}\r\n`);
    return came;
  }

  /** A line, without its line ending. */
  async line(expected: string): Promise<string> {
    const { link, patience } = this.#options;
    const came = await link.line(patience);
    if (typeof came === 'string') throw lacking(came, expected, patience, this.span);
    this.#heard(expected, came.toString('latin1'));
    return withoutEnd(came);
  }

  async exactLine(expected: string): Promise<void> {
    const actual = await this.line(expected);
    if (actual !== expected) throw otherwise(expected, actual, this.span);
  }

  async exactOctets(octets: Buffer): Promise<void> {
    const { link, patience } = this.#options;
    const expected = octets.toString('latin1');
    const came = await link.octets(octets.length, patience);
    if (typeof came === 'string') throw lacking(came, expected, patience, this.span);
    const actual = came.toString('latin1');
    this.#heard(expected, actual);
    if (actual !== expected) throw otherwise(expected, actual, this.span);
  }

  /** A message with its final dot. */
  async message(): Promise<Buffer> {
    const { link, patience } = this.#options;
    const came = await link.dotted(patience);
    if (typeof came === 'string') throw lacking(came, 'a message', patience, this.span);
    this.#heard('', came.toString('latin1'));
    return came;
  }

  /** Waits until the client closes the connection, or for `ms` without activity. */
  async end(ms: number): Promise<'closed' | 'late'> {
    const came = await this.#options.link.anything(ms);
    if (came === 'closed' || came === 'late') return came;
    if (came === 'too long') throw lacking(came, 'nothing', ms, this.span);
    const actual = came.toString('latin1');
    this.#heard('', actual);
    throw new StepFailure('client.mismatch', `expected nothing more of the client, got ${quote(actual)}`, {
      span: this.span,
    });
  }

  /** Stores the client's tag for the engine's. */
  untagged(came: Command, tag: string | undefined): Command {
    if (tag === undefined) return came;
    this.#tags.set(tag, firstWord(came));
    return withoutTag(came);
  }

  tagFor(tag: string): string {
    return this.#tags.get(tag) ?? tag;
  }

  /** Compares with the scenario's text, or with what its `client` allows instead. */
  compare(expected: string, actual: string, client: Matcher | undefined, isSame: () => boolean): void {
    if (client === undefined) {
      if (!isSame()) throw otherwise(expected, actual, this.span);
      return;
    }
    const scope = scopeFor(this.#options.context, this.#options.name);
    const verdict = judge(client, Buffer.from(actual, 'latin1').toString(), scope);
    if (verdict.outcome !== 'holds') throw unmet(actual, verdict.mismatches(), this.span);
    for (const { name, value, items } of verdict.captures) scope.capture(name, value, items);
  }

  /** A text received where a secret was expected may be a secret, too. */
  #heard(expected: string, octets: string): void {
    const { observer, context } = this.#options;
    const { redactor } = context;
    const actual = octets.replace(/\r?\n$/, '');
    if (actual !== expected && redactor.find(expected).length > 0 && redactor.find(actual).length === 0) {
      const rest = /\S+$/.exec(actual)?.[0];
      if (rest !== undefined) redactor.add('something else', Buffer.from(rest, 'latin1'));
    }
    observer.sent(Buffer.from(octets, 'latin1'));
  }
}
