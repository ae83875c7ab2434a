import type { Format, Pasted, Where } from './pasted.ts';

/** A command line that began the session, as a shell shows it. */
const prompt = /^(?:[$#%>]|\S*[@:]\S*[$#%]) +/;

/** `telnet mail.example.com 25`, `nc -C mail.example.com 25`. */
function fromCommandLine(line: string): Where | undefined {
  const [, host, port] =
    /^(?:telnet|nc|ncat|netcat)(?: +-\S+)* +(\S+)(?: +(\S+))?/.exec(line.replace(prompt, '')) ?? [];
  return host === undefined ? undefined : { host, ...portOf(port) };
}

const services: Readonly<Record<string, number>> = {
  ...{ smtp: 25, submission: 587, submissions: 465, smtps: 465, lmtp: 24 },
  ...{ imap: 143, imap2: 143, imaps: 993, pop3: 110, 'pop-3': 110, pop3s: 995, sieve: 4190 },
};

function portOf(text: string | undefined): Where {
  if (text === undefined) return {};
  const port = services[text] ?? Number(text);
  return Number.isInteger(port) && port > 0 ? { port } : {};
}

/** What was typed and erased again. */
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
  read: (lines) => readTerminal(lines),
};

/** A session as a terminal showed it, with what telnet says around it. */
function readTerminal(lines: readonly string[]): Pasted {
  let where: Where = {};
  const entries: Pasted['entries'][number][] = [];
  for (const line of lines) {
    const connected = /^Connected to (\S+?)\.?$/.exec(line)?.[1] ?? /^Connection to (\S+) \S+ port/.exec(line)?.[1];
    const command = fromCommandLine(line);
    if (command !== undefined) where = { ...where, ...command };
    else if (connected !== undefined) where = { ...where, host: where.host ?? connected };
    else if (/^Connection closed by foreign host/.test(line)) entries.push({ kind: 'closed' });
    else if (!telnetNoise.test(line)) entries.push({ kind: 'line', text: typed(line) });
  }
  return { where, entries };
}

/** What `openssl s_client` says by itself, besides blocks that end with `---`. */
const opensslNoise =
  /^(?:CONNECTED\(|depth=|verify |Can't use SSL_get_servername|Connecting to|read R BLOCK|DONE|closed$|write W BLOCK|RENEGOTIATING|KEYUPDATE|didn't found STARTTLS|read:errno)/;
const sessionTicket = /^(?:---|Post-Handshake New Session Ticket)/;

const openssl: Format = {
  name: 'openssl s_client',
  // With -quiet it says only how the certificates were verified.
  recognizes: (lines) => lines.some((line) => /^CONNECTED\(|openssl s_client|^verify return:\d+$/.test(line)),
  read(lines) {
    const command = lines.find((line) => /openssl +s_client/.test(line));
    const [, host, port] = /-connect +(\[[^\]]+\]|[^\s:]+):(\S+)/.exec(command ?? '') ?? [];
    const starttls = /-starttls +(\S+)/.exec(command ?? '')?.[1];
    const from = lines.findIndex((line) => line.startsWith('CONNECTED('));
    const start = dialogueStart(lines, from);
    const entries: Pasted['entries'][number][] = [];
    let inBlock = false;
    for (const [at, line] of lines.slice(start).entries()) {
      if (sessionTicket.test(line)) inBlock = line !== '---' || !inBlock;
      // The block of a session ticket ends with the line that opens none.
      else if (opensslNoise.test(line) || line === command) {
        inBlock = false;
        const isEnd = line === 'DONE' && lines.slice(start + at + 1).every((each) => each === '');
        if (isEnd || /^(?:RENEGOTIATING|KEYUPDATE)/.test(line)) unsent(entries);
      } else if (!inBlock) entries.push({ kind: 'line', text: typed(line) });
      if (line === 'closed') entries.push({ kind: 'closed' });
    }
    // Without the command line the last reply before STARTTLS tells, which stands after the certificates.
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
  },
};

/** A line that begins with Q, R or K is a command to the program itself, which says so. */
function unsent(entries: Pasted['entries'][number][]): void {
  const last = entries.at(-1);
  if (last?.kind !== 'line' || !/^[QRKk]/.test(last.text)) return;
  entries[entries.length - 1] = { kind: 'unread', text: `not sent, it is a command of openssl: ${last.text}` };
}

/** After the last block of what the handshake agreed on: after "Verify return code" and its "---". */
function dialogueStart(lines: readonly string[], from: number): number {
  const verified = lines.findIndex((line, at) => at > from && /Verify return code|Extended master secret/.test(line));
  if (verified === -1) return from + 1;
  const end = lines.findIndex((line, at) => at > verified && line === '---');
  return end === -1 ? verified + 1 : end + 1;
}

/** Of POP3's greeting, openssl shows as many octets as the reply to STLS has; a whole one came over TLS. */
function isLeft(first: Pasted['entries'][number] | undefined): boolean {
  return first?.kind === 'line' && isLastReply(first.text) && !/^\+OK(?!.*---$)/.test(first.text);
}

function isLastReply(line: string): boolean {
  return /^(?:250 |\. OK|\+OK|OK )/.test(line);
}

/** With -starttls, the program itself has read the greeting; the first line is what it read last, and answers nothing. */
function reunited(entries: readonly Pasted['entries'][number][], startsTls: boolean): Pasted['entries'] {
  const [first, ...rest] = entries;
  return startsTls && first?.kind === 'line' && isLastReply(first.text) ? rest : entries;
}

const gnutls: Format = {
  name: 'gnutls-cli',
  recognizes: (lines) =>
    lines.some((line) => /^(?:- Simple Client Mode|Processed \d+ CA certificate)|gnutls-cli/.test(line)),
  read(lines) {
    const command = lines.find((line) => /gnutls-cli/.test(line)) ?? '';
    const [, host, port] =
      /^Resolving '([^':]+)(?::(\S+))?'/.exec(lines.find((line) => line.startsWith('Resolving')) ?? '') ?? [];
    const starttls = /--starttls-proto[ =](\S+)/.exec(command)?.[1];
    const first = lines.findIndex((line) => /^- Simple Client Mode/.test(line));
    const entries: Pasted['entries'][number][] = [];
    for (const line of lines.slice(first + 1)) {
      if (/^\*\*\* Starting TLS handshake/.test(line)) entries.push({ kind: 'tls' });
      else if (/^- Peer has closed/.test(line)) entries.push({ kind: 'closed' });
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
      startsTls: starttls !== undefined || (!isPlainFirst && !isGreeting(entries[0])),
    };
  },
};

/** Without the command line, a dialogue over TLS without a greeting tells that the program itself sent STARTTLS. */
function isGreeting(entry: Pasted['entries'][number] | undefined): boolean {
  return entry?.kind !== 'line' || /^(?:\d{3}[ -]|\* |\+OK)/.test(entry.text);
}

/** Any other text: lines of a session without anything around them. */
const bare: Format = { name: 'a bare session', recognizes: () => true, read: readTerminal };

/** Those that are recognized by what only they print. */
export const namedPrograms: readonly Format[] = [openssl, gnutls];

/** Programs that show a session as a terminal does. The last one reads anything. */
export const unmarkedFormats: readonly Format[] = [openssl, gnutls, telnet, bare];
