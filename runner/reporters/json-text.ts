/**
 * JSON on one line. What JSON allows as it is but drives terminals or breaks lines (DEL, C1, U+2028, U+2029) is
 * escaped; JSON.stringify does so for C0 and lone surrogates. Readers get the same values. YAML reads strings so
 * written as its own double-quoted ones (YAML 1.2 section 7.3.1).
 */
export function jsonLine(value: object | string): string {
  return harmless(JSON.stringify(value));
}

/** The same on lines for people. */
export function jsonText(value: object): string {
  return harmless(JSON.stringify(value, null, 2));
}

/** `##vso[` and `[[ATTACHMENT|` are orders to a CI in whatever line they stand: see `printing/inert.ts`. */
function harmless(json: string): string {
  return json.replace(
    /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|(?<=#)#(?=[a-z]*\[)|(?<=\[)\[(?=[a-z]+\|)/gi,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A time as JSON formats write it: RFC 3339, UTC. */
export function timeOf(epoch: number): string {
  return new Date(epoch).toISOString();
}

/** Whole microseconds: what the clock can tell, without a tail of digits. */
export function milliseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
