import { encodings, type Range } from './views.ts';

/** An encoded sequence: it represents other characters, none, or itself. */
interface Token {
  readonly length: number;
  readonly made: string;
}

export interface Tokens {
  /** By the offset at which they begin. */
  readonly at: ReadonlyMap<number, readonly Token[]>;
  /** The offsets of those that represent something, by what they represent. */
  readonly making: ReadonlyMap<string, readonly number[]>;
}

/** Whether something in the form, or its beginning together with the text before it, may look encoded. */
export function isAmbiguous(form: string): boolean {
  return /[%+=&\\'"*;\r\n␀␍␊]|^(?:[0-9A-Fa-f]{2}|[#nrtbfvexu0])/.test(form);
}

/** Everything in a text that some decoder would decode; tokens may overlap. */
export function tokensOf(text: string): Tokens {
  const tokens = new Map<number, Token[]>();
  const making = new Map<string, number[]>();
  const add = (at: number, token: Token) => {
    const here = tokens.get(at);
    if (here === undefined) tokens.set(at, [token]);
    else here.push(token);
    if (token.made === '') return;
    const same = making.get(token.made);
    if (same === undefined) making.set(token.made, [at]);
    else same.push(at);
  };
  for (const { trigger, pattern, decode } of encodings) {
    if (!trigger.test(text)) continue;
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      add(match.index, { length: match[0].length, made: decode(match) });
      pattern.lastIndex = match.index + 1;
    }
  }
  // An unencoded character may be next to encoded octets.
  if (tokens.size > 0)
    for (const { 0: sign, index } of text.matchAll(/[^\0-\x7f]/gu))
      add(index, { length: sign.length, made: Buffer.from(sign).toString('latin1') });
  return { at: tokens, making };
}

/**
 * Finds `form` in a text that encodes some of its characters but not others that look encoded: `a=41 b` may be written
 * as `a=41=20b`, which a decoder of the whole text reads as `aA b`.
 */
export function mixedRanges(form: string, text: string, tokens: Tokens): readonly Range[] {
  const found: Range[] = [];
  /** Pairs of offsets in text and form that have been tried already. */
  const seen = new Set<number>();
  for (const start of startsOf(form, text, tokens)) {
    const end = endFrom(start, form, text, tokens, seen);
    if (end !== undefined) found.push({ start, end });
  }
  return found;
}

/**
 * Where the form may begin. Only next to a token may its second character differ from the text's: a message of a
 * megabyte has tens of thousands of places with the first one.
 */
function startsOf(form: string, text: string, { at: tokens, making }: Tokens): readonly number[] {
  const starts: number[] = [];
  const [first = ''] = form;
  const two = form.slice(0, first.length + 1);
  for (let at = text.indexOf(two); at !== -1; at = text.indexOf(two, at + 1)) starts.push(at);
  for (const at of tokens.keys()) {
    const before = at - first.length;
    if (text.startsWith(first, at)) starts.push(at);
    if (before >= 0 && text.startsWith(first, before)) starts.push(before);
  }
  for (const [made, places] of making) if (form.startsWith(made)) for (const at of places) starts.push(at);
  return starts.sort((a, b) => a - b).filter((at, index) => at !== starts[index - 1]);
}

/** Not recursive: a text may contain a million line breaks that represent nothing. */
function endFrom(
  start: number,
  form: string,
  text: string,
  { at: tokens }: Tokens,
  seen: Set<number>,
): number | undefined {
  const pending = [{ at: start, from: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (let { at, from } = next; ; at++, from++) {
      if (from === form.length) return at;
      const here = tokens.get(at);
      if (here !== undefined) {
        const place = at * form.length + from;
        if (seen.has(place)) break;
        seen.add(place);
        for (const { length, made } of here)
          if (form.startsWith(made, from)) pending.push({ at: at + length, from: from + made.length });
      }
      if (text[at] !== form[from]) break;
    }
  }
  return undefined;
}
