import type { Written } from '../authoring/written.ts';
import type { ScenarioResult } from '../result.ts';
import { problemWords } from '../words/problem.ts';
import type { Settled } from './file.ts';
import { type Looking, type Observed, observe, watched } from './observe.ts';
import type { Probe } from './probe.ts';
import { type Known, settle } from './settle.ts';

/** Runs in a row without a difference before a scenario counts as stable. */
const usualProofs = 2;
/** Rounds after those that it needs, after which whatever still differs is left out. */
const moreRounds = 4;
/** Looks after which a row that goes on is long enough. */
const mostLooks = 40;

export interface LeftOut {
  readonly probe: Probe;
  readonly why: string;
}

export interface Taken {
  readonly settled: readonly Settled[];
  readonly leftOut: readonly LeftOut[];
}

interface Watched {
  readonly probe: Probe;
  observed: readonly Observed[];
  /** In how many runs in a row it met its own expectations. */
  proved: number;
}

/** Looks several times, and keeps what was the same each time. */
export async function take(probes: readonly Probe[], known: Known, looking: Looking): Promise<Taken> {
  const grown = await grow(probes, looking);
  const leftOut: LeftOut[] = [];
  const all: Watched[] = grown.map((probe) => ({ probe, observed: [], proved: 0 }));
  const first = await observe(grown, { ...looking, round: 1 });
  for (const [index, each] of all.entries()) note(each, first[index]);
  let open = all;
  const stable = new Map<Probe, Settled>();
  for (let round = 0; open.length > 0 && !looking.signal.aborted; round++) {
    const candidates = open.flatMap((each) => {
      const outcome = settle(each.probe, each.observed, known);
      if (outcome.kind === 'settled') return [{ each, settled: outcome.settled }];
      leftOut.push({ probe: each.probe, why: outcome.why });
      return [];
    });
    const results = await prove(
      candidates.map(({ settled }) => settled),
      { ...looking, round: round + 2 },
    );
    open = candidates.flatMap(({ each, settled }, index) => {
      const proof = results[index];
      if (proof === undefined) return [];
      each.proved = isGreen(proof.result) ? each.proved + 1 : 0;
      const { proofs = usualProofs } = each.probe;
      if (each.proved >= proofs) {
        stable.set(each.probe, settled);
        return [];
      }
      note(each, proof);
      if (round + 1 < proofs + moreRounds) return [each];
      leftOut.push({ probe: each.probe, why: different(proof) });
      return [];
    });
  }
  return { settled: grown.flatMap((probe) => stable.get(probe) ?? []), leftOut };
}

function different({ result: { problem } }: Observed): string {
  return `it was different each time${problem === undefined ? '' : `: ${problemWords(problem)}`}`;
}

function note(each: Watched, seen: Observed | undefined): void {
  if (seen !== undefined) each.observed = [...each.observed, seen];
}

function isGreen({ outcome }: ScenarioResult): boolean {
  return outcome === 'passed';
}

/** The scenarios as they would be written, but for the names of their steps. */
function prove(settled: readonly Settled[], looking: Looking): Promise<readonly (Observed | undefined)[]> {
  return watched(
    settled.map((each) => ({ ...each, steps: each.labelled })),
    looking,
  );
}

/** Rows that go on as long as there is something to see, each look telling the next. */
async function grow(probes: readonly Probe[], looking: Looking): Promise<readonly Probe[]> {
  const steps = new Map<Probe, Written[]>(probes.map((probe) => [probe, [...probe.steps]]));
  let growing = probes.filter(({ next }) => next !== undefined);
  const seen = new Map<Probe, Readonly<Record<string, unknown>>[]>();
  for (let look = 0; look < mostLooks && growing.length > 0 && !looking.signal.aborted; look++) {
    // Only the step that is new: the others were seen.
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
