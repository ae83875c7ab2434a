import type { Written } from '../authoring/written.ts';
import type { Settled } from './file.ts';
import { type Looking, measured, type Observed, observe, watched } from './observe.ts';
import { opensOf, type Probe } from './probe.ts';
import { type Known, stepWords, whyFailed } from './reason.ts';
import { type Cut, settle } from './settle.ts';
import { isConfirmed, isQuick } from './time-expectation.ts';

/** Runs without a difference before a scenario counts as stable. */
const usualProofs = 2;
/** The same for failed logins: servers delay these replies by seconds, one after the other. */
const proofsOfFailures = 1;
/** Further attempts to confirm what differed, after which it is left out. */
const moreRounds = 4;
/** Further measurements of what was not quick. */
const moreMeasurements = 2;
/** The most steps of a growing row. */
const mostLooks = 40;

export interface LeftOut {
  readonly probe: Probe;
  /** If only its last steps are left out: the number of those, and what the first of them does. */
  readonly rest?: { readonly steps: number; readonly from: string };
  readonly why: string;
}

export interface Taken {
  readonly settled: readonly Settled[];
  readonly leftOut: readonly LeftOut[];
}

interface Watched {
  readonly probe: Probe;
  observed: readonly Observed[];
  /** The last version that was not confirmed; it is not tried again. */
  disproved?: string;
}

/** Observes several times, and keeps what was the same each time. */
export async function take(probes: readonly Probe[], known: Known, looking: Looking): Promise<Taken> {
  const grown = await grow(probes, looking);
  const leftOut = new Map<Probe, Omit<LeftOut, 'probe'>>();
  const first = await measureAgain(grown, await observeAll(grown, { ...looking, round: 1 }), { ...looking, round: 1 });
  let open = grown.map((probe, index): Watched => {
    const seen = first[index];
    return { probe, observed: seen === undefined ? [] : [seen] };
  });
  const stable = new Map<Probe, Settled>();
  for (let round = 0; open.length > 0 && !looking.signal.aborted; round++) {
    const candidates = open.flatMap((each) => {
      const outcome = settle(each.probe, each.observed, known);
      if (outcome.kind === 'settled' && written(outcome.settled) !== each.disproved) return [{ ...outcome, each }];
      leftOut.set(each.probe, {
        why: outcome.kind === 'settled' ? whyFailed(each.probe.steps, each.observed, known) : outcome.why,
      });
      return [];
    });
    const proofs = await prove(
      candidates.map(({ settled }) => settled),
      { ...looking, round: round + 2 },
    );
    open = candidates.flatMap(({ each, settled, rest }, index) => {
      const own = proofs[index] ?? [];
      if (own.length === 0) return [];
      const others = own.filter(({ result }) => result.outcome !== 'passed');
      if (others.length === 0) {
        stable.set(each.probe, settled);
        if (rest !== undefined) leftOut.set(each.probe, withoutRest(each.probe, rest, known));
        return [];
      }
      // A timeout only shows that the server was too busy to reply.
      const told = others.filter(({ result }) => result.problem?.code !== 'reply.timeout');
      const all = [...each.observed, ...others];
      each.observed = [...each.observed, ...told];
      if (told.length > 0) each.disproved = written(settled);
      if (round < moreRounds) return [each];
      leftOut.set(each.probe, { why: whyFailed(each.probe.steps, all, known) });
      return [];
    });
  }
  return {
    settled: grown.flatMap((probe) => stable.get(probe) ?? []),
    // In the order of the files, and not in that in which it was found out.
    leftOut: grown.flatMap((probe) => {
      const left = leftOut.get(probe);
      return left === undefined ? [] : [{ ...left, probe }];
    }),
  };
}

function withoutRest({ steps }: Probe, { at, why }: Cut, known: Known): Omit<LeftOut, 'probe'> {
  return { rest: { steps: steps.length - at, from: stepWords(steps[at] ?? '', known) }, why };
}

/** Observes each probe. What ran out of time is observed once more: a busy machine must not make a scenario shorter. */
async function observeAll(probes: readonly Probe[], looking: Looking): Promise<readonly (Observed | undefined)[]> {
  const first = await observe(probes, looking);
  const late = [...first.keys()].filter((index) => isLate(first[index]));
  const second = await observe(
    late.map((index) => probes[index] as Probe),
    looking,
  );
  const all = [...first];
  for (const [at, index] of late.entries()) if (sizeOf(second[at]) >= sizeOf(first[index])) all[index] = second[at];
  return all;
}

/**
 * Measures again what was not quick: of several times the shortest counts, since a busy machine does not mean a slow
 * server. Failed logins only until two measurements agree, since each costs seconds and servers count them.
 */
async function measureAgain(
  probes: readonly Probe[],
  first: readonly (Observed | undefined)[],
  looking: Looking,
): Promise<readonly (Observed | undefined)[]> {
  const all = [...first];
  for (let count = 0; count < moreMeasurements; count++) {
    const slow = [...all.keys()].filter((index) => isSlow(probes[index] as Probe, all[index]));
    const again = await observe(
      slow.map((index) => probes[index] as Probe),
      looking,
    );
    for (const [at, index] of slow.entries()) all[index] = quicker(all[index], again[at]);
  }
  return all;
}

function isSlow({ steps, leaves }: Probe, observed: Observed | undefined): boolean {
  return opensOf(steps).some(({ open }, index) => {
    const seen = observed?.seen.get(index);
    if (open.kind !== 'time' || seen?.kind !== 'reply' || isQuick(seen.elapsed, open.works === true)) return false;
    return leaves !== 'failed logins' || !isConfirmed(seen);
  });
}

/** The first observation, with the shorter times if the second one got as far. */
function quicker(first: Observed | undefined, second: Observed | undefined): Observed | undefined {
  if (first === undefined || second === undefined || sizeOf(second) < sizeOf(first)) return first;
  const seen = new Map(
    [...first.seen].map(([index, each]) => [index, measured(each, second.seen.get(index))] as const),
  );
  return { ...first, seen };
}

const lateCodes: ReadonlySet<string> = new Set(['connect.timeout', 'reply.timeout', 'scenario.timeout']);

function isLate(observed: Observed | undefined): boolean {
  return lateCodes.has(observed?.result.problem?.code ?? '');
}

function sizeOf(observed: Observed | undefined): number {
  return observed?.seen.size ?? 0;
}

function written({ steps, tolerate }: Settled): string {
  return JSON.stringify([steps, tolerate]);
}

function proofsOf({ probe }: Settled): number {
  return probe.leaves === 'failed logins' ? proofsOfFailures : usualProofs;
}

/** Runs each scenario as it would be written, except for the names of its steps, as often as it needs. */
function prove(settled: readonly Settled[], looking: Looking): Promise<readonly (readonly Observed[])[]> {
  return watched(
    settled.map((each) => ({ ...each, steps: each.labelled })),
    looking,
    settled.map(proofsOf),
  );
}

/** Extends rows as long as there is something to observe; each observation determines the next step. */
async function grow(probes: readonly Probe[], looking: Looking): Promise<readonly Probe[]> {
  const steps = new Map<Probe, Written[]>(probes.map((probe) => [probe, [...probe.steps]]));
  let growing = probes.filter(({ next }) => next !== undefined);
  const seen = new Map<Probe, Readonly<Record<string, unknown>>[]>();
  for (let look = 0; look < mostLooks && growing.length > 0 && !looking.signal.aborted; look++) {
    // Only the new step, since the others have been observed.
    const parts = growing.map((probe) => ({ ...probe, steps: steps.get(probe)?.slice(look) ?? [] }));
    const observed = await observe(parts, looking);
    growing = growing.filter((probe, index) => {
      const what = observed[index]?.seen.get(0);
      if (what?.kind !== 'check') return false;
      const all = [...(seen.get(probe) ?? []), what.evidence];
      seen.set(probe, all);
      const step = probe.next?.(all);
      if (step !== undefined) steps.get(probe)?.push(step);
      return step !== undefined;
    });
  }
  return probes.map((probe) => ({ ...probe, steps: steps.get(probe) ?? probe.steps }));
}
