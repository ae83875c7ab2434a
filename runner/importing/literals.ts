import type { Protocol } from '../protocol/protocol.ts';
import type { Entry } from './pasted.ts';

const announced = /\{(\d+)\}$/;

/** Programs that save what they fetch do not show it: a literal of one octet is there instead, as nothing is expected of it. */
export function withLiterals(entries: readonly Entry[], { literals }: Protocol): readonly Entry[] {
  if (literals?.synchronizing !== true) return entries;
  let filler = '';
  return entries.map((entry, at) => {
    if (entry.kind !== 'server') return entry;
    const octets = Number(announced.exec(entry.text)?.[1] ?? 0);
    const isShown = areShown(octets, entries, at);
    const text = `${filler}${isShown ? entry.text : entry.text.replace(announced, '{1}')}`;
    filler = isShown ? '' : 'x';
    return { ...entry, text };
  });
}

/** Whether the server says so many octets before the line that ends its reply. */
function areShown(octets: number, entries: readonly Entry[], at: number): boolean {
  let shown = 0;
  let line = 0;
  for (let index = at + 1; shown < octets; index++) {
    const entry = entries[index];
    if (entry === undefined || entry.kind === 'client') return false;
    if (entry.kind !== 'server') continue;
    shown += line;
    line = Buffer.byteLength(entry.text) + 2;
  }
  return true;
}
