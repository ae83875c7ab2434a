import { exactExpectation, precisions } from '../authoring/exact.ts';
import { type Came, isEnd } from '../authoring/expectation.ts';
import type { Names } from '../authoring/generalize.ts';
import type { Written, WrittenMap } from '../authoring/written.ts';
import type { Seen } from '../engine/witness.ts';
import { isPositive } from '../protocol/protocols.ts';
import { actualWords } from '../words/actual.ts';
import { problemWords } from '../words/problem.ts';
import { checkExpectation } from './check-expectation.ts';
import type { Settled } from './file.ts';
import { logExpectation } from './log-expectation.ts';
import { messageExpectation, storedExpectation, uidlExpectation } from './message-expectation.ts';
import { label, type Observed } from './observe.ts';
import { filled, type Open, opensOf, type Probe } from './probe.ts';
import { messageTimeExpectation, timeExpectation } from './time-expectation.ts';

export interface Known {
  readonly names: Names;
  readonly secrets: Names;
}

export type Outcome =
  | { readonly kind: 'settled'; readonly settled: Settled }
  /** `why`: the reported problem, or the difference. */
  | { readonly kind: 'left out'; readonly why: string };

/** What all observations have in common, as a scenario. */
export function settle(probe: Probe, observed: readonly Observed[], known: Known): Outcome {
  const opens = opensOf(probe.steps);
  const expectations: Written[] = [];
  let end = probe.steps.length;
  let last = -1;
  for (const [index, { open, top }] of opens.entries()) {
    const all = observed.map(({ seen }) => seen.get(index));
    const expectation = all.every((each) => each !== undefined)
      ? common(all as readonly Seen[], open, observed, known, commandOf(probe.steps[top]))
      : undefined;
    if (expectation === undefined) {
      // The steps before it may fail as well.
      end = Math.min(last + 1, top);
      break;
    }
    expectations.push(expectation);
    last = top;
    const isRefused = open.kind === 'gate' && observed.some(({ seen }) => isRefusal(cameIn(seen.get(index))));
    if ((expectation === 'closed' || isRefused) && !isLast(probe.steps, top)) {
      end = top + 1;
      break;
    }
  }
  const steps = [...probe.steps.slice(0, end), ...unread(observed, probe.steps)];
  const kept = opensOf(steps).length;
  if (kept === 0) return { kind: 'left out', why: whyNot(opens.length, expectations.length, observed) };
  return {
    kind: 'settled',
    settled: {
      probe,
      steps: filled(steps, (index) => expectations[index]),
      labelled: filled(steps, (index) => expectations[index], label),
      tolerate: violationsIn(observed),
      mayEnd: opens.some(
        ({ open }, index) =>
          open.kind === 'end' &&
          observed.every(({ seen }) => {
            const came = cameIn(seen.get(index));
            return isRefusal(came) && !isParting(came);
          }),
      ),
    },
  };
}

/** A reply sent unasked, such as 421 after too many errors, ended the first observation: it must be read. */
function unread([observed]: readonly Observed[], [first]: readonly Written[]): readonly Written[] {
  const problem = observed?.result.problem;
  const [mismatch] = problem?.code === 'reply.unread' ? problem.mismatches : [];
  const status = /^(?:[245]\d\d(?=[ -])|-ERR)/.exec(mismatch === undefined ? '' : actualWords(mismatch))?.[0];
  if (status === undefined || typeof first !== 'object' || first === null || 'on' in first) return [];
  return [{ expect: status === '-ERR' ? status : Number(status) }];
}

function isLast(steps: readonly Written[], top: number): boolean {
  return top === steps.length - 1;
}

function whyNot(count: number, known: number, observed: readonly Observed[]): string {
  const problem = observed.map(({ result }) => result.problem).find((each) => each !== undefined);
  if (count === known || problem === undefined) return 'it was different each time';
  return problemWords(problem);
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
  { names, secrets }: Known,
  command: string | undefined,
): Written | undefined {
  if (open.kind === 'logged') return logExpectation(seen, open.patterns);
  if (open.kind === 'fields') return agreed(seen.map((each) => checkExpectation(each, open.fields)));
  const limits =
    open.kind === 'time' ? timeExpectation(seen) : open.kind === 'gate' ? messageTimeExpectation(seen) : undefined;
  if (open.kind === 'time' && (open.worded !== true || limits === undefined)) return limits;
  const came = seen.map(cameIn);
  if (open.kind === 'end' && (open.mayBeLost || came.some(isParting)) && came.every(isRefusal))
    return { one_of: ['closed', open.refused] };
  const context = (index: number) => ({
    vocabulary: { names, secrets, tokens: new Map([[observed[index]?.scenarioId ?? '', 'scenario.id']]) },
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

/** The connection has ended or will: 421 (RFC 5321 section 3.8), BYE (RFC 9051 section 7.1.5, RFC 5804 section 1.2). */
function isParting(came: Came | undefined): boolean {
  if (came === undefined || isEnd(came)) return came !== undefined;
  return 'code' in came ? came.code === 421 : 'status' in came && came.status === 'BYE';
}

function isRefusal(came: Came | undefined): boolean {
  return isEnd(came) || (came !== undefined && !isPositive(came));
}

function cameIn(seen: Seen | undefined): Came | undefined {
  return seen?.kind === 'reply' ? seen.reply : seen?.kind === 'closed' ? 'closed' : undefined;
}

/** The common expectation; `undefined` if they differ. */
function agreed(expectations: readonly (Written | undefined)[]): Written | undefined {
  const [first] = expectations;
  const isSame = expectations.every((each) => JSON.stringify(each) === JSON.stringify(first));
  return isSame ? first : undefined;
}
