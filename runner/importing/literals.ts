import type { Protocol } from '../protocol/protocol.ts';
import { octetsOf } from './octets.ts';
import type { Entry } from './pasted.ts';

const announced = /\{(\d+)\}$/;

/**
 * Adds a literal of one octet where a program saves fetched data instead of showing it; nothing is expected of its
 * content.
 */
export function withLiterals(entries: readonly Entry[], { literals }: Protocol): readonly Entry[] {
  if (literals?.synchronizing !== true) return entries;
  const said = saidAfter(entries);
  let filler = '';
  return entries.map((entry, at) => {
    if (entry.kind !== 'server') return entry;
    const isShown = Number(announced.exec(entry.text)?.[1] ?? 0) <= (said[at] ?? 0);
    const text = `${filler}${isShown ? entry.text : entry.text.replace(announced, '{1}')}`;
    filler = isShown ? '' : 'x';
    return { ...entry, text };
  });
}

/** For each entry, how many octets the server sends after it and before the line that ends its reply. */
function saidAfter(entries: readonly Entry[]): readonly number[] {
  let said = 0;
  let last = 0;
  return entries
    .toReversed()
    .map((entry) => {
      const after = said - last;
      if (entry.kind === 'client') said = last = 0;
      if (entry.kind !== 'server') return after;
      const { length } = octetsOf(entry);
      if (said === 0) last = length;
      said += length;
      return after;
    })
    .toReversed();
}
