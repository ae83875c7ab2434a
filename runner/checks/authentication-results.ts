import type { Fields } from '../value.ts';

/**
 * The octets of a header that are read, and the results of a message that are kept: RFC 8601's own examples have about
 * a hundred octets, and three results.
 */
const longest = 16 * 1024;
const most = 200;

/**
 * The results in an Authentication-Results header (RFC 8601 section 2.2), each a record: `by`, `method`, `result`,
 * `reason`, and properties by name, such as `smtp.mailfrom` and `header.d`. Anything that is not a result is left out.
 */
export function authenticationResults(header: string): readonly Fields[] {
  const [first = [], ...rest] = segmentsOf(header.slice(0, longest));
  const by = first[0] ?? '';
  const results: Fields[] = [];
  for (const tokens of rest.slice(0, most)) {
    const result = resultOf(by, tokens);
    if (result !== undefined) results.push(result);
  }
  return results;
}

function resultOf(by: string, tokens: readonly string[]): Fields | undefined {
  const pairs: (readonly [string, string])[] = [];
  for (let at = 1; at < tokens.length - 1; at++) {
    if (tokens[at] !== '=') continue;
    pairs.push([nameAt(tokens, at - 1), tokens[at + 1] ?? '']);
  }
  const [outcome, ...others] = pairs;
  if (outcome === undefined || outcome[0] === '') return undefined;
  const [method, result] = outcome;
  const properties = others.flatMap(([name, value]) =>
    name === 'reason' || name.includes('.') ? [[name, value] as const] : [],
  );
  return { by, method, result: result.toLowerCase(), ...Object.fromEntries(properties) };
}

/**
 * The keyword before "=", which may be spread over several tokens: a method may have a version (`dkim/1`), and a
 * property contains a dot.
 */
function nameAt(tokens: readonly string[], at: number): string {
  const [before, sign] = [tokens[at - 2] ?? '', tokens[at - 1]];
  const written = sign === '/' ? before : sign === '.' ? `${before}.${tokens[at]}` : (tokens[at] ?? '');
  return written.replace(/\/.*$/s, '').toLowerCase();
}

/**
 * The parts of a header between semicolons, each as words and `=`, without comments and quotes: RFC 5322 section 3.2.
 */
function segmentsOf(text: string): readonly (readonly string[])[] {
  const segments: string[][] = [[]];
  let word: string | undefined;
  const end = () => {
    if (word !== undefined) segments.at(-1)?.push(word);
    word = undefined;
  };
  for (let at = 0; at < text.length; ) {
    const sign = text[at] as string;
    if (sign === '(') {
      end();
      at = afterComment(text, at);
      continue;
    }
    if (sign === '"') {
      const closed = quotedAt(text, at);
      word = (word ?? '') + closed.text;
      at = closed.end;
      continue;
    }
    if (sign === ';' || sign === '=' || /\s/.test(sign)) {
      // A value may contain "=", as in base64.
      const inValue = sign === '=' && word !== undefined && segments.at(-1)?.at(-1) === '=';
      if (inValue) word += sign;
      else end();
      if (sign === ';') segments.push([]);
      else if (sign === '=' && !inValue) segments.at(-1)?.push('=');
    } else word = (word ?? '') + sign;
    at++;
  }
  end();
  return segments;
}

function afterComment(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at + 1;
  }
  return text.length;
}

function quotedAt(text: string, start: number): { readonly text: string; readonly end: number } {
  let inside = '';
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return { text: inside, end: at + 1 };
    if (text[at] === '\\') at++;
    inside += text[at] ?? '';
  }
  return { text: inside, end: text.length };
}
