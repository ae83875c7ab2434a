import type { Format, Pasted, PastedEntry, Where } from './pasted.ts';
import { isReply } from './said.ts';
import { shellCommand } from './shell.ts';

/** `telnet mail.example.com 25`, `nc -C mail.example.com 25`, `socat - TCP:mail.example.com:25,crnl`. */
function fromCommandLine(line: string): Where | undefined {
  const command = shellCommand(line) ?? line.replace(/^> +/, '');
  for (const pattern of commandLines) {
    const { host, port } = pattern.exec(command)?.groups ?? {};
    if (host !== undefined) return { host, ...portOf(port) };
  }
  return undefined;
}

const commandLines: readonly RegExp[] = [
  /^(?:\S*busybox +)?(?:telnet|nc|ncat|netcat)(?: +-\S+)* +(?<host>\S+)(?: +(?<port>\S+))?/,
  /^socat +.*\bTCP[46]?(?:-CONNECT)?:(?<host>[^\s:,]+):(?<port>\w+)/i,
  /^curl +.*\btelnet:\/\/(?<host>[^\s:/]+):(?<port>\d+)/,
  /^plink +(?=.*-(?:telnet|raw)\b).*-P +(?<port>\d+)(?: +-\S+)* +(?<host>[^\s-]\S*)/,
];

const services: Readonly<Record<string, number>> = {
  ...{ smtp: 25, submission: 587, submissions: 465, smtps: 465, lmtp: 24 },
  ...{ imap: 143, imap2: 143, imaps: 993, pop3: 110, 'pop-3': 110, pop3s: 995, sieve: 4190 },
};

function portOf(text: string | undefined): Where {
  if (text === undefined) return {};
  const port = services[text] ?? Number(text);
  return Number.isInteger(port) && port > 0 ? { port } : {};
}

/** A typed line after its erased characters are removed. */
function typed(line: string): string {
  let shown = line;
  for (let before = ''; before !== shown; ) {
    before = shown;
    shown = shown.replace(/[^\b\x7f][\b\x7f]/g, '');
  }
  return shown.replace(/[\b\x7f]/g, '');
}

const telnetNoise = /^(?:Trying |Escape character|telnet> ?|Connection (?:closed|to .* succeeded)|Ncat: |\^\])/;

const telnet: Format = {
  name: 'telnet or nc',
  recognizes: (lines) => lines.some((line) => telnetNoise.test(line) || fromCommandLine(line) !== undefined),
  read: (lines) => [readTerminal(lines)],
};

/** The beginning of a connection, as programs or shells show it. */
function beginsAt(line: string): Where | undefined {
  const command = fromCommandLine(line);
  if (command !== undefined) return command;
  const host = /^Connected to (\S+?)\.?$/.exec(line)?.[1] ?? /^Connection to (\S+) \S+ port/.exec(line)?.[1];
  const [, name, port] = /^Ncat: Connected to (\S+):(\d+)\./.exec(line) ?? [];
  if (name !== undefined) return { host: name, ...portOf(port) };
  return host === undefined ? (/^Trying /.test(line) ? {} : undefined) : { host };
}

/** Reads sessions as a terminal showed them, with telnet's messages around them. Text outside a session is ignored. */
function readTerminal(lines: readonly string[]): Pasted {
  const entries: PastedEntry[] = [];
  const isFramed = lines.some((line) => beginsAt(line) !== undefined);
  /** The messages about one connection may be on several lines. */
  let where: Where | undefined;
  let isOutside = isFramed;
  for (const line of lines) {
    const begins = beginsAt(line);
    if (begins !== undefined) {
      where = { ...begins, ...where };
      isOutside = false;
    } else if (/^Connection closed by foreign host/.test(line)) {
      entries.push({ kind: 'closed' });
      isOutside = isFramed;
    } else if (!telnetNoise.test(line)) {
      if (where !== undefined) entries.push({ kind: 'connected', where });
      where = undefined;
      if (isOutside && line.trim() === '') continue;
      // A shell's prompt before a session is not part of it.
      if (shellCommand(line) !== undefined && !entries.some(({ kind }) => kind === 'line')) continue;
      entries.push({ kind: isOutside && !isReply(line) ? 'unread' : 'line', text: typed(line) });
    }
  }
  return { where: where ?? {}, entries };
}

/**
 * The output of `openssl s_client` itself, except blocks that end with `---`; then with -brief, -state, -msg and
 * -debug.
 */
const opensslNoise = new RegExp(
  `^(?:${[
    "CONNECTED\\(|depth=|verify |Can't use SSL_get_servername|Connecting to|read R BLOCK|DONE|closed$|write W BLOCK|RENEGOTIATING|KEYUPDATE|didn't found STARTTLS|read:errno",
    'CONNECTION ESTABLISHED|Protocol version: |Ciphersuite: |Peer certificate: |Hash used: |Signature type: |Verification(?: error)?: |Verified peername: |(?:Server|Peer) Temp Key: |Negotiated TLS|Requested Signature|No peer certificate',
    'SSL_(?:connect|accept):|SSL3 alert ',
    '(?:>>>|<<<) (?:TLS|SSL|\\?\\?\\?)',
    '(?:read from|write to) 0x',
    '[0-9a-f]{4} - (?:[0-9a-f]{2}[ -])+',
    ' {4}(?:[0-9a-f]{2} ?)+(?:\\.\\.\\.)?$',
  ].join('|')})`,
);
/** ERR_print_errors(): the thread, "error", the code, the place and the reason. */
const opensslError = /^[0-9A-F]+:error:[0-9A-F]+:/;
const sessionTicket = /^(?:---|Post-Handshake New Session Ticket)/;

const openssl: Format = {
  name: 'openssl s_client',
  // With -quiet it prints only how the certificates were verified.
  recognizes: (lines) =>
    lines.some((line) => /^CONNECTED\(|^(?:\S+ )*(?:\S*\/)?openssl +s_client|^verify return:\d+$/.test(line)),
  read: (lines) => chunks(lines, /^CONNECTED\(/, /openssl +s_client/).map(readOpenssl),
};

/** Splits runs of a program, each beginning with its command line or its first output. */
function chunks(lines: readonly string[], first: RegExp, command: RegExp): readonly (readonly string[])[] {
  const found: string[][] = [[]];
  let hasBegun = false;
  for (const line of lines) {
    const isCommand = command.test(line);
    if ((isCommand || first.test(line)) && hasBegun) {
      found.push([]);
      hasBegun = false;
    }
    if (first.test(line)) hasBegun = true;
    found.at(-1)?.push(line);
  }
  return found;
}

function readOpenssl(lines: readonly string[]): Pasted {
  const command = lines.find((line) => /openssl +s_client/.test(line));
  const [, host, port] = /-connect +(\[[^\]]+\]|[^\s:]+):(\S+)/.exec(command ?? '') ?? [];
  const starttls = /-starttls +(\S+)/.exec(command ?? '')?.[1];
  const from = lines.findIndex((line) => line.startsWith('CONNECTED('));
  const start = dialogueStart(lines, from);
  const entries: PastedEntry[] = [];
  let inBlock = false;
  for (const [at, line] of lines.slice(start).entries()) {
    if (opensslError.test(line)) {
      if (/:unexpected eof while reading:/.test(line)) entries.push({ kind: 'closed', truncated: true });
    } else if (sessionTicket.test(line)) inBlock = line !== '---' || !inBlock;
    // The block of a session ticket ends with a `---` that begins no new block.
    else if (opensslNoise.test(line) || line === command) {
      inBlock = false;
      const isEnd = line === 'DONE' && lines.slice(start + at + 1).every((each) => each === '');
      if (isEnd || /^(?:RENEGOTIATING|KEYUPDATE)/.test(line)) unsent(entries);
    } else if (!inBlock) entries.push({ kind: 'line', text: typed(line) });
    if (line === 'closed') entries.push({ kind: 'closed' });
  }
  // Without the command line, the last reply before STARTTLS, which follows the certificates, shows it.
  const startsTls = starttls !== undefined || (command === undefined && isLeft(entries[0]));
  return {
    where: {
      ...(host !== undefined && { host: host.replace(/^\[|\]$/g, '') }),
      ...portOf(port),
      ...(starttls === undefined ? { implicitTls: true } : { scheme: starttls }),
    },
    entries: reunited(entries, startsTls),
    startsTls,
  };
}

/** A line that begins with Q, R or K is a command to the program itself, which says so. */
function unsent(entries: PastedEntry[]): void {
  const last = entries.at(-1);
  if (last?.kind !== 'line' || !/^[QRKk]/.test(last.text)) return;
  entries[entries.length - 1] = { kind: 'unread', text: `not sent, it is a command of openssl: ${last.text}` };
}

/** The line after the last block about the handshake: after "Verify return code" and its "---". */
function dialogueStart(lines: readonly string[], from: number): number {
  const verified = lines.findIndex((line, at) => at > from && /Verify return code|Extended master secret/.test(line));
  if (verified === -1) return from + 1;
  const end = lines.findIndex((line, at) => at > verified && line === '---');
  return end === -1 ? verified + 1 : end + 1;
}

/** Of POP3's greeting, openssl shows only as many octets as the reply to STLS has; a complete one was sent over TLS. */
function isLeft(first: PastedEntry | undefined): boolean {
  return first?.kind === 'line' && isLastReply(first.text) && !/^\+OK(?!.*---$)/.test(first.text);
}

function isLastReply(line: string): boolean {
  return /^(?:250 |\. OK|\+OK|OK )/.test(line);
}

/**
 * With -starttls, the program reads the greeting itself; the first line is the last one that it read, and is not a
 * reply to anything.
 */
function reunited(entries: readonly PastedEntry[], startsTls: boolean): readonly PastedEntry[] {
  const [first, ...rest] = entries;
  return startsTls && first?.kind === 'line' && isLastReply(first.text) ? rest : entries;
}

const gnutls: Format = {
  name: 'gnutls-cli',
  recognizes: (lines) =>
    lines.some((line) => /^(?:- Simple Client Mode|Processed \d+ CA certificate)|gnutls-cli/.test(line)),
  read: (lines) => [readGnutls(lines)],
};

function readGnutls(lines: readonly string[]): Pasted {
  const command = lines.find((line) => /gnutls-cli/.test(line)) ?? '';
  const [, host, port] =
    /^Resolving '([^':]+)(?::(\S+))?'/.exec(lines.find((line) => line.startsWith('Resolving')) ?? '') ?? [];
  const starttls = /--starttls-proto[ =](\S+)/.exec(command)?.[1];
  const first = lines.findIndex((line) => /^- Simple Client Mode/.test(line));
  const entries: PastedEntry[] = [];
  for (const line of lines.slice(first + 1)) {
    if (/^\*\*\* Starting TLS handshake/.test(line)) entries.push({ kind: 'tls' });
    else if (/^- Peer has closed/.test(line)) entries.push({ kind: 'closed' });
    else if (/non-properly terminated/.test(line)) entries.push({ kind: 'closed', truncated: true });
    else if (line !== '' && !/^(?:- |\*\*\* |\|<\d>\||Processed |Resolving |Connecting |Server )/.test(line))
      entries.push({ kind: 'line', text: typed(line) });
  }
  const isPlainFirst = entries.some(({ kind }) => kind === 'tls');
  return {
    where: {
      ...(host !== undefined && { host }),
      ...portOf(port?.replace(/'.*$/, '')),
      ...(starttls === undefined ? { implicitTls: !isPlainFirst } : { scheme: starttls }),
    },
    entries,
    startsTls: starttls !== undefined || (!isPlainFirst && !beginsWithGreeting(entries[0])),
  };
}

/** Without the command line, a dialogue over TLS without a greeting shows that the program sent STARTTLS itself. */
function beginsWithGreeting(entry: PastedEntry | undefined): boolean {
  return entry?.kind !== 'line' || /^(?:\d{3}[ -]|\* |\+OK)/.test(entry.text);
}

/** Any other text: lines of a session without anything around them. */
const bare: Format = { name: 'a bare session', recognizes: () => true, read: (lines) => [readTerminal(lines)] };

/** Programs that are recognized by what only they print. */
export const namedPrograms: readonly Format[] = [openssl, gnutls];

/** Programs that show a session like a terminal. The last one reads anything. */
export const unmarkedFormats: readonly Format[] = [telnet, bare];
