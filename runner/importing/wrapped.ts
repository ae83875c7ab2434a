import type { Protocol } from '../protocol/protocol.ts';
import type { PastedEntry } from './pasted.ts';
import { isReply } from './said.ts';

/** On a narrower terminal nearly every line is broken. */
const narrowest = 40;

/**
 * Rejoins lines that a terminal broke at its edge, which is where the longest lines end. The line after one of these
 * belongs to it unless it begins something new.
 */
export function unwrapped(entries: readonly PastedEntry[], protocol: Protocol): readonly PastedEntry[] {
  const widths = entries.flatMap((entry) => (entry.kind === 'line' ? [entry.text.length] : []));
  const edge = Math.max(0, ...widths);
  const result: PastedEntry[] = [];
  let isMessage = false;
  let before: string | undefined;
  for (const entry of entries) {
    const last = result.at(-1);
    const isOpen = before !== undefined && (isCut(before, edge) || isUnclosed(last, protocol));
    if (entry.kind === 'line' && last?.kind === 'line' && isOpen && !isMessage && !beginsAnew(entry.text, last.text)) {
      const gap = before !== undefined && !isCut(before, edge) && !before.endsWith(' ') ? ' ' : '';
      result[result.length - 1] = { kind: 'line', text: `${last.text}${gap}${entry.text}` };
    } else result.push(entry);
    before = entry.kind === 'line' ? entry.text : undefined;
    isMessage = entry.kind === 'line' && (isMessage ? entry.text !== '.' : /^354\b/.test(entry.text));
  }
  return result;
}

function isCut(text: string, edge: number): boolean {
  return edge >= narrowest && text.length === edge;
}

/** An IMAP response with open brackets that does not announce a literal continues. */
function isUnclosed(last: PastedEntry | undefined, { replies }: Protocol): boolean {
  if (!replies.untagged || last?.kind !== 'line' || !/^(?:\*|\S+ (?:OK|NO|BAD)) /.test(last.text)) return false;
  const bare = last.text.replace(/"(?:[^"\\]|\\.)*"/g, '');
  return !/\{\d+\}$/.test(bare) && count(bare, /[[(]/g) > count(bare, /[\])]/g);
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}

/** Whether a line cannot be the rest of the one before it: a reply, a command, an empty line. */
function beginsAnew(text: string, last: string): boolean {
  if (text.trim() === '' || isReply(text)) return true;
  const isBroken = /^(?:\S+ )?(?:AUTH|AUTHENTICATE)\b|^[A-Za-z0-9+/]+=*$/i.test(last);
  return (
    !isBroken && /^(?:[A-Za-z]+[0-9]+|[a-z0-9]{1,4}) +[A-Za-z]+\b|^[A-Z]{4,}(?: |$)/.test(text) && !/[\])]/.test(text)
  );
}
