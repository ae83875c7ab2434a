import { type Fields, type Value, words } from '../value.ts';
import { limitError, limits, violation } from './limits.ts';
import { createLiteralReader } from './literal-reader.ts';
import { createOctetReader } from './octets.ts';
import { parserOf } from './parser.ts';
import type { ProtocolError, ReplyParser, SieveReply } from './reply.ts';
import { createCommandWatcher } from './sent-commands.ts';
import { type DataLine, type FinalLine, readLine } from './sieve-grammar.ts';

/**
 * RFC 5804 section 1.2. One `take` gives the data lines up to OK, NO or BYE. What the server sends unasked, its
 * capabilities in the greeting and again after STARTTLS's handshake (section 2.2), is a reply like any other.
 *
 * While AUTHENTICATE is under way, a line that is one string is a challenge (section 2.1): a reply of status `+`,
 * whose `text` and only line are the string, still in base64.
 *
 * `text` is the text for people, its lines joined by LF, behind the response code in its parentheses. `lines` are the data lines with their
 * strings in quotes, however they were sent; of GETSCRIPT, the script's lines. `capabilities` are those of a reply
 * that no command asked for, and of CAPABILITY's.
 *
 * After a `ProtocolError` every `take` throws it again, until `drain`.
 */
export function createSieveParser(): ReplyParser {
  const reader = createOctetReader();
  const responses = createLiteralReader({ reader, mayHaveLiteral: () => true, rule: 'RFC 5804 section 4' });
  /** The commands sent and not answered, in upper case. */
  let due: string[] = [];
  /** What comes next, no command asked for. */
  let unasked = true;
  const watcher = createCommandWatcher(
    (line) => {
      // The answers to a challenge are strings.
      const command = /^[A-Za-z]+/.exec(line)?.[0];
      if (command !== undefined) due.push(command.toUpperCase());
    },
    { literals: true },
  );

  /** The reply under way. */
  let raws: Buffer[] = [];
  let rawOctets = 0;
  let data: DataLine[] = [];
  /** Complete, and not taken. */
  let ready: SieveReply | undefined;
  let broken: ProtocolError | undefined;

  function complete(): SieveReply | undefined {
    for (;;) {
      const first = reader.at(0);
      // Before the line ends, so that a server of another protocol is not waited for.
      if (unasked && raws.length === 0 && reader.taken === 0 && first !== undefined && !mayBegin(first)) {
        throw violation('the greeting begins with neither a string nor OK, NO or BYE', capabilityRule, reader.rest());
      }
      const raw = responses.next();
      if (raw === undefined) return undefined;
      raws.push(raw);
      rawOctets += raw.length;
      if (rawOctets > limits.longestReply) throw limitError('longestReply', raw);
      if (raws.length > limits.mostLines) throw limitError('mostLines', raw);
      const line = readLine(raw);
      const command = unasked ? undefined : due[0];
      if (line.kind === 'final') return finalReply(line, command, data, Buffer.concat(raws));
      const challenge = command === 'AUTHENTICATE' && line.items.length === 1 ? line.items[0]?.value : undefined;
      if (typeof challenge === 'string') return challengeReply(challenge, Buffer.concat(raws));
      data.push(line);
    }
  }

  function read(): SieveReply | undefined {
    if (broken) throw broken;
    try {
      ready ??= complete();
      return ready;
    } catch (error) {
      broken = error as ProtocolError;
      throw error;
    }
  }

  function restart(): void {
    raws = [];
    rawOctets = 0;
    data = [];
    ready = undefined;
  }

  return parserOf({
    sent: watcher.feed,
    push: (bytes) => reader.push(bytes),
    take() {
      const reply = read();
      if (reply === undefined) return undefined;
      restart();
      if (reply.status === '+') return reply;
      const answered = unasked ? undefined : due[0];
      if (!unasked) due = due.slice(1);
      // RFC 5804 section 2.2: after the handshake the server sends its capabilities.
      unasked = answered === 'STARTTLS' && reply.status === 'OK';
      return reply;
    },
    settle: () => void read(),
    unread: () => ready !== undefined || broken !== undefined,
    pending() {
      return rawOctets + reader.pending;
    },
    drain() {
      const all = Buffer.concat([...raws, reader.drain()]);
      restart();
      responses.reset();
      due = [];
      broken = undefined;
      return all;
    },
  });
}

const capabilityRule = 'RFC 5804 section 1.7';

/** A string, a literal, OK, NO, BYE. */
function mayBegin(octet: number): boolean {
  return '"{OoNnBb'.includes(String.fromCharCode(octet));
}

function challengeReply(challenge: string, raw: Buffer): SieveReply {
  return { protocol: 'sieve', status: '+', raw, lines: [challenge], text: challenge };
}

function finalReply(
  { status, responseCode, text }: FinalLine,
  command: string | undefined,
  data: readonly DataLine[],
  raw: Buffer,
): SieveReply {
  // Patterns see lines joined by LF; a literal has CRLF, and often one at its end.
  const shown = text?.replaceAll('\r\n', '\n').replace(/\n$/, '');
  const parts = [responseCode && `(${responseCode.text})`, shown];
  const capabilities = command === undefined || command === 'CAPABILITY' ? capabilitiesOf(data, raw) : undefined;
  return {
    protocol: 'sieve',
    status,
    raw,
    lines: data.flatMap((line) => (command === 'GETSCRIPT' ? scriptLines(line) : [line.text])),
    text: parts.filter((part) => part !== undefined).join(' '),
    ...(responseCode && { responseCode }),
    ...(capabilities && { capabilities }),
  };
}

/** RFC 5804 section 2.9: one string, the script. */
function scriptLines({ items, text }: DataLine): readonly string[] {
  const script = items.length === 1 ? items[0]?.value : undefined;
  return typeof script === 'string' ? script.replace(/\r?\n$/, '').split(/\r?\n/) : [text];
}

/** RFC 5804 section 1.7 (EXTLISTS: RFC 6134 section 2.5): what is a list of words. */
const wordLists: ReadonlySet<string> = new Set(['SASL', 'SIEVE', 'NOTIFY', 'EXTLISTS']);

/** None where there are no data. A capability without a value has no words. */
function capabilitiesOf(data: readonly DataLine[], raw: Buffer): Fields | undefined {
  if (data.length === 0) return undefined;
  return Object.fromEntries(
    data.map(({ items }) => {
      const [name, value] = items;
      if (items.length > 2 || typeof name?.value !== 'string' || (value && value.form !== 'string')) {
        throw violation('a capability is more than a name and a value', capabilityRule, raw);
      }
      const key = name.value.toUpperCase();
      return [key, capabilityValue(key, value?.value)];
    }),
  );
}

function capabilityValue(name: string, value: Value | undefined): Value {
  if (typeof value !== 'string') return words([]);
  return wordLists.has(name)
    ? words(
        value.split(' ').filter((word) => word !== ''),
        { text: value },
      )
    : value;
}
