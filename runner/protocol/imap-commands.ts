import { firstWord } from './imap-response.ts';
import type { Sent } from './reply.ts';
import { createCommandWatcher } from './sent-commands.ts';

/** The commands of an IMAP connection, by tag: what responses to them may be. */
export class ImapCommands {
  /** Whether each is SORT. */
  readonly #commands = new Map<string, boolean>();
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

  #note(tag: string, line: string): void {
    this.#commands.set(tag, /^[^ ]+ (?:UID )?SORT /i.test(line));
  }
}

/** A tag, and the words after it. */
const longestHead = 256;
