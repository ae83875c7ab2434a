import { type Finding, type FindingName, finding } from './findings.ts';
import { contentLength, endsWithCrlf } from './octets.ts';
import type { Pop3Command } from './pop3-commands.ts';
import type { SentOctets } from './sent-octets.ts';
import { controlName } from './smtp-flaws.ts';

const SPACE = 0x20;
const TAB = 0x09;
const DELETE = 0x7f;
const DOT = 0x2e;

/** RFC 2449 section 4: the longest first line of a response and line of CAPA, including CRLF. */
const longestLine = 512;

export type Add = (name: FindingName, message: string, line: Buffer) => void;

/** Collects a reply's violations of the grammar, each once. */
export class Pop3Flaws {
  readonly #found: Finding[] = [];
  readonly #sent: SentOctets;

  constructor(sent: SentOctets) {
    this.#sent = sent;
  }

  readonly add: Add = (name, message, line) => {
    if (!this.#found.some((each) => each.name === name)) this.#found.push(finding(name, message, line));
  };

  get found(): readonly Finding[] {
    return [...this.#found];
  }

  take(): readonly Finding[] {
    return this.#found.splice(0);
  }

  /** RFC 1939 section 3, RFC 2449 section 3, "single-line". */
  examineStatus(line: Buffer): void {
    const end = contentLength(line);
    if (!endsWithCrlf(line)) this.add('pop3.reply.bare-lf', 'a line ends with LF, not with CRLF', line);
    if (line.length > longestLine) {
      const message = `the line has ${line.length} octets, more than the ${longestLine} that are allowed`;
      this.add('pop3.reply.length', message, line);
    }
    for (const octet of line.subarray(0, end)) {
      if (this.#sent.has(octet)) continue;
      if (octet > DELETE) this.add('pop3.reply.eight-bit', 'octets above 127 in the line', line);
      else if (octet === DELETE || (octet < SPACE && octet !== TAB)) {
        this.add('pop3.reply.control', `${controlName(octet)} within the line`, line);
      }
    }
  }

  /** RFC 1939 section 3: a line of a body, including its stuffed dot. */
  examineBodyLine(line: Buffer): void {
    if (!endsWithCrlf(line)) this.add('pop3.body.bare-lf', 'a line ends with LF, not with CRLF', line);
    if (line[0] === DOT && line[1] !== DOT && contentLength(line) > 1) {
      this.add('pop3.body.dot-stuffing', 'a line begins with a dot that was not doubled', line);
    }
  }

  /** Checks what a positive reply to a command says. */
  examineAnswer(command: Pop3Command, text: string, body: readonly string[] | undefined, raw: Buffer): void {
    const { name, argument } = command;
    if (body === undefined) answers[name]?.(this.add, argument, text, raw);
    else lists[name]?.(this.add, body, raw);
  }

  /** RFC 2595 section 4: a listed capability means that its command is permitted in the current state. */
  examineCapabilities(body: readonly string[], secured: boolean, raw: Buffer): void {
    for (const line of body) {
      if (line.length + '\r\n'.length > longestLine) {
        this.add('pop3.capa.length', `a line has more than ${longestLine} octets`, raw);
      }
      if (/[^\x00-\x7f]/.test(line)) this.add('pop3.capa.eight-bit', `octets above 127 in "${line}"`, raw);
      if (line.includes('\t')) this.add('pop3.capa.tab', `a tab in "${line}"`, raw);
      const words = line.trimEnd();
      if (words !== line) this.add('pop3.capa.trailing-space', `a space at the end of "${line}"`, raw);
      if (/^[ ]|[ ]{2}/.test(words)) this.add('pop3.capa.extra-space', `a space too many in "${line}"`, raw);
      const [tag = ''] = words.split(/[ \t]/, 1);
      // RFC 2449 section 3, "capa-tag".
      if (!/^[\x21-\x2d\x2f-\x7e]+$/.test(tag)) this.add('pop3.capa.keyword', `"${line}" begins with no keyword`, raw);
      if (secured && tag.toUpperCase() === 'STLS') {
        this.add('pop3.capa.starttls', 'STLS is offered although TLS is active', raw);
      }
    }
  }
}

/** RFC 1939 sections 5 and 7: numbers and sizes. What follows the size is up to the server. */
const answers: Readonly<Record<string, (add: Add, argument: string, text: string, raw: Buffer) => void>> = {
  STAT(add, _argument, text, raw) {
    if (!/^\d+ \d+(?: |$)/.test(text)) add('pop3.stat.syntax', `"${text}" is not a number of messages and a size`, raw);
  },
  LIST(add, argument, text, raw) {
    checkItem(add, 'pop3.list', isScanListing(text), argument, text, raw);
  },
  UIDL(add, argument, text, raw) {
    checkItem(add, 'pop3.uidl', isUniqueIdListing(text), argument, text, raw);
  },
};

type ListSubject = 'pop3.list' | 'pop3.uidl';

function checkItem(add: Add, subject: ListSubject, fits: boolean, asked: string, text: string, raw: Buffer): void {
  if (!fits) add(`${subject}.syntax`, `"${text}" is not ${listings[subject]}`, raw);
  else if (Number(text.split(' ', 1)[0]) !== Number(asked)) {
    add(`${subject}.number`, `"${text}" is not about message ${asked}`, raw);
  }
}

const listings = {
  'pop3.list': 'the number of a message and its size',
  'pop3.uidl': 'the number of a message and a unique-id of 1 to 70 characters',
} as const;

const lists: Readonly<Record<string, (add: Add, body: readonly string[], raw: Buffer) => void>> = {
  LIST: (add, body, raw) => checkLines(add, 'pop3.list', isScanListing, body, raw),
  UIDL: (add, body, raw) => checkLines(add, 'pop3.uidl', isUniqueIdListing, body, raw),
};

function checkLines(
  add: Add,
  subject: ListSubject,
  fits: (line: string) => boolean,
  body: readonly string[],
  raw: Buffer,
): void {
  const numbers = new Set<string>();
  for (const line of body) {
    if (!fits(line)) add(`${subject}.syntax`, `"${line}" is not ${listings[subject]}`, raw);
    const number = /^\d+/.exec(line)?.[0];
    if (number !== undefined && numbers.has(number)) add(`${subject}.duplicate`, `a second line for ${number}`, raw);
    if (number !== undefined) numbers.add(number);
  }
}

/** RFC 1939 section 5, "scan listing". */
function isScanListing(line: string): boolean {
  return /^[1-9]\d* \d+(?: |$)/.test(line);
}

/** RFC 1939 section 7, "unique-id listing": nothing may follow the unique-id. */
function isUniqueIdListing(line: string): boolean {
  return /^[1-9]\d* [\x21-\x7e]{1,70}$/.test(line);
}
