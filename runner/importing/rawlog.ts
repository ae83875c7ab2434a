/** Dovecot's rawlog: each line has a time, with or without the side. */
const timed = /^(\d{9,}\.\d+) (?:([IO])[:>] ?)?(.*)$/;

interface Timed {
  readonly at: number;
  readonly line: string;
}

/**
 * The lines of one text; or of Dovecot's two files (`….in` with the client's octets and `….out` with the server's),
 * merged by time and marked in the format of recordio.
 */
export function merged(texts: readonly (readonly string[])[]): readonly string[] {
  const [only = [], ...more] = texts;
  if (more.length === 0) return isTimed(only) ? withLogin(only.map((line) => timedLine(line, ''))) : only;
  const sides = texts.map((lines) => ({ lines, side: saidByServer(lines) ? '>' : '<' }));
  const all = sides.flatMap(({ lines, side }) => lines.flatMap((line) => timedOf(line, side)));
  return withLogin(all.sort((one, other) => one.at - other.at).map(({ line }) => line));
}

function withLogin(lines: readonly string[]): readonly string[] {
  return [...loginBefore(lines), ...lines];
}

/** POP3 commands that need a login (RFC 1939 section 5). */
const loggedIn = /^1 < (?:STAT|LIST|RETR|DELE|NOOP|RSET|TOP|UIDL)\b/i;

/** What happened before Dovecot's rawlog_dir, which begins with the reply to the login. */
function loginBefore(lines: readonly string[]): readonly string[] {
  const [begins = ''] = lines;
  // The reply to the login may list capabilities; a greeting is a single untagged line.
  const first =
    (begins.startsWith('1 > * CAPABILITY') ? lines.find((line) => !line.startsWith('1 > * ')) : begins) ?? '';
  const command = lines.find((line) => line.startsWith('1 < ')) ?? '';
  if (first.startsWith('1 > +OK') && loggedIn.test(command)) return ['1 > +OK', '1 < AUTH PLAIN «password»'];
  const tag = /^1 > (\S+) OK\b/.exec(first)?.[1];
  return tag === undefined || tag === '*' ? [] : ['1 > * OK', `1 < ${tag} AUTHENTICATE PLAIN «password»`];
}

function isTimed(lines: readonly string[]): boolean {
  return lines.length > 0 && lines.every((line) => line === '' || timed.test(line));
}

function timedOf(line: string, side: string): readonly Timed[] {
  const [, at] = timed.exec(line) ?? [];
  return at === undefined ? [] : [{ at: Number(at), line: timedLine(line, side) }];
}

function timedLine(line: string, side: string): string {
  const [, , mark, text = line] = timed.exec(line) ?? [];
  const known = mark === undefined ? side : mark === 'I' ? '<' : '>';
  return known === '' ? text : `1 ${known} ${text}`;
}

/**
 * Whether the server sent these lines: they begin with a greeting or, with Dovecot's rawlog_dir, the reply to the
 * login.
 */
function saidByServer(lines: readonly string[]): boolean {
  const first = timed.exec(lines[0] ?? '')?.[3] ?? lines[0] ?? '';
  return /^(?:\* |\+|\d{3}[ -]|"|(?:\S+ )?(?:OK|NO|BAD)\b)/.test(first);
}
