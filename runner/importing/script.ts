import type { Exchange } from '../authoring/exchange.ts';
import type { Written } from '../authoring/written.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { protocols } from '../protocol/protocols.ts';
import type { Mbox } from './imaptest-beginning.ts';
import type { Where } from './pasted.ts';

/** What becomes a scenario. */
export interface Dialogue {
  /** What the text calls it, where it has several. */
  readonly name?: string;
  readonly exchanges: readonly Exchange[];
  /** What the text says after its last step. */
  readonly rest: readonly string[];
}

/** A test of another program: what it sends, and what it expects. */
export interface Script {
  readonly protocol: Protocol;
  readonly where: Where;
  readonly dialogues: readonly Dialogue[];
  readonly connections?: readonly string[];
  /** What stands for our variables that have a default, by it. */
  readonly names?: ReadonlyMap<string, string>;
  /** Names that its replies give a value. */
  readonly captured?: readonly string[];
  /** Values of its own variables that nobody knows here, by what stands for them: they are required. */
  readonly macros?: ReadonlyMap<string, string>;
  /** How many lines cannot be written; the other comments are its own. */
  readonly unread?: number;
}

/** Why a text cannot be imported. */
export interface Refused {
  readonly problem: string;
  readonly hint: string;
}

/** What a script may need beside its lines. */
export interface ScriptSource {
  /** The messages that it appends, where they are in a file beside it. */
  readonly mbox?: Mbox | undefined;
  /** Its lines with the carriage returns that they end with. */
  readonly exact: readonly string[];
  /** How its octets became text. */
  readonly encoding: 'utf8' | 'latin1';
  /** What the server speaks, where the user said so. */
  readonly protocol?: Protocol | undefined;
  /** The only one of its dialogues that the user wants. */
  readonly only?: string | undefined;
}

/** A kind of test that is recognized. */
export interface ScriptFormat {
  readonly name: string;
  readonly recognizes: (lines: readonly string[]) => boolean;
  readonly read: (lines: readonly string[], source: ScriptSource) => Script | Refused;
}

/** Exchanges as a script's lines tell of them. */
export class ScriptBuilder {
  readonly #exchanges: Exchange[] = [];
  #comments: string[] = [];
  #unread = 0;

  /** What cannot be written. */
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

  /** One more requirement on the reply to the last thing that was done, or to this one; or on what comes before anything is. */
  expect(
    pinned: Written,
    together: (before: Written, next: Written) => Written,
    of = this.#exchanges.length - 1,
  ): void {
    const done = this.#exchanges[of];
    if (done === undefined) this.add({ did: { kind: 'wait' }, pinned });
    else this.#exchanges[of] = { ...done, pinned: done.pinned === undefined ? pinned : together(done.pinned, pinned) };
  }

  /** The first of the commands at the end that nothing is expected of: they were sent at once. */
  get unanswered(): number {
    return this.#exchanges.findLastIndex(({ pinned }) => pinned !== undefined) + 1;
  }

  get length(): number {
    return this.#exchanges.length;
  }

  /** A reply of its own. */
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

/** The protocol whose beginnings these lines have. */
export function protocolOfLines(lines: readonly string[]): Protocol | undefined {
  return Object.values(protocols).findLast(
    ({ begins }) => begins !== undefined && lines.some((line) => begins.test(line)),
  );
}

/**
 * Another program's pattern over a line of a reply as an expectation: the status for itself, where the pattern begins
 * with one, and the rest as a pattern over the text.
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
  // As a pattern has it, and as a person writes it in one.
  return `${literal}|${word.replace(/[+*]/g, '\\\\\\$&')}`;
}

/** A pattern's source in which no variable stands. */
export function slashed(source: string): string {
  return source.replaceAll('${', '\\$\\{');
}

/** Requirements on one reply. */
export function allOf(before: Written, next: Written): Written {
  return Array.isArray(before) ? [...(before as readonly Written[]), next] : [before, next];
}
