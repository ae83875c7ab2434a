import { firstWord } from './imap-response.ts';
import type { Sent } from './reply.ts';
import { createCommandWatcher } from './sent-commands.ts';

/**
 * RFC 9051 section 7.5.1, RFC 5256 section 3: while only these are under way, message numbers must not change. Their UID
 * forms name no numbers.
 */
const numbersStay = /^[^ ]+ (?:FETCH|STORE|SEARCH|SORT|THREAD) /i;

/** The commands of an IMAP connection, by tag: what responses to them may be. */
export class ImapCommands {
  /** Whether each is SORT. */
  readonly #commands = new Map<string, boolean>();
  /** Those under way, and whether message numbers must stay as they are. */
  readonly #open = new Map<string, boolean>();
  readonly #watcher = createCommandWatcher((line) => this.#note(firstWord(line), line));

  sent(command: Sent): void {
    if (command.tag === undefined) this.#watcher.feed(command);
    // The parts of a command have its tag as well.
    else if (command.as === 'command') this.#note(command.tag, command.bytes.toString('latin1', 0, longestHead));
  }

  has(tag: string): boolean {
    return this.#commands.has(tag) || tag === firstWord(this.#watcher.unfinished);
  }

  /** RFC 5267 section 3: its ESEARCH is in its order. */
  isSort(tag: string): boolean {
    return this.#commands.get(tag) === true;
  }

  /** A command's tagged response came. */
  completed(tag: string): void {
    this.#open.delete(tag);
  }

  /** Whether each command under way forbids that message numbers change. */
  get forbidsExpunge(): boolean {
    return this.#open.size > 0 && [...this.#open.values()].every(Boolean);
  }

  #note(tag: string, line: string): void {
    // A line of one word, such as DONE, gets no tagged response of its own.
    if (line.includes(' ')) this.#open.set(tag, numbersStay.test(line));
    this.#commands.set(tag, /^[^ ]+ (?:UID )?SORT /i.test(line));
  }
}

/** A tag, and the words after it. */
const longestHead = 256;
