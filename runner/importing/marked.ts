import type { Format, PastedEntry } from './pasted.ts';

/** The reading of a line: an entry, or nothing of interest. */
type Reading = PastedEntry | 'nothing';

interface Mark {
  readonly pattern: RegExp;
  readonly reads: (...groups: readonly string[]) => Reading;
}

export const client = (text = ''): Reading => ({ kind: 'client', text });
export const server = (text = ''): Reading => ({ kind: 'server', text });
export const nothing = (): Reading => 'nothing';
const where = (host = '', port = ''): Reading => ({
  kind: 'connected',
  where: { host: host.replace(/\.$/, ''), ...(port !== '' && { port: Number(port) }) },
});

interface Peculiar {
  /** POP3 commands whose lists the program writes elsewhere. */
  readonly hidden?: RegExp;
  /** Its first group identifies the connection, if the text has several. */
  readonly of?: RegExp;
  /** The group is the connection's name in a scenario with all connections. */
  readonly names?: true;
}

/** A format in which each line says who sent it. The first mark that matches a line determines how it is read. */
export function marked(
  name: string,
  needs: readonly RegExp[],
  marks: readonly Mark[],
  { hidden, of, names }: Peculiar = {},
): Format {
  return {
    name,
    recognizes: (lines) => needs.every((pattern) => lines.some((line) => pattern.test(line))),
    read(lines) {
      const sessions = new Map<string, PastedEntry[]>();
      let command = '';
      let key = '';
      for (const [at, line] of lines.entries()) {
        const reading = readingOf(line, marks);
        if (reading === 'nothing' || (reading === undefined && line.trim() === '')) continue;
        key = of?.exec(line)?.[1] ?? key;
        const entries = sessions.get(key) ?? [];
        sessions.set(key, entries);
        const isSaid = reading?.kind === 'client' || reading?.kind === 'server';
        entries.push(isSaid && names ? { ...reading, at } : (reading ?? { kind: 'unread', text: line }));
        if (reading?.kind === 'client') command = reading.text;
        else if (reading?.kind === 'server' && hidden?.test(command) === true && reading.text.startsWith('+OK'))
          entries.push({ kind: 'server', text: '.' });
      }
      return [...sessions].map(([on, entries]) => ({ where: {}, entries, ...(names && on !== '' && { on }) }));
    },
  };
}

function readingOf(line: string, marks: readonly Mark[]): Reading | undefined {
  for (const { pattern, reads } of marks) {
    const match = pattern.exec(line);
    if (match !== null) return reads(...match.slice(1).map((group) => group ?? ''));
  }
  return undefined;
}

/** An attachment has the failure, with an excerpt of the dialogue, before the whole dialogue. */
function afterFailure(format: Format): Format {
  return {
    ...format,
    read(lines) {
      const dialogue = lines.slice(lines.findLastIndex((line) => /^ +rerun: mailspec /.test(line)) + 1);
      return format.read(format.recognizes(dialogue) ? dialogue : lines);
    },
  };
}

/** Restores control characters from the symbols that mailspec shows for them. */
function invisible(text: string): string {
  return (
    text
      // After the end of a line, its base64 is shown decoded.
      .replace(/␍?␊(?: {2}\(.*\))?$/, '')
      .replaceAll('␀', '\0')
      .replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  );
}

/** Programs that mark who sent what. */
export const markedFormats: readonly Format[] = [
  marked(
    'swaks',
    [/^(?: ->|<- | ~>|<~ |<\*\*) /],
    [
      { pattern: /^<(?:[-~] |\*\*|~\*) (.*)$/, reads: server },
      { pattern: /^ [-~]> ?(.*)$/, reads: client },
      { pattern: /^=== Trying (\S+?):(\d+)/, reads: where },
      { pattern: /^=== TLS started/, reads: () => ({ kind: 'tls' }) },
      { pattern: /^=== Connection closed/, reads: () => ({ kind: 'closed' }) },
      // With --show-raw-text: octets in hexadecimal, including passwords.
      { pattern: /^(?:< {2}| {2}>) \d{4}: /, reads: nothing },
      { pattern: /^===/, reads: nothing },
    ],
  ),
  marked(
    'curl -v',
    [/^\* .*(?:Connected to|Trying)/, /^[<>] /],
    [
      { pattern: /^\* Connected to (\S+) \(.*?\) port (\d+)/, reads: where },
      { pattern: /^\* SSL connection using/, reads: () => ({ kind: 'tls' }) },
      { pattern: /^< ?(.*)$/, reads: server },
      { pattern: /^> ?(.*)$/, reads: client },
      { pattern: /^\* (?:Closing|Connection .* (?:closed|left))/, reads: nothing },
      { pattern: /^(?:[*{}]|\s*%|\s*\d+\s|\s+Dload| {2}[\d-])/, reads: nothing },
    ],
    { hidden: /^(?:RETR +\d|TOP +\d|(?:LIST|UIDL) *$)/i },
  ),
  afterFailure(
    marked(
      'a transcript of mailspec',
      [/^\s*(?:x )?\+[\d.]+m?s (?:\S+ +)?[CS] /],
      [
        {
          pattern: /^\s*(?:x )?\+[\d.]+m?s (?:[^CS*\s]\S* +)?([CS]) ?(.*)$/,
          reads: (side = '', text = '') => (side === 'C' ? client : server)(invisible(text)),
        },
        {
          pattern: /^\s*(?:x )?\+[\d.]+m?s (?:\S+ +)?\* connected to \[?([^\]\s]*?)\]?:(\d+)$/,
          reads: (host, port) => where(host, port),
        },
        { pattern: /^\s*(?:x )?\+[\d.]+m?s (?:\S+ +)?\* TLSv/, reads: () => ({ kind: 'tls' }) },
        {
          pattern: /^\s*(?:x )?\+[\d.]+m?s (?:\S+ +)?\* closed by the server( without close_notify)?/,
          reads: (truncated) => ({ kind: 'closed', truncated: Boolean(truncated) }),
        },
        { pattern: /^\s*(?:x )?\+[\d.]+m?s (?:\S+ +)?\*/, reads: nothing },
        // An attachment ends with lines of the servers' logs.
        { pattern: /^\S*\/\S*: /, reads: nothing },
      ],
      { of: /^\s*(?:x )?\+[\d.]+m?s (?![CS*] )(\S+) +[CS*](?: |$)/, names: true },
    ),
  ),
  // recordio of ucspi-tcp: "<" marks received lines.
  marked(
    'recordio',
    [/^(?:@[0-9a-f]{24} )?\d+ [<>] /],
    [
      { pattern: /^(?:@[0-9a-f]{24} )?\d+ [<>] \[EOF\]/, reads: nothing },
      {
        pattern: /^(?:@[0-9a-f]{24} )?\d+ ([<>]) ([^\n]*?)[ +]?$/,
        reads: (way = '', text = '') => (way === '<' ? client : server)(text.replace(/\r$/, '')),
      },
    ],
  ),
  // smtpd -v and debug_peer_list; Postfix's own client marks what the server sent with "<".
  marked(
    "Postfix's log",
    [/postfix[^ ]*\/(?:[^ ]*\/)?(?:smtpd|smtp|lmtp)\[\d+\]: [<>] /],
    [
      {
        pattern: /postfix[^ ]*\/(?:[^ ]*\/)?(smtpd|smtp|lmtp)\[\d+\]: ([<>]) \S+: (.*)$/,
        reads: (program = '', way = '', text = '') => ((program === 'smtpd') === (way === '<') ? client : server)(text),
      },
      { pattern: /smtpd\[\d+\]: connect from /, reads: () => ({ kind: 'connected', where: {} }) },
      { pattern: /postfix/, reads: nothing },
    ],
    { of: /postfix\S*\[(\d+)\]/ },
  ),
];
