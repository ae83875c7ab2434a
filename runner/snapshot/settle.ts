import { exactExpectation, precisions } from '../authoring/exact.ts';
import { isEnd } from '../authoring/expectation.ts';
import type { Written, WrittenMap } from '../authoring/written.ts';
import type { Seen } from '../engine/witness.ts';
import { checkExpectation } from './check-expectation.ts';
import type { Settled } from './file.ts';
import { logExpectation } from './log-expectation.ts';
import { messageExpectation, storedExpectation, uidlExpectation } from './message-expectation.ts';
import { label, type Observed } from './observe.ts';
import { filled, type Open, opensOf, type Probe } from './probe.ts';
import { failedAt, type Known, unreadIn, vocabularyOf, whyDifferent, whyUnseen, wordsOf } from './reason.ts';
import { cameIn, endOrRefusal, isRefusal, restAfter, silence } from './rest.ts';
import { messageTimeExpectation, timeExpectation } from './time-expectation.ts';

export type Outcome =
  /** `rest`: its last steps, if they are left out. */
  | { readonly kind: 'settled'; readonly settled: Settled; readonly rest?: Cut }
  /** `why`: the reported problem, or the difference. */
  | { readonly kind: 'left out'; readonly why: string };

/** Where a scenario was made shorter: its first missing step in the dialogue, and why. */
export interface Cut {
  readonly at: number;
  readonly why: string;
}

/** What all observations have in common, as a scenario. */
export function settle(probe: Probe, observed: readonly Observed[], known: Known): Outcome {
  const opens = opensOf(probe.steps);
  const expectations: Written[] = [];
  let end = probe.steps.length;
  let last = -1;
  let rest: Cut | undefined;
  for (const [index, { open, top }] of opens.entries()) {
    const reached = observed.filter((each, run) => run === 0 || !endedBefore(each, index));
    const all = reached.map(({ seen }) => seen.get(index));
    const expectation = all.every((each) => each !== undefined)
      ? (endOrRefusal(index, open, reached) ??
        common(all as readonly Seen[], open, reached, known, commandOf(probe.steps[top])))
      : undefined;
    if (expectation === undefined) {
      // The steps before it may fail as well.
      end = Math.min(last + 1, top);
      rest = { at: end, why: whyNot(probe, index, reached, known) };
      break;
    }
    expectations.push(expectation);
    last = top;
    if (opens[index + 1]?.open.kind === 'rest')
      return afterLongCommand({ probe, observed: reached, known, expectations, index, top });
    const isRefused = open.kind === 'gate' && observed.some(({ seen }) => isRefusal(cameIn(seen.get(index))));
    if ((expectation === 'closed' || isRefused) && !isLast(probe.steps, top)) {
      end = top + 1;
      break;
    }
  }
  const parting = unread(observed, probe.steps);
  const steps = [...probe.steps.slice(0, end), ...parting];
  if (rest !== undefined && opensOf(steps).length === 0) return { kind: 'left out', why: rest.why };
  const outcome = settled(probe, observed, steps, expectations);
  // A last reply that nobody asked for is recorded, and says why there is no more.
  return rest === undefined || parting.length > 0 ? outcome : { ...outcome, rest };
}

/**
 * Whether a proof ended because an earlier expectation was too exact. It says nothing of what comes after: the next
 * proof, with the common expectation, will get there.
 */
function endedBefore(observed: Observed, index: number): boolean {
  const at = observed.result.problem?.headline.kind === 'mismatch' ? failedAt(observed) : undefined;
  return at !== undefined && observed.seen.has(at) && at < index;
}

function settled(
  probe: Probe,
  observed: readonly Observed[],
  steps: readonly Written[],
  expectations: readonly Written[],
  afterwards: readonly Written[] = [],
): Extract<Outcome, { kind: 'settled' }> {
  return {
    kind: 'settled',
    settled: {
      probe,
      steps: filled(steps, (index) => expectations[index]),
      labelled: [...filled(steps, (index) => expectations[index], label), ...afterwards],
      tolerate: violationsIn(observed),
    },
  };
}

interface LongCommand {
  readonly probe: Probe;
  readonly observed: readonly Observed[];
  readonly known: Known;
  readonly expectations: readonly Written[];
  /** The number of the reply's expectation. */
  readonly index: number;
  readonly top: number;
}

/**
 * Ends with the reply to a long command, or with the reply to its rest, which some servers read as another command. The
 * proofs also wait for what must not come afterwards, since it may come too late to be seen at the end of a scenario.
 */
function afterLongCommand({ probe, observed, known, expectations, index, top }: LongCommand): Outcome {
  const { open } = opensOf(probe.steps)[index] ?? {};
  const isRefused = observed.some(({ seen }) => isRefusal(cameIn(seen.get(index))));
  if (isRefused && open?.kind === 'end' && open.mayBeLost)
    return { kind: 'left out', why: 'the command is so long that its refusal may be lost' };
  const rest = restAfter(index, observed);
  const ends = open !== undefined && endOrRefusal(index, open, observed) !== undefined;
  if (rest.kind === 'more' || (rest.kind === 'reply' && ends))
    return { kind: 'left out', why: 'the server reads the rest of the command as further commands' };
  if (rest.kind !== 'reply') {
    const steps = probe.steps.slice(0, top + 1);
    return settled(probe, observed, steps, expectations, isRefused && !ends ? [silence(label(index + 1))] : []);
  }
  const seen = rest.observed.map((each) => each.seen.get(rest.index) as Seen);
  const reply = common(seen, { kind: 'reply' }, rest.observed, known, undefined);
  if (reply === undefined)
    return { kind: 'left out', why: whyDifferent(probe.steps, rest.index, rest.observed, known) };
  return settled(probe, observed, probe.steps.slice(0, top + 2), [...expectations, reply], [silence(label(index + 2))]);
}

/** A reply sent unasked, such as 421 after too many errors, ended the first observation: it must be read. */
function unread([observed]: readonly Observed[], [first]: readonly Written[]): readonly Written[] {
  const problem = observed?.result.problem;
  // After the end of a connection, it may be the next one's greeting.
  if ([...(observed?.seen.values() ?? [])].some(({ kind }) => kind === 'closed')) return [];
  const status = /^(?:[245]\d\d(?=[ -])|-ERR)/.exec(unreadIn(problem) ?? '')?.[0];
  if (status === undefined || typeof first !== 'object' || first === null || 'on' in first) return [];
  return [{ expect: status === '-ERR' ? status : Number(status) }];
}

function isLast(steps: readonly Written[], top: number): boolean {
  return top === steps.length - 1;
}

/** Why nothing is known of the first expectation that could not be met each time. */
function whyNot({ steps }: Probe, index: number, observed: readonly Observed[], known: Known): string {
  if (observed.every(({ seen }) => seen.has(index))) return whyDifferent(steps, index, observed, known);
  const failed = observed.find(({ result }) => result.problem !== undefined);
  const problem = failed?.result.problem;
  return problem === undefined ? whyUnseen(observed) : wordsOf(problem, steps, vocabularyOf(failed, known));
}

function violationsIn(observed: readonly Observed[]): readonly string[] {
  return [...new Set(observed.flatMap(({ result }) => result.violations.map(({ name }) => name)))].sort();
}

/** The command of a step, if it sends one. */
function commandOf(step: Written | undefined): string | undefined {
  if (typeof step !== 'object' || Array.isArray(step)) return undefined;
  const { send } = step as Readonly<Record<string, Written>>;
  return typeof send === 'string' ? send : undefined;
}

function common(
  seen: readonly Seen[],
  open: Open,
  observed: readonly Observed[],
  known: Known,
  command: string | undefined,
): Written | undefined {
  if (open.kind === 'logged') return logExpectation(seen, open.patterns);
  if (open.kind === 'silence')
    return seen.every(({ kind }) => kind === 'nothing') ? { nothing: open.within } : undefined;
  if (open.kind === 'fields') return agreed(seen.map((each) => checkExpectation(each, open.fields)));
  const limits =
    open.kind === 'time'
      ? timeExpectation(seen, open.works === true)
      : open.kind === 'gate'
        ? messageTimeExpectation(seen)
        : undefined;
  if (open.kind === 'time' && (open.worded !== true || limits === undefined)) return limits;
  const came = seen.map(cameIn);
  const context = (index: number) => ({
    vocabulary: vocabularyOf(observed[index], known),
    command,
    hello: /^(EHLO|LHLO)\b/i.exec(command ?? '')?.[1]?.toUpperCase(),
  });
  for (const precision of open.kind === 'status' ? (['status'] as const) : precisions) {
    const expectation = agreed(
      came.map((each, index) => {
        const what = seen[index];
        if (open.kind === 'stored') return what && storedExpectation(what, precision, context(index));
        if (each === undefined) return undefined;
        if (!isEnd(each) && open.kind === 'uidl') return uidlExpectation(each, precision);
        if (!isEnd(each) && open.kind === 'header') return messageExpectation(each, precision, context(index));
        return exactExpectation(each, precision, context(index));
      }),
    );
    if (expectation !== undefined) return withLimits(expectation, limits);
  }
  return undefined;
}

function withLimits(expectation: Written, limits: Written | undefined): Written {
  if (limits === undefined || typeof expectation !== 'object' || Array.isArray(expectation)) return expectation;
  return { ...(expectation as WrittenMap), ...(limits as WrittenMap) };
}

/** The common expectation; `undefined` if they differ. */
function agreed(expectations: readonly (Written | undefined)[]): Written | undefined {
  const [first] = expectations;
  const isSame = expectations.every((each) => JSON.stringify(each) === JSON.stringify(first));
  return isSame ? first : undefined;
}
