import type { Entry, Pasted } from './pasted.ts';

/** A line of one of two sides, before it is known which is the server. */
export interface Said {
  readonly side: 'one' | 'other' | 'unread';
  readonly text: string;
  /** The connection, if the text has several. */
  readonly of?: string;
}

const reply = /^(?:[2-5][0-9]{2}(?:[ -]|$)|\* |\+(?: |$|OK\b)|-ERR\b|\S+ (?:OK|NO|BAD)\b|(?:OK|NO|BYE)\b|"[A-Z]+")/;
const command = /^(?:\S+ )?[A-Za-z]{3,}(?: |$)/;
const greeting = /^(?:220[ -]|\* (?:OK|PREAUTH|BYE)\b|\+OK\b|"IMPLEMENTATION")/i;

export function isReply(text: string): boolean {
  return reply.test(text);
}

export function isGreeting(text: string): boolean {
  return greeting.test(text);
}

/** The share of a side's lines that could be a server's, from 0 to 1. */
export function likeness(said: readonly Said[], side: Said['side']): number {
  const lines = said.filter((each) => each.side === side && each.text !== '');
  return lines.length === 0 ? 0 : lines.filter(({ text }) => isReply(text)).length / lines.length;
}

/** The side whose lines look like replies is the server; if both do, the side with the server's label. */
export function sessionsOfSides(said: readonly Said[], named: 'one' | 'other'): readonly Pasted[] {
  const [one, other] = [likeness(said, 'one'), likeness(said, 'other')];
  const server = one === other ? named : one > other ? 'one' : 'other';
  const sessions = new Map<string, Entry[]>();
  for (const { side, text, of = '' } of said) {
    const entries = sessions.get(of) ?? [];
    sessions.set(of, entries);
    const last = entries.at(-1);
    if (side === server && last?.kind === 'server' && isBroken(last.text) && !isReply(text))
      entries[entries.length - 1] = { kind: 'server', text: `${last.text}${text}` };
    else entries.push({ kind: side === 'unread' ? 'unread' : side === server ? 'server' : 'client', text });
  }
  return [...sessions.values()].map((entries) => ({ where: {}, entries: greetingFirst(entries) }));
}

/** Programs break long lines after a space, at this column or later. */
const shortestBroken = 50;

function isBroken(text: string): boolean {
  return text.length >= shortestBroken && text.endsWith(' ');
}

/** A client waits for the greeting: lines before it that are marked as the client's are about the program. */
function greetingFirst(entries: readonly Entry[]): readonly Entry[] {
  const first = entries.findIndex(({ kind }) => kind === 'server');
  const entry = entries[first];
  if (entry?.kind !== 'server' || !isGreeting(entry.text)) return entries;
  return entries.map((each, at) =>
    at < first && each.kind === 'client' && !command.test(each.text) ? { ...each, kind: 'unread' } : each,
  );
}
