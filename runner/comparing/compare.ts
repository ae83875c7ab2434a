import { idsOf } from '../scenario-id.ts';

/** The part of a scenario's result that two runs are compared by. */
export interface Compared {
  readonly id: string;
  /** Ids made from former names. */
  readonly formerIds?: readonly string[];
  readonly name: string;
  readonly outcome: string;
  /** In milliseconds. */
  readonly duration: number;
  /** What the problem is about: a command as it was sent, or a check. */
  readonly step?: string;
  /** The problem that ended the scenario, as a sentence. */
  readonly problem?: string;
  /** The differences between actual and expected values. */
  readonly facts: readonly Fact[];
}

export interface Fact {
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

export interface Change {
  readonly before: Compared;
  readonly after: Compared;
}

export interface Difference {
  /** Passed in the first run only. */
  readonly broken: readonly Change[];
  readonly mended: readonly Change[];
  /** Checked in the first run only. */
  readonly unchecked: readonly Change[];
  /** Failed in both runs, with different actual values. */
  readonly changed: readonly Change[];
  readonly added: readonly Compared[];
  readonly gone: readonly Compared[];
  readonly slower: readonly Change[];
  readonly same: number;
}

const red: ReadonlySet<string> = new Set(['failed', 'errored', 'blocked', 'warning', 'known_issue']);

const idle: ReadonlySet<string> = new Set(['skipped', 'not_run']);

/**
 * A scenario counts as slower if it takes `factor` times as long and at least `least` milliseconds longer; less is
 * noise.
 */
const slowerBy = { factor: 3, least: 1_000 } as const;

/** The differences of the second run from the first, in the second run's order. */
export function compare(before: readonly Compared[], after: readonly Compared[]): Difference {
  const known = new Map(before.map((each) => [each.id, each]));
  const both = after.flatMap((each): readonly Change[] => {
    const old = idsOf(each).flatMap((id) => known.get(id) ?? [])[0];
    return old === undefined ? [] : [{ before: old, after: each }];
  });
  const found = new Set(both.flatMap((each) => [each.before, each.after]));
  const isRed = ({ outcome }: Compared) => red.has(outcome);
  const broken = both.filter((each) => !isRed(each.before) && isRed(each.after));
  const unchecked = both.filter((each) => !idle.has(each.before.outcome) && idle.has(each.after.outcome));
  const mended = both.filter((each) => isRed(each.before) && !isRed(each.after) && !idle.has(each.after.outcome));
  const changed = both.filter(
    (each) =>
      isRed(each.before) &&
      isRed(each.after) &&
      JSON.stringify(factsOf(each.before)) !== JSON.stringify(factsOf(each.after)),
  );
  const slower = both.filter(
    (each) =>
      !isRed(each.before) &&
      !isRed(each.after) &&
      each.after.duration > each.before.duration * slowerBy.factor &&
      each.after.duration > each.before.duration + slowerBy.least,
  );
  return {
    ...{ broken, mended, changed, unchecked, slower },
    added: after.filter((each) => !found.has(each)),
    gone: before.filter((each) => !found.has(each)),
    same: both.length - broken.length - mended.length - changed.length - unchecked.length,
  };
}

function factsOf({ facts, problem }: Compared): unknown {
  return facts.length === 0 ? problem : facts;
}

/** Whether there is nothing to report. */
export function isSame({ broken, mended, changed, unchecked, added, gone, slower }: Difference): boolean {
  return [broken, mended, changed, unchecked, added, gone, slower].every(({ length }) => length === 0);
}
