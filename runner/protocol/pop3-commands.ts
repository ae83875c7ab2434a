/** Commands with a body after `+OK`. RFC 1939 sections 5 and 7, RFC 2449 section 5, RFC 6856 section 3. */
const bodies: Readonly<Record<string, 'always' | 'without argument'>> = {
  CAPA: 'always',
  RETR: 'always',
  TOP: 'always',
  LIST: 'without argument',
  UIDL: 'without argument',
  LANG: 'without argument',
  // Not in RFC 5034: servers list their mechanisms, as in the drafts of RFC 1734.
  AUTH: 'without argument',
};

/** A command that was sent. */
export interface Pop3Command {
  /** In upper case. */
  readonly name: string;
  readonly argument: string;
  /** Whether a positive reply has a body. */
  readonly hasBody: boolean;
}

export function pop3Command(line: string): Pop3Command {
  const [, keyword = '', rest = ''] = /^([A-Za-z0-9]*)[ \t]*(.*)$/s.exec(line) ?? [];
  const name = keyword.toUpperCase();
  const argument = rest.trim();
  const rule = Object.hasOwn(bodies, name) ? bodies[name] : undefined;
  return { name, argument, hasBody: rule === 'always' || (rule === 'without argument' && argument === '') };
}
