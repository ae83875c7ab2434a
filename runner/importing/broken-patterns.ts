import type { Exchange } from '../authoring/exchange.ts';
import type { Written } from '../authoring/written.ts';
import { compilePattern, PatternError, parsePatternText } from '../matchers/pattern.ts';
import type { Script } from './script.ts';

/**
 * Removes patterns that RE2 does not support (look-ahead, back-references, repetitions beyond 1,000) but other programs
 * do: each becomes a comment at its place, and the other expectations of the reply stay.
 */
export function withoutBroken(script: Script): Script {
  let count = 0;
  const cleaned = (exchange: Exchange): Exchange => {
    if (exchange.pinned === undefined) return exchange;
    const broken: string[] = [];
    const pinned = usable(exchange.pinned, broken);
    count += broken.length;
    if (broken.length === 0) return exchange;
    const comments = broken.map((pattern) => `RE2 has no such pattern, so it is not expected: ${pattern}`);
    // The step still waits for a reply.
    return {
      ...exchange,
      pinned: pinned ?? { within: '10s' },
      comments: [...(exchange.comments ?? []), ...comments],
    };
  };
  const dialogues = script.dialogues.map((each) => ({ ...each, exchanges: each.exchanges.map(cleaned) }));
  return { ...script, dialogues, ...(script.unread !== undefined && { unread: script.unread + count }) };
}

/** The rest of an expectation; `undefined` if nothing is left. */
function usable(value: Written, broken: string[]): Written | undefined {
  if (typeof value === 'string') {
    if (compiles(value)) return value;
    broken.push(value);
    return undefined;
  }
  if (Array.isArray(value)) {
    const rest = (value as readonly Written[]).map((each) => usable(each, broken)).filter((each) => each !== undefined);
    return rest.length === 0 && value.length > 0 ? undefined : rest;
  }
  if (typeof value !== 'object' || value === null) return value;
  const rest = Object.entries(value).flatMap(([key, each]) => {
    const left = usable(each, broken);
    return left === undefined ? [] : [[key, left] as const];
  });
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

function compiles(text: string): boolean {
  const pattern = parsePatternText(text);
  if (pattern === undefined) return true;
  try {
    // The value of a variable matches literally.
    compilePattern(pattern.source.replace(/\$\{[^}]*\}/g, 'x'), pattern.flags);
    return true;
  } catch (error) {
    if (error instanceof PatternError) return false;
    throw error;
  }
}
