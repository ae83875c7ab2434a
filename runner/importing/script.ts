import type { Exchange } from '../authoring/exchange.ts';
import type { Written } from '../authoring/written.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { protocols } from '../protocol/protocols.ts';
import type { Mbox } from './imaptest-beginning.ts';
import type { Where } from './pasted.ts';

/** A dialogue that becomes a scenario. */
export interface Dialogue {
  /** Its name in the text, if there are several. */
  readonly name?: string;
  readonly exchanges: readonly Exchange[];
  /** What follows its last step in the text. */
  readonly rest: readonly string[];
}

/** A test for another program: what it sends, and what it expects. */
export interface Script {
  readonly protocol: Protocol;
  readonly where: Where;
  readonly dialogues: readonly Dialogue[];
  readonly connections?: readonly string[];
  /** The names of our variables with a default, by that default. */
  readonly names?: ReadonlyMap<string, string>;
  /** The names that its replies give a value. */
  readonly captured?: readonly string[];
  /** Its own variables without a known value, by our names for them, which the scenario requires. */
  readonly macros?: ReadonlyMap<string, string>;
  /** How many lines could not be imported; the other comments are the script's own. */
  readonly unread?: number;
}

/** Why a text cannot be imported. */
export interface Refused {
  readonly problem: string;
  readonly hint: string;
}

/** What a script may need in addition to its lines. */
export interface ScriptSource {
  /** The messages that it appends, if they are in a separate file. */
  readonly mbox?: Mbox | undefined;
  /** Its lines with their carriage returns. */
  readonly exact: readonly string[];
  /** How its octets were decoded. */
  readonly encoding: 'utf8' | 'latin1';
  /** The server's protocol, if the user gave it. */
  readonly protocol?: Protocol | undefined;
  /** The only dialogue that the user wants. */
  readonly only?: string | undefined;
}

/** A kind of test that can be recognized. */
export interface ScriptFormat {
  readonly name: string;
  readonly recognizes: (lines: readonly string[]) => boolean;
  readonly read: (lines: readonly string[], source: ScriptSource) => Script | Refused;
}

/** Collects exchanges from the lines of a script. */
export class ScriptBuilder {
  readonly #exchanges: Exchange[] = [];
  #comments: string[] = [];
  #unread = 0;

  /** Notes a line that cannot be imported. */
  unread(text: string): void {
    this.#unread++;
    this.#comments.push(text.replaceAll(/[\u0001\u0002]/g, '…'));
  }

  comment(text: string): void {
    this.#comments.push(text);
  }

  add(exchange: Omit<Exchange, 'came' | 'comments'>): void {
    this.#exchanges.push({ ...exchange, came: [], comments: this.#comments });
    this.#comments = [];
  }

  /** Adds a requirement on the reply to the last action, or to `on`; before any action, on the greeting. */
  expect(
    pinned: Written,
    together: (before: Written, next: Written) => Written,
    of = this.#exchanges.length - 1,
  ): void {
    const done = this.#exchanges[of];
    if (done === undefined) this.add({ did: { kind: 'wait' }, pinned });
    else this.#exchanges[of] = { ...done, pinned: done.pinned === undefined ? pinned : together(done.pinned, pinned) };
  }

  /** The index of the first of the last commands without an expectation: they were sent at once. */
  get unanswered(): number {
    return this.#exchanges.findLastIndex(({ pinned }) => pinned !== undefined) + 1;
  }

  get length(): number {
    return this.#exchanges.length;
  }

  /** Adds another reply. */
  another(pinned: Written): void {
    this.add({ did: { kind: 'wait' }, pinned });
  }

  get last(): Exchange | undefined {
    return this.#exchanges.at(-1);
  }

  get unreadLines(): number {
    return this.#unread;
  }

  finish(): Dialogue {
    return { exchanges: this.#exchanges, rest: this.#comments };
  }
}

/** The protocol whose typical beginnings these lines have. */
export function protocolOfLines(lines: readonly string[]): Protocol | undefined {
  return Object.values(protocols).findLast(
    ({ begins }) => begins !== undefined && lines.some((line) => begins.test(line)),
  );
}

/**
 * Turns another program's pattern for a line of a reply into an expectation: the status, if the pattern begins with
 * one, and a pattern for the rest.
 */
export function replyPattern(source: string, { replies: { status } }: Protocol): Written {
  const bare = source
    .replace(/^\^/, '')
    .replace(/\$$/, '')
    .replace(/^\(\?[a-z]+\)/, '');
  const words = status.form === 'word' ? status.words.map(escaped).join('|') : '[1-5][0-9]{2}';
  const [, word, rest = ''] =
    status.form === 'none' ? [] : (new RegExp(`^(${words})(?:[ -]|\\[ -\\]|\\\\s|$)?(.*)$`).exec(bare) ?? []);
  if (word === undefined) return { lines: [`/${slashed(bare)}/`] };
  const plain = word.replace(/\\/g, '');
  const key = status.form === 'code' ? { code: Number(plain) } : { status: plain };
  if (rest === '' || rest === '.*' || rest === '.+') return status.form === 'code' ? Number(plain) : plain;
  return { ...key, text: `/(?m)^${slashed(rest)}/` };
}

function escaped(word: string): string {
  const literal = word.replace(/[+*]/g, '\\$&');
  // As patterns contain it, and as people write it in one.
  return `${literal}|${word.replace(/[+*]/g, '\\\\\\$&')}`;
}

/** The source of a pattern, without variables. */
export function slashed(source: string): string {
  return source.replaceAll('${', '\\$\\{');
}

/** Combines requirements on one reply. */
export function allOf(before: Written, next: Written): Written {
  return Array.isArray(before) ? [...(before as readonly Written[]), next] : [before, next];
}
