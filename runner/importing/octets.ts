import { many } from '../phrase.ts';
import type { Entry } from './pasted.ts';

export type SaidLine = Extract<Entry, { readonly kind: 'client' | 'server' }>;

/** The original octets of a line, including its line ending. */
export function octetsOf({ text, latin1, end = '\r\n' }: SaidLine): Buffer {
  return Buffer.from(text + end, latin1 ? 'latin1' : 'utf8');
}

/** The words for a gap. */
export function gapWords({ from, octets }: Extract<Entry, { readonly kind: 'gap' }>): string {
  return `${many(octets, 'octet')} of the ${from} are left out here`;
}
