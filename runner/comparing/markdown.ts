import { codeSpan } from '../code-span.ts';
import { many } from '../phrase.ts';
import type { Change, Compared, Difference } from './compare.ts';
import { isSame } from './compare.ts';

/** The most facts shown per scenario; its report has the rest. */
const mostFacts = 5;

/** The difference as Markdown, for a merge request or an email. */
export function differenceText(
  difference: Difference,
  names: { readonly before: string; readonly after: string },
): string {
  const { broken, mended, changed, unchecked, added, gone, slower, same } = difference;
  const title = `# ${code(names.before)} and ${code(names.after)}`;
  if (isSame(difference)) return `${title}\n\nNothing changed: ${many(same, 'scenario')}.\n`;
  const sections = [
    section('Newly red', broken.map(broke)),
    section(
      'Mended',
      mended.map(({ after }) => named(after)),
    ),
    section('Red as before, otherwise', changed.map(otherwise)),
    section(
      'No longer checked',
      unchecked.map(({ after }) => `${named(after)}: ${after.outcome.replaceAll('_', ' ')}`),
    ),
    section(
      'New',
      added.map((each) => `${named(each)}: ${each.outcome.replaceAll('_', ' ')}`),
    ),
    section('Gone', gone.map(named)),
    section(
      'Slower',
      slower.map(({ before, after }) => `${named(after)}: ${seconds(before)} before, ${seconds(after)} now`),
    ),
  ];
  return `${[title, ...sections.filter((each) => each !== ''), `As before: ${many(same, 'scenario')}.`].join('\n\n')}\n`;
}

function section(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `## ${title} (${items.length})\n\n${items.map((each) => `- ${each}`).join('\n')}`;
}

function named({ id, name }: Compared): string {
  return `${text(name)} (${code(id)})`;
}

function broke({ after }: Change): string {
  return [`${named(after)}${after.problem === undefined ? '' : `: ${text(after.problem)}`}`, ...facts(after)].join(
    '\n',
  );
}

function facts({ facts: all }: Compared): readonly string[] {
  return all
    .slice(0, mostFacts)
    .map(({ path, expected, actual }) => `  - ${placeOf(path)}${code(expected)} became ${code(actual)}`);
}

/** The actual values of the same step in both runs; otherwise both problems, which name their steps. */
function otherwise({ before, after }: Change): string {
  if (before.step !== after.step || after.facts.length === 0) {
    const [old, now] = [before, after].map(({ problem, outcome }) => problem ?? outcome.replaceAll('_', ' '));
    return [named(after), `  - before: ${text(old ?? '')}`, `  - now: ${text(now ?? '')}`].join('\n');
  }
  const old = new Map(before.facts.map((each) => [each.path, each.actual]));
  const lines = after.facts
    .slice(0, mostFacts)
    // What did not differ before was as expected.
    .map(
      ({ path, expected, actual }) => `  - ${placeOf(path)}${code(old.get(path) ?? expected)} became ${code(actual)}`,
    );
  return [`${named(after)}${after.step === undefined ? '' : `: ${code(after.step)}`}`, ...lines].join('\n');
}

/** The part of a reply, if it is not the whole one. */
function placeOf(path: string): string {
  return path === '' ? '' : `${code(path)}: `;
}

function seconds({ duration }: Compared): string {
  return `${(duration / 1_000).toFixed(1)} s`;
}

export function code(value: string): string {
  return codeSpan(value.replace(/\s*\n\s*/g, ' ').trim());
}

export function text(value: string): string {
  return value.replace(/\s*\n\s*/g, ' ').replace(/[\\`*_<>|[\]]/g, '\\$&');
}
