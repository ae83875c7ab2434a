import { grouped } from '../grouped.ts';
import { many } from '../phrase.ts';
import { visible } from '../visible.ts';
import type { LeftOut } from './take.ts';

/** What a snapshot lacks for the same reason. */
export interface LeftOutGroup {
  readonly why: string;
  /** `3 scenarios`, `the last steps of 2 scenarios`; absent for a single one. */
  readonly count?: string;
  readonly files: readonly FileGroup[];
}

interface FileGroup {
  readonly file: string;
  /** `HELP, from "HELP MAIL" on (2 of 5 steps)` */
  readonly names: readonly string[];
}

/** What a snapshot lacks, each reason once, in the order of its files. */
export function leftOutGroups(all: readonly LeftOut[]): readonly LeftOutGroup[] {
  return grouped(all, ({ rest, why }) => JSON.stringify([rest !== undefined, why])).map((group) => {
    const [{ rest, why }] = group;
    const count = `${rest === undefined ? '' : 'the last steps of '}${many(group.length, 'scenario')}`;
    const files = grouped(group, ({ probe }) => probe.file);
    return {
      ...{ why, ...(group.length > 1 && { count }) },
      files: files.map((own) => ({ file: own[0].probe.file, names: own.map(nameOf) })),
    };
  });
}

function nameOf({ probe: { name, steps }, rest }: LeftOut): string {
  return rest === undefined ? name : `${name}, from "${rest.from}" on (${rest.steps} of ${many(steps.length, 'step')})`;
}

/** The same as lines: `left out: mx › HELP: it was different each time: …`, or the number, and the names below it. */
export function leftOutLines(all: readonly LeftOut[]): readonly string[] {
  return leftOutGroups(all).flatMap(groupLines).map(visible);
}

function groupLines({ why, count, files }: LeftOutGroup): readonly string[] {
  const places = files.map(({ file, names }) => `${file} › ${names.join('; ')}`);
  return count === undefined
    ? places.map((each) => `left out: ${each}: ${why}`)
    : [`left out: ${count}: ${why}`, ...places.map((each) => `  ${each}`)];
}
