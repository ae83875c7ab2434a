import type { Protocol } from '../protocol/protocol.ts';
import type { Entry } from './pasted.ts';

const longest = 1024 * 1024;

/** Programs that save what they fetch do not show it: as many octets as a literal announces are there instead. */
export function withLiterals(entries: readonly Entry[], { literals }: Protocol): readonly Entry[] {
  if (literals?.synchronizing !== true) return entries;
  let filler = '';
  return entries.map((entry, at) => {
    if (entry.kind !== 'server') return entry;
    const text = `${filler}${entry.text}`;
    const octets = Number(/\{(\d+)\}$/.exec(entry.text)?.[1] ?? 0);
    filler = octets <= longest && shownAfter(entries, at) < octets ? 'x'.repeat(octets) : '';
    return { ...entry, text };
  });
}

/** How many octets the server says before the line that ends its reply. */
function shownAfter(entries: readonly Entry[], at: number): number {
  const next = entries.findIndex(({ kind }, index) => index > at && kind === 'client');
  const said = entries.slice(at + 1, next === -1 ? undefined : next).filter(({ kind }) => kind === 'server');
  return said.slice(0, -1).reduce((sum, entry) => sum + Buffer.byteLength('text' in entry ? entry.text : '') + 2, 0);
}
