import { firstWord } from './imap-response.ts';
import type { Sent } from './reply.ts';
import { createCommandWatcher } from './sent-commands.ts';

/**
 * RFC 9051 section 7.5.1, RFC 5256 section 3: while only these commands are in progress, message numbers must not
 * change. Their UID forms do not use message numbers.
 */
const numbersStay = /^[^ ]+ (?:FETCH|STORE|SEARCH|SORT|THREAD) /i;

/** The commands of an IMAP connection by tag, which determine what responses may follow. */
export class ImapCommands {
  /** Whether each command is SORT. */
  readonly #commands = new Map<string, boolean>();
  /** For each command in progress, whether message numbers must not change. */
  readonly #open = new Map<string, boolean>();
  readonly #watcher = createCommandWatcher((line) => this.#note(firstWord(line), line));

  sent(command: Sent): void {
    if (command.tag === undefined) this.#watcher.feed(command);
    // Each part of a command has the command's tag.
    else if (command.as === 'command') this.#note(command.tag, command.bytes.toString('latin1', 0, longestHead));
  }

  has(tag: string): boolean {
    return this.#commands.has(tag) || tag === firstWord(this.#watcher.unfinished);
  }

  /** RFC 5267 section 3: the ESEARCH response to SORT is in the requested order. */
  isSort(tag: string): boolean {
    return this.#commands.get(tag) === true;
  }

  /** The command's tagged response arrived. */
  completed(tag: string): void {
    this.#open.delete(tag);
  }

  /** Whether every command in progress forbids changes of message numbers. */
  get forbidsExpunge(): boolean {
    return this.#open.size > 0 && [...this.#open.values()].every(Boolean);
  }

  #note(tag: string, line: string): void {
    // A line of one word, such as DONE, does not get a tagged response of its own.
    if (line.includes(' ')) this.#open.set(tag, numbersStay.test(line));
    this.#commands.set(tag, /^[^ ]+ (?:UID )?SORT /i.test(line));
  }
}

/** Enough for a tag and the words after it. */
const longestHead = 256;
