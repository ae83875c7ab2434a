const quoted = /^[bu]?(?:'(.*)'|"(.*)")$/s;
const escaped = /\\(?:x([0-9A-Fa-f]{2})|([0-7]{3})|u([0-9A-Fa-f]{4})|(.))/gs;
const named: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', e: '\x1b', '0': '\0' };

/** The lines of a string as Python and Ruby print it: `b'250 ok\r\n'`; `undefined` if it is not such a string. */
export function unquoted(text: string): readonly string[] | undefined {
  const [, single, double] = quoted.exec(text.trim()) ?? [];
  const inside = single ?? double;
  if (inside === undefined) return undefined;
  const value = inside.replace(escaped, (_, hex?: string, octal?: string, wide?: string, letter?: string) => {
    if (letter !== undefined) return named[letter] ?? letter;
    return String.fromCharCode(
      hex === undefined ? Number.parseInt(octal ?? wide ?? '', octal ? 8 : 16) : Number.parseInt(hex, 16),
    );
  });
  return value.replace(/\r?\n$/, '').split(/\r?\n/);
}
