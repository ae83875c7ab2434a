import { many } from '../phrase.ts';
import type { Entry } from './pasted.ts';

export type SaidLine = Extract<Entry, { readonly kind: 'client' | 'server' }>;

/** The octets that a line was, its end included. */
export function octetsOf({ text, latin1, end = '\r\n' }: SaidLine): Buffer {
  return Buffer.from(text + end, latin1 ? 'latin1' : 'utf8');
}

/** A gap in words. */
export function gapWords({ from, octets }: Extract<Entry, { readonly kind: 'gap' }>): string {
  return `${many(octets, 'octet')} of the ${from} are left out here`;
}
