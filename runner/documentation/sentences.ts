import type { Entry, Line, Verified } from './page.ts';

/** A line of a dialogue, after the name of its connection: `[imap] C: NOOP`. */
export function lineText({ side, connection, depth, text }: Line): string {
  const indent = '   '.repeat(depth);
  return `${indent}${connection === '' ? '' : `[${connection}] `}${side}: ${text}`;
}

/** The whole dialogue; the steps at the end follow a line that says so. */
export function dialogueText({ dialogue, after }: Entry): string {
  const end =
    after.length === 0
      ? []
      : ['*: at the end, whatever happened:', ...after.map((line) => lineText({ ...line, depth: line.depth + 1 }))];
  return [...dialogue.map(lineText), ...end].join('\n');
}

/**
 * The requirement, servers, place and tags: `MUST · submission · from another host · last: provokes failed-login ·
 * smtp, auth`
 */
export function factsOf({ level, servers, tags, elsewhere, provokes }: Entry): readonly string[] {
  const shown = servers.map(({ connection, label }) =>
    connection === '' || connection === label ? label : `${connection}: ${label}`,
  );
  return [
    level,
    ...(shown.length === 0 ? [] : [shown.join(', ')]),
    ...(elsewhere ? ['from another host'] : []),
    ...(provokes.length === 0 ? [] : [`last: provokes ${provokes.join(', ')}`]),
    ...(tags.length === 0 ? [] : [tags.join(', ')]),
  ];
}

const held: ReadonlySet<string> = new Set(['passed', 'flaky']);

/** `Verified 2026-11-21 10:43 UTC against 192.0.2.7:25`, or what happened instead. */
export function verifiedText(verified: Verified | 'unknown'): string {
  if (verified === 'unknown') return 'Not verified: the results do not have it';
  const { at, outcome, message, against } = verified;
  const when = `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const whom = against.length === 0 ? '' : ` against ${against.join(', ')}`;
  const why = message === undefined ? '' : `: ${message}`;
  if (held.has(outcome)) return `Verified ${when}${whom}${outcome === 'flaky' ? ' (passed when tried again)' : ''}`;
  return `Not verified ${when}${whom}: ${outcome.replace('_', ' ')}${why}`;
}

/** The actual dialogue; empty if it is not known. */
export function seenOf(verified: Verified | 'unknown' | undefined): readonly Line[] {
  return verified === undefined || verified === 'unknown' ? [] : verified.seen;
}
