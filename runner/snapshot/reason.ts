import type { Names, Vocabulary } from '../authoring/generalize.ts';
import type { Written, WrittenMap } from '../authoring/written.ts';
import { startText } from '../excerpt.ts';
import { mapHeadline } from '../headline.ts';
import type { Problem } from '../result.ts';
import { headlineWords } from '../words/headline.ts';
import { problemWords, reasonWords } from '../words/problem.ts';
import { cutText } from '../words/text.ts';
import { differenceWords, lineWords, type Sight } from './difference.ts';
import { label, type Observed } from './observe.ts';
import { filled, type Open, opensOf } from './probe.ts';

export interface Known {
  readonly names: Names;
  readonly secrets: Names;
}

export function vocabularyOf(observed: Observed | undefined, { names, secrets }: Known): Vocabulary {
  return { names, secrets, tokens: new Map([[observed?.scenarioId ?? '', 'scenario.id']]) };
}

/** A problem of a run in one line, with the probe's steps in words instead of their names during the run. */
export function wordsOf(problem: Problem, steps: readonly Written[], vocabulary: Vocabulary): string {
  const names = new Map<string, string>();
  filled(steps, (index, _, step) => {
    names.set(label(index), nameOf(step));
    return undefined;
  });
  const words = problemWords({
    ...problem,
    headline: mapHeadline(problem.headline, (text) => names.get(text) ?? text),
  });
  const unread = unreadIn(problem);
  return unread === undefined ? words : `${words}: ${lineWords(unread.trim(), vocabulary)}`;
}

/** The reply that no step expects, if that is the problem. */
export function unreadIn(problem: Problem | undefined): string | undefined {
  const actual = problem?.code === 'reply.unread' ? problem.mismatches[0]?.actual : undefined;
  return actual?.kind === 'octets' ? startText(actual.text) : undefined;
}

/** Keys that say where, when and what is expected, and not what a step does. */
const others: ReadonlySet<string> = new Set(['on', 'expect', 'name', 'timeout', 'capture']);

function nameOf(step: WrittenMap): string {
  const action = Object.keys(step).find((key) => !others.has(key));
  return action === undefined || action === 'send' ? 'the command' : action;
}

/** How what one step saw differed, and where: `it was different each time: the reply to NOOP differs in its text: …`. */
export function whyDifferent(
  steps: readonly Written[],
  index: number,
  observed: readonly Observed[],
  known: Known,
): string {
  const words = differenceAt(steps, index, observed, known);
  return words === undefined ? 'it was different each time' : `it was different each time: ${words}`;
}

/** Why a scenario failed although nothing had changed: the difference from an earlier run, or else the problem. */
export function whyFailed(steps: readonly Written[], observed: readonly Observed[], known: Known): string {
  const last = observed.findLast(({ result }) => result.problem !== undefined);
  const problem = last?.result.problem;
  if (last === undefined || problem === undefined) return whyUnseen(observed);
  const index = failedAt(last);
  const words = index === undefined ? undefined : differenceAt(steps, index, observed, known);
  return `it was different each time: ${words ?? wordsOf(problem, steps, vocabularyOf(last, known))}`;
}

/** Why a run without a problem saw less than another: it was blocked, or skipped the rest. */
export function whyUnseen(observed: readonly Observed[]): string {
  const reason = observed.map(({ result }) => result.reason).findLast((each) => each !== undefined);
  if (reason === undefined) return 'it was different each time';
  // Whether a scenario found out itself that the server cannot be used depends on which ran first.
  const isKnown = typeof reason === 'object' && reason.headline.kind === 'no service';
  return isKnown ? headlineWords(reason.headline.why) : reasonWords(reason);
}

/** The number of the open expectation that was not met; `undefined` for another one, and for a limit on time. */
export function failedAt({ result: { problem }, seen }: Observed): number | undefined {
  if (problem === undefined) return undefined;
  const path = problem.mismatches[0]?.path;
  if (path === 'within' || path === 'after') return undefined;
  const labels: string[] = [];
  mapHeadline(problem.headline, (text) => {
    labels.push(text);
    return text;
  });
  // The headline of a greeting or a message does not name its step, which is the last one then.
  return labels.length === 0 ? Math.max(...seen.keys()) : [...seen.keys()].find((key) => labels.includes(label(key)));
}

function differenceAt(
  steps: readonly Written[],
  index: number,
  observed: readonly Observed[],
  known: Known,
): string | undefined {
  const sights = observed.flatMap((each): readonly Sight[] => {
    const seen = each.seen.get(index);
    return seen === undefined ? [] : [{ seen, vocabulary: vocabularyOf(each, known) }];
  });
  const open = opensOf(steps)[index]?.open;
  const last = sights.at(-1);
  if (last === undefined) return undefined;
  for (const each of sights.slice(0, -1)) {
    const words = differenceWords(each, last, open?.kind === 'fields' ? open.fields : undefined);
    if (words !== undefined) return `${titleOf(steps, index, known)} ${words}`;
  }
  return undefined;
}

/** The longest command in a reason, which also has to show both values. */
const longestCommand = 60;

function titleOf(steps: readonly Written[], wanted: number, { names }: Known): string {
  let title = 'the reply';
  filled(steps, (index, open, step) => {
    if (index === wanted) title = titleFor(step, open.kind) ?? (step === steps[0] ? 'the greeting' : title);
    return undefined;
  });
  return title;

  function titleFor(step: WrittenMap, kind: Open['kind']): string | undefined {
    if (kind === 'header' || kind === 'stored') return 'the message that arrived';
    const { send } = step;
    if (typeof send === 'string') return `the reply to ${cutText(resolved(send, names), longestCommand)}`;
    const action = nameOf(step);
    if (action === 'the command') return undefined;
    return kind === 'fields' ? `the result of ${action}` : `the reply to ${action}`;
  }
}

/** A step as it is in the scenario: `RSET`, `use: mailspec:smtp#login`, `repeat`. */
export function stepWords(step: Written, { names }: Known): string {
  if (typeof step !== 'object' || Array.isArray(step)) return String(step);
  const { on: _, send, ...rest } = step as WrittenMap;
  const sent = Array.isArray(send) ? send[0] : send;
  if (typeof sent === 'string') return cutText(resolved(sent, names), longestCommand);
  const [action = 'expect', value] = Object.entries(rest).find(([key]) => !others.has(key)) ?? [];
  return typeof value === 'string' ? `${action}: ${value}` : action;
}

/** The command with the values of its variables. */
function resolved(text: string, names: Names): string {
  return text.replace(
    /\$\{([a-z_]\w*)\}/g,
    (whole, name: string) => [...names].find(([, each]) => each === name)?.[0] ?? whole,
  );
}
