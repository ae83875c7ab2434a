import { type Finding, type FindingName, finding } from './findings.ts';
import type { DataLine } from './sieve-grammar.ts';

/** RFC 5804 section 2: commands whose replies have no data, only OK, NO or BYE. */
const withoutData: ReadonlySet<string> = new Set([
  'NOOP',
  'HAVESPACE',
  'PUTSCRIPT',
  'CHECKSCRIPT',
  'SETACTIVE',
  'DELETESCRIPT',
  'RENAMESCRIPT',
  'STARTTLS',
  'LOGOUT',
]);

/** Violations in the data of a reply to a command about scripts, or to a command whose replies have no data. */
export function examineData(
  command: string,
  status: string,
  data: readonly DataLine[],
  raw: Buffer,
): readonly Finding[] {
  if (status === 'OK' && command === 'LISTSCRIPTS') return examineList(data, raw);
  if (status === 'OK' && command === 'GETSCRIPT') return examineScript(data, raw);
  const [first] = data;
  if (first === undefined || !withoutData.has(command)) return [];
  return [finding('sieve.response.syntax', `${first.text} before the reply to ${command}, which has no data`, raw)];
}

/** RFC 5804 section 2.7: names of scripts, of which at most one is active. */
function examineList(data: readonly DataLine[], raw: Buffer): readonly Finding[] {
  const found = new Map<FindingName, Finding>();
  const add = (name: FindingName, message: string) => {
    if (!found.has(name)) found.set(name, finding(name, message, raw));
  };
  const names = new Set<unknown>();
  let active = 0;
  for (const { items, text, findings } of data) {
    // A line that cannot be parsed has a finding already.
    if (findings.length > 0) continue;
    const [name, mark, ...more] = items;
    const isMarked = mark?.form === 'word' && mark.text.toUpperCase() === 'ACTIVE';
    if (name?.form !== 'string' || name.value === '' || (mark !== undefined && !isMarked) || more.length > 0) {
      add('sieve.listscripts.syntax', `${text} is not the name of a script, with or without ACTIVE after it`);
      continue;
    }
    if (names.has(name.value)) add('sieve.listscripts.duplicate', `a second script ${name.text}`);
    names.add(name.value);
    if (isMarked && ++active > 1) add('sieve.listscripts.active', `a second active script, ${name.text}`);
  }
  return [...found.values()];
}

/** RFC 5804 section 2.9: one string. */
function examineScript(data: readonly DataLine[], raw: Buffer): readonly Finding[] {
  const items = data.flatMap((line) => line.items);
  if (items.length === 1 && items[0]?.form === 'string') return [];
  return [finding('sieve.getscript.syntax', 'the reply to GETSCRIPT has no script, or more than one string', raw)];
}
