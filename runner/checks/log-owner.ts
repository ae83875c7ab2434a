import { escapePattern } from '../encoding.ts';

/** Names that only this scenario of the run uses, in lower case; servers may log them in another case. */
export interface WrittenNames {
  readonly addresses: readonly string[];
  /** In EHLO, HELO and LHLO. */
  readonly clients: readonly string[];
}

/** How to recognize a scenario in a server's log. */
export interface Traces extends WrittenNames {
  /** Strings that no other scenario has: queue ids, the scenario's own id, ids of its messages. */
  readonly tokens: readonly string[];
  /** The client's ports, as servers log them: `127.0.0.1:49152`, `port=49152`, `[49152]`. */
  readonly ports: readonly number[];
}

/** How replies name an accepted message, and how messages name themselves. */
const queueIds: readonly RegExp[] = [
  /\bqueued as ([0-9A-Za-z]{6,})/, // Postfix
  /\bOK id=([0-9A-Za-z-]{6,})/, // Exim
  /\b2\.0\.0 ([0-9A-Za-z]{6,}) Message accepted/, // OpenSMTPD, Sendmail
  /\b250 2?\.?0?\.?0? ?Ok\. ([0-9A-F.]{16,})/i, // Courier
  /\bqp (\d+)\b/, // qmail
  /^message-id: *<([^<>\s]{8,})>/i,
];

/** The tokens in the lines of a scenario's connections. */
export function tokensIn(lines: readonly string[]): readonly string[] {
  const found = lines.flatMap((line) => queueIds.flatMap((pattern) => pattern.exec(line)?.[1] ?? []));
  return [...new Set(found)];
}

/** Other names of a message: `A1B2C3D4E5: message-id=<…>` (Postfix), `1tF2Ab-000000-1x <= … id=…` (Exim). */
const renames: readonly RegExp[] = [
  /\b([0-9A-Za-z]{6,}): message-id=</,
  /^\S+ \S+ (?:\[\d+\] )?([0-9A-Za-z]{6,}-[0-9A-Za-z]{6,}-[0-9A-Za-z]{2,}) <= /,
  /\bqueued as ([0-9A-Za-z]{6,})/,
];

/**
 * The program that wrote a line, and its process: `postfix/smtpd[20]`, and Dovecot's `lmtp(20)` before and
 * `lmtp(alice@example.com)<20>` while it works for a user.
 */
const writer = /([^\s([<]+)(?:\([^()]*\))?[[<](\d+)[\]>]|([^\s([<]+)\((\d+)\): /;
/** The beginning and end of its session. */
const begins = /: connect from |\bConnect from\b|: Connection, ip=| SMTP connection from /;
const ends = /: disconnect from |\bDisconnect(?:ed)? from\b|: Disconnected|LOGOUT, |closed connection|: removed$/;

/**
 * The lines of a log that belong to a scenario: those with one of its traces or with another name of its mail, and
 * those of the same process in the same session.
 */
export function ownLines(lines: readonly string[], { tokens, ports, addresses, clients }: Traces): readonly string[] {
  const known = new Set(tokens.filter((each) => each.length >= shortestToken));
  const patterns = [
    ...ports.map((port) => new RegExp(`(?:[\\]:]:?|port=|rport=|\\[)${port}(?!\\d)`)),
    // As Postfix and Exim log it: elsewhere in a line, a name such as "localhost" may mean anything.
    ...clients.map((name) => new RegExp(`(?:\\bhelo=<|\\bH=(?:\\S{1,255} )?\\()${escapePattern(name)}[>)]`, 'i')),
    ...addresses.map((each) => new RegExp(`(?<!${atom})${escapePattern(each)}(?!\\.?${word})`, 'i')),
  ];
  const own = new Set<number>();
  // A message gets a new name when it is queued again after a filter.
  for (let pass = 0; pass < mostNames; pass++) {
    const before = known.size + own.size;
    for (const [at, line] of lines.entries()) {
      const mine =
        own.has(at) || patterns.some((each) => each.test(line)) || [...known].some((each) => hasToken(line, each));
      if (!mine) continue;
      own.add(at);
      for (const rename of renames) {
        const name = rename.exec(line)?.[1];
        if (name !== undefined) known.add(name);
      }
    }
    for (const at of [...own])
      for (const other of [...sessionAround(lines, at), ...recordAround(lines, at)]) own.add(other);
    if (known.size + own.size === before) break;
  }
  return lines.filter((_, at) => own.has(at));
}

/** Whether a process of the server crashed. Such a line often names no session. */
export function tellsOfCrash(line: string): boolean {
  return /: (?:panic|fatal): |\bkilled (?:with|by) signal (?!15\b)\d|\bsignaled to death by\b|\bsegfault at\b/i.test(
    line,
  );
}

/** Shorter strings occur in other lines by chance. */
const shortestToken = 4;
const mostNames = 3;

/**
 * Part of a longer address is not the same address: `first.bob@example.com`, `bob@example.com.invalid`. RFC 5321
 * section 4.1.2.
 */
const word = '[\\w\\x80-\\uffff-]';
const atom = '[\\w\\x80-\\uffff.!#$%&*+/?^`{|}~-]';

function hasToken(line: string, token: string): boolean {
  // OpenSMTPD: the id of an envelope begins with that of its message.
  if (line.includes(`evpid=${token}`)) return true;
  for (let at = line.indexOf(token); at !== -1; at = line.indexOf(token, at + 1)) {
    if (!isWord(line[at - 1]) && !isWord(line[at + token.length])) return true;
  }
  return false;
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[0-9A-Za-z]/.test(character);
}

/** The lines of the same process in the same session; empty if the log does not show where the session begins. */
function sessionAround(lines: readonly string[], at: number): readonly number[] {
  const owner = processOf(lines[at] ?? '');
  if (owner === undefined) return [];
  const found: number[] = [];
  let opened = begins.test(lines[at] ?? '');
  for (let index = at - 1; index >= 0 && !opened; index--) {
    const line = lines[index] ?? '';
    if (processOf(line) !== owner) continue;
    if (ends.test(line)) return [];
    found.push(index);
    opened = begins.test(line);
  }
  if (!opened) return [];
  for (let index = at + 1, ended = ends.test(lines[at] ?? ''); index < lines.length && !ended; index++) {
    const line = lines[index] ?? '';
    if (processOf(line) !== owner) continue;
    if (begins.test(line)) break;
    found.push(index);
    ended = ends.test(line);
  }
  return found;
}

/** Exim splits a long entry for syslog: `exim[20]: [12\17]   Subject: …`, the last `[17/17]`. */
const part = /\[\d+\]: \[(\d+)[\\/](\d+)\] /;

/** The other lines of the same entry. */
function recordAround(lines: readonly string[], at: number): readonly number[] {
  const [, number, total] = part.exec(lines[at] ?? '') ?? [];
  const owner = processOf(lines[at] ?? '');
  if (number === undefined || total === undefined || owner === undefined) return [];
  const found: number[] = [];
  for (const step of [-1, 1]) {
    let next = Number(number) + step;
    for (let index = at + step; next >= 1 && next <= Number(total); index += step) {
      const line = lines[index];
      if (line === undefined) break;
      if (processOf(line) !== owner) continue;
      const [, other, of] = part.exec(line) ?? [];
      if (Number(other) !== next || of !== total) break;
      found.push(index);
      next += step;
    }
  }
  return found;
}

function processOf(line: string): string | undefined {
  const found = writer.exec(line);
  return found === null ? undefined : `${found[1] ?? found[3]}[${found[2] ?? found[4]}`;
}
