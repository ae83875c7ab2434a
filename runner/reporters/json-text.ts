/**
 * JSON on one line. Characters that JSON allows but that control terminals or break lines (DEL, C1, U+2028, U+2029) are
 * escaped; JSON.stringify does so for C0 and lone surrogates. Readers get the same values. YAML reads such strings as
 * double-quoted ones (YAML 1.2 section 7.3.1).
 */
export function jsonLine(value: object | string): string {
  return harmless(JSON.stringify(value));
}

/** The same, indented for people. */
export function jsonText(value: object): string {
  return harmless(JSON.stringify(value, null, 2));
}

/** `##vso[` and `[[ATTACHMENT|` are commands to CI servers anywhere in a line: see `printing/inert.ts`. */
function harmless(json: string): string {
  return json.replace(
    /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|(?<=#)#(?=[a-z]*\[)|(?<=\[)\[(?=[a-z]+\|)/gi,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A time in JSON reports: RFC 3339, UTC. */
export function timeOf(epoch: number): string {
  return new Date(epoch).toISOString();
}

/** Rounded to microseconds, the resolution of the clock. */
export function milliseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
