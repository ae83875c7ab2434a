import { escapeText, isPlain } from '../authoring/pieces.ts';
import type { Written } from '../authoring/written.ts';
import type { Seen } from '../engine/witness.ts';
import { isWords, type Value } from '../value.ts';

/**
 * The days that a certificate must still be valid: it should be renewed well before (ACME clients renew 30 days ahead,
 * RFC 8555).
 */
const fewestDays = 14;

/** The fields of a check's result, as a map that only the same values match. */
export function checkExpectation(seen: Seen, names: readonly string[]): Written | undefined {
  if (seen.kind !== 'check') return undefined;
  const { evidence } = seen;
  const entries = names.flatMap((name): readonly (readonly [string, Written])[] => {
    const value = evidence[name];
    if (value === undefined) return [];
    const written = name === 'days_left' ? daysLeft(value) : matcherOf(name, value);
    return written === undefined ? [] : [[name, written]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function daysLeft(value: Value): Written {
  // An expired certificate must still be expired, which shows that it was not renewed.
  if (typeof value === 'number' && value < 0) return { at_most: -1 };
  return { at_least: typeof value === 'number' && value >= fewestDays ? fewestDays : 0 };
}

function matcherOf(name: string, value: Value): Written | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') return textOf(value);
  if (isWords(value)) {
    const { words } = value;
    if (words.length === 1 && !Array.isArray(value.list)) return textOf(value.text);
    return words.every(isPlain) ? { equals: [...words].sort().map(escapeText) } : undefined;
  }
  // For a chain, its length; the signer of the certificate is its issuer.
  if (Array.isArray(value)) return name === 'chain' ? { length: value.length } : listOf(value as readonly Value[]);
  return undefined;
}

function listOf(values: readonly Value[]): Written | undefined {
  const texts = values.map((each) => (isWords(each) ? each.text : typeof each === 'string' ? each : undefined));
  if (!texts.every((each) => each !== undefined && isPlain(each))) return undefined;
  return { equals: (texts as readonly string[]).map(escapeText).sort() };
}

function textOf(text: string): Written | undefined {
  if (!isPlain(text) || text === '') return undefined;
  return text.startsWith('/') ? { equals: escapeText(text) } : escapeText(text);
}
