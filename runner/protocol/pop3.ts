import { decodeText } from '../encoding.ts';
import { bodyLine, type Framing, isLastLine, isSameFraming } from './framing.ts';
import { limitError, limits, violation } from './limits.ts';
import { createOctetReader, decodeLine, endsWithCrlf, type OctetReader } from './octets.ts';
import { parserOf } from './parser.ts';
import type { Pop3Reply, ProtocolError, ReplyParser, ResponseCode } from './reply.ts';
import { createCommandWatcher } from './sent-commands.ts';

/** Which commands have a body after `+OK`. RFC 1939 sections 5 and 7, RFC 2449 section 5, RFC 6856 section 3. */
const bodies: Readonly<Record<string, 'always' | 'without argument'>> = {
  CAPA: 'always',
  RETR: 'always',
  TOP: 'always',
  LIST: 'without argument',
  UIDL: 'without argument',
  LANG: 'without argument',
  // Not in RFC 5034: servers list their mechanisms, as they did in the drafts of RFC 1734.
  AUTH: 'without argument',
};

/** RFC 1939 section 3. */
const byDot: Framing = { ends: 'dot' };

/**
 * RFC 1939 section 3. One `take` gives the greeting, a status line with its body where the command has one, or a
 * challenge. Replies to pipelined commands (RFC 2449 section 6.6) come in the commands' order. `want.framing` says
 * how the body of a positive reply ends, whatever the command: its end line belongs to the reply, and not to its body.
 *
 * After a `ProtocolError` every `take` throws it again, until `drain`.
 */
export function createPop3Parser(): ReplyParser {
  const reader = createOctetReader();
  /** Whether each command sent and not answered has a body. */
  let due: boolean[] = [];
  let greeted = false;
  /** The last reply was a challenge: the next line sent answers it. */
  let challenged = false;
  const watcher = createCommandWatcher((line) => {
    if (challenged) challenged = false;
    else due.push(hasBody(line));
  });

  /** The reply under way: its status line, and its body as `framing` reads it. */
  let status: StatusLine | undefined;
  let body: string[] = [];
  let framing: Framing | undefined;
  let broken: ProtocolError | undefined;
  /** Read by `settle`, and still before the reader's cut. */
  let ready: Pop3Reply | undefined;

  function forget(): void {
    status = ready = undefined;
    body = [];
  }

  function line(): Buffer | undefined {
    const found = reader.line();
    if (found === undefined) return undefined;
    // RFC 1939 section 3: every line ends with CRLF, those of a body too.
    if (!endsWithCrlf(found)) throw violation('a line ends with LF alone, not with CRLF', 'RFC 1939 section 3', found);
    if (reader.taken > limits.longestReply) throw limitError('longestReply', found);
    return found;
  }

  function complete(wanted: Framing | undefined): Pop3Reply | undefined {
    if (status === undefined) {
      if (!mayBegin(reader)) throw noStatus(reader.rest());
      const found = line();
      if (found === undefined) return undefined;
      status = statusLine(found);
    }
    const ends = status.status === '+OK' ? (wanted ?? (greeted && due[0] ? byDot : undefined)) : undefined;
    if (ends === undefined) return replyOf(status);
    for (let found = line(); found !== undefined; found = line()) {
      const text = decodeLine(found);
      if (isLastLine(ends, text)) return replyOf(status, body);
      body.push(bodyLine(ends, text));
      if (body.length > limits.mostLines) throw limitError('mostLines', found);
    }
    return undefined;
  }

  function read(wanted: Framing | undefined): Pop3Reply | undefined {
    if (broken) throw broken;
    if (!isSameFraming(framing, wanted)) {
      reader.rewind();
      forget();
      framing = wanted;
    }
    if (ready) return ready;
    try {
      ready = complete(wanted);
      return ready;
    } catch (error) {
      broken = error as ProtocolError;
      throw error;
    }
  }

  return parserOf({
    sent: watcher.feed,
    push: (bytes) => reader.push(bytes),
    take(want) {
      const reply = read(want?.framing);
      if (reply === undefined) return undefined;
      if (reply.status !== '+') {
        if (greeted) due = due.slice(1);
        greeted = true;
      }
      challenged = reply.status === '+';
      forget();
      return { ...reply, raw: reader.cut() };
    },
    settle() {
      if (ready === undefined) read(undefined);
    },
    unread: () => ready !== undefined || broken !== undefined,
    pending: () => reader.pending,
    drain() {
      forget();
      broken = undefined;
      due = [];
      challenged = false;
      return reader.drain();
    },
  });
}

function hasBody(line: string): boolean {
  const [, keyword = '', argument = ''] = /^([A-Za-z0-9]*)[ \t]*(.*)$/s.exec(line) ?? [];
  const name = keyword.toUpperCase();
  const rule = Object.hasOwn(bodies, name) ? bodies[name] : undefined;
  return rule === 'always' || (rule === 'without argument' && argument.trim() === '');
}

interface StatusLine {
  readonly status: string;
  readonly text: string;
}

const statusRule = 'RFC 1939 section 3';

function noStatus(evidence: Buffer): ProtocolError {
  return violation('a reply begins neither with "+OK" or "-ERR" nor with "+ "', statusRule, evidence);
}

// RFC 1939 section 3: in upper case. RFC 5034 section 4: "+" and a space begin a challenge; some servers leave
// the space out of an empty one.
const statuses = ['+OK', '-ERR', '+'] as const;

/** Looks before the line's end has come, so that a server of another protocol is not waited for. */
function mayBegin(reader: OctetReader): boolean {
  return statuses.some((status) => {
    for (let offset = 0; offset <= status.length; offset++) {
      const octet = reader.at(offset);
      if (octet === undefined) return true;
      if (offset < status.length ? octet !== status.charCodeAt(offset) : !isSeparator(octet)) return false;
    }
    return true;
  });
}

function isSeparator(octet: number): boolean {
  return octet === 0x20 || octet === 0x0d || octet === 0x0a;
}

function statusLine(line: Buffer): StatusLine {
  const [status = ''] = line.toString('latin1', 0, 5).split(/[ \r\n]/, 1);
  const start = status.length + (line[status.length] === 0x20 ? 1 : 0);
  return { status, text: decodeText(line, start, line.length - '\r\n'.length) };
}

const nothing = Buffer.alloc(0);

function replyOf({ status, text }: StatusLine, body?: readonly string[]): Pop3Reply {
  const responseCode = status === '+' ? undefined : responseCodeOf(text);
  return {
    protocol: 'pop3',
    status,
    raw: nothing,
    lines: body ?? [text],
    text,
    ...(responseCode && { responseCode }),
    ...(body && { body }),
  };
}

/** RFC 2449 section 8: `[IN-USE]`, `[SYS/TEMP]`, before the text for people. */
function responseCodeOf(text: string): ResponseCode | undefined {
  const code = /^\[([\x21-\x5a\x5e-\x7f\\]+)\]/.exec(text)?.[1];
  return code === undefined ? undefined : { name: code.toUpperCase(), text: code };
}

/**
 * RFC 2449 section 5: what CAPA's body names, in upper case, with the parameters as sent. Empty for a reply without
 * a body.
 */
export function parseCapabilities(reply: Pop3Reply): ReadonlyMap<string, readonly string[]> {
  return new Map(
    (reply.body ?? []).map((line) => {
      const [keyword = '', ...parameters] = line.split(' ').filter((word) => word !== '');
      return [keyword.toUpperCase(), parameters];
    }),
  );
}

/** RFC 1939 section 7: the greeting's timestamp, with its angle brackets, which APOP's digest begins with. */
export function apopTimestamp(greeting: Pop3Reply): string | undefined {
  return /<[^<>\s]+@[^<>\s]+>/.exec(greeting.text)?.[0];
}
