import type { Exchange } from '../authoring/exchange.ts';
import type { Written, WrittenMap } from '../authoring/written.ts';
import { protocols } from '../protocol/protocols.ts';
import { beginning, type Mbox, messageOf, type NextMessage, type Settings } from './imaptest-beginning.ts';
import { joined } from './imaptest-literals.ts';
import { responseCode, unwantedResponse, type Wanted, wantedResponse } from './imaptest-responses.ts';
import { sendingOf } from './imaptest-sending.ts';
import { Variables } from './imaptest-variables.ts';
import { ScriptBuilder, type ScriptFormat } from './script.ts';

const header = /^(capabilities|connections|messages|state|ignore_extra_untagged|user_start): *(.*)$/;
const status = '(?:ok|no|bad)(?:,(?:ok|no|bad))*';
/** `[CONNECTION] STATUS COMMAND`; the status may include a response code. */
const whole = new RegExp(`^(?:(\\d+) +)?(${status}|""|"(?:ok|no|bad)[^"]*") +([^\\[\\s].*)$`, 'is');
/** `[CONNECTION] STATUS [PREFIX]`, for a command that precedes its untagged responses. */
const ending = new RegExp(`^(?:(\\d+) +)?(${status}|"")(?: +(\\[.*))?$`, 'is');
/** `[CONNECTION] TAG STATUS [PREFIX]` */
const tagged = new RegExp(`^(?:(\\d+) +)?(\\S+) (${status}|"")(?: +(\\[.*))?$`, 'is');

const isHeader = (line: string): boolean => header.test(line);
/** Whether a line is the end of one of several commands that were sent at once. */
const isTagged = (line: string): boolean => /^tag/i.test(tagged.exec(line)?.[2] ?? '');

/**
 * Scripts for Dovecot's imaptest: a header, then commands with their status, each followed by its untagged responses.
 */
export const imaptest: ScriptFormat = {
  name: 'a script of imaptest',
  recognizes: (lines) =>
    (lines.some((line) => whole.test(line)) || (lines.some(isHeader) && lines.some(isTagged))) &&
    lines.every((line) => !/^(?:C|S): /.test(line)),
  read(lines, { mbox, exact, encoding }) {
    const settings = new Map(
      lines.flatMap((line) => {
        const [, name, value = ''] = header.exec(line) ?? [];
        return name === undefined ? [] : [[name, value.trim()] as const];
      }),
    );
    const count = Number(settings.get('connections') ?? 1);
    const names = count > 1 ? Array.from({ length: count }, (_, index) => `c${index + 1}`) : undefined;
    const reader = new Reader(settings, names, mbox);
    for (const each of beginning(settings, names, mbox)) reader.script.add(each);
    for (const line of joined(exact, encoding)) if (!header.test(line)) reader.line(line);
    reader.finish();
    return {
      protocol: protocols.imap,
      where: {},
      names: new Map([['imaptest', 'mailbox']]),
      captured: ['left_over', 'old', ...reader.variables.captured],
      ...(names && { connections: names }),
      unread: reader.script.unreadLines,
      dialogues: [reader.script.finish()],
    };
  },
};

interface Command {
  readonly text: string;
  readonly on: string | undefined;
  readonly tag?: string;
  status: string;
  prefix: string;
  readonly responses: string[];
  readonly comments: string[];
}

class Reader {
  readonly script = new ScriptBuilder();
  readonly variables = new Variables();
  readonly #settings: Settings;
  readonly #names: readonly string[] | undefined;
  readonly #mbox: Mbox | undefined;
  readonly #tags = new Set<string>();
  #open: Command[] = [];
  #comments: string[] = [];
  #appended = 0;

  constructor(settings: Settings, names: readonly string[] | undefined, mbox?: Mbox) {
    this.#settings = settings;
    this.#names = names;
    this.#mbox = mbox;
  }

  line(line: string): void {
    if (line.startsWith('#')) this.#comments.push(line.replace(/^# ?/, ''));
    else if (/^[*!?] /.test(line)) (this.#open.at(-1)?.responses ?? this.#comments).push(line);
    else if (line.trim() !== '') this.#command(line);
  }

  finish(): void {
    this.#close();
    for (const line of this.#comments.splice(0)) this.script.comment(line);
  }

  #command(line: string): void {
    const [, , tag = '', word = '', code = ''] = tagged.exec(line) ?? [];
    const answered = this.#open.find((each) => each.tag === tag);
    if (answered !== undefined) {
      answered.status = word;
      answered.prefix = code;
      this.#tags.add(tag);
      if (this.#open.every((each) => each.tag !== undefined && this.#tags.has(each.tag))) this.#close();
      return;
    }
    const [, , last, prefix = ''] = ending.exec(line) ?? [];
    const [open] = this.#open;
    if (last !== undefined && open?.status === '' && this.#open.length === 1) {
      open.status = last;
      open.prefix = prefix;
      this.#close();
      return;
    }
    const full = whole.exec(line);
    if (full !== null) {
      this.#close();
      const [, connection, own = '', text = ''] = full;
      this.#open.push(this.#new(text, connection, own));
      return;
    }
    const [, connection, first = '', text = ''] = /^(?:(\d+) +)?(\S+)(?: +(.*))?$/s.exec(line) ?? [];
    const isTag = /^tag/i.test(first);
    if (!isTag || this.#open.some((each) => each.tag === undefined)) this.#close();
    this.#open.push({
      ...this.#new(isTag ? text : `${first} ${text}`.trim(), connection, ''),
      ...(isTag && { tag: first }),
    });
  }

  #new(text: string, connection: string | undefined, own: string): Command {
    const on = this.#names?.[Math.max(0, Number(connection ?? 1) - 1)];
    const [, word = own, prefix = ''] = /^"(ok|no|bad) *(\[.*)?"$/i.exec(own) ?? [];
    return { text, on, status: word, prefix, responses: [], comments: this.#comments.splice(0) };
  }

  /** Turns the open commands into a step, or a pipeline if there are several. */
  #close(): void {
    const commands = this.#open.splice(0);
    this.#tags.clear();
    if (commands.length > 1) deal(commands);
    const steps = commands.map((command) => this.#step(command));
    this.variables.settle();
    const [first] = commands;
    if (first === undefined) return;
    const on = first.on === undefined ? {} : { on: first.on };
    const [only] = steps;
    if (only !== undefined && steps.length === 1) this.#add(only, on);
    else if (steps.every((step) => step !== undefined)) this.#add({ pipeline: steps }, on);
  }

  #add(step: WrittenMap, on: Pick<Exchange, 'on'>): void {
    this.script.add({ did: { kind: 'written', step }, ...on });
  }

  #step({ text, status: word, prefix, responses, comments }: Command): WrittenMap | undefined {
    for (const line of comments) this.script.comment(line);
    const sending = sendingOf(text, this.variables, this.#nextMessage(text));
    if (sending === undefined) {
      for (const line of [text, ...responses]) this.script.unread(line);
      return undefined;
    }
    const wanted: Wanted[] = [];
    for (const line of responses) {
      const read = line.startsWith('!') ? unwantedResponse : wantedResponse;
      const found = line.startsWith('?') ? { untagged: [], codes: [] } : read(line.slice(2).trim(), this.variables);
      if (found === undefined) this.script.unread(line);
      else wanted.push(found);
    }
    const code = prefix === '' ? undefined : responseCode(prefix.slice(1, prefix.indexOf(']')), this.variables);
    const codes = [...(code === undefined ? [] : [code]), ...wanted.flatMap((each) => each.codes)];
    const untagged = [...wanted.flatMap((each) => each.untagged), ...this.#noOthers(responses)];
    const expect = expectation(word, codes, untagged);
    const captures: WrittenMap = Object.assign({}, ...wanted.map((each) => each.captures ?? {}));
    return {
      send: sending,
      ...(expect !== undefined && { expect }),
      ...(Object.keys(captures).length > 0 && { capture: captures }),
    };
  }

  /** `append` without a message: the next one; after the last, the first again. */
  #nextMessage(text: string): NextMessage | undefined {
    if (!/^append\b/i.test(text) || this.#mbox === undefined) return undefined;
    return messageOf(this.#mbox, this.#appended++);
  }

  #noOthers(responses: readonly string[]): readonly Written[] {
    if (this.#settings.get('ignore_extra_untagged') !== 'no') return [];
    return ['EXISTS', 'EXPUNGE', 'FETCH'].flatMap((name) =>
      responses.some((line) => line.toUpperCase().includes(` ${name}`)) ? [] : [{ none: name }],
    );
  }
}

/** The responses to commands that were sent at once are in order, if there is one for each. */
function deal(commands: readonly Command[]): void {
  const responses = commands.flatMap((each) => each.responses.splice(0));
  for (const [index, line] of responses.entries())
    commands[responses.length === commands.length ? index : commands.length - 1]?.responses.push(line);
}

function expectation(word: string, codes: readonly Written[], untagged: readonly Written[]): Written | undefined {
  const all = word
    .replace(/"/g, '')
    .split(',')
    .filter((each) => each !== '')
    .map((each) => each.toUpperCase());
  // `""`: any reply.
  const [only] = all;
  if (all.length === 0) all.push('OK', 'NO', 'BAD');
  if (codes.length === 0 && untagged.length === 0) return only === undefined || all.length > 1 ? { status: all } : only;
  const [code] = codes;
  return {
    status: only === undefined || all.length > 1 ? all : only,
    ...(code !== undefined && { response_code: codes.length === 1 ? code : codes }),
    ...(untagged.length > 0 && { untagged }),
  };
}
