import { meetsGlob } from './glob.ts';

/** A scenario, as files and command lines refer to it. */
export interface Identified {
  readonly id: string;
  /** Ids made from its former names. */
  readonly formerIds?: readonly string[];
}

export function idsOf({ id, formerIds = [] }: Identified): readonly string[] {
  return [id, ...formerIds];
}

/** The id that a scenario keeps when it is renamed: former names are listed oldest first. */
export function firstIdOf({ id, formerIds = [] }: Identified): string {
  return formerIds[0] ?? id;
}

/** Whether `id`, in which `*` matches any characters, matches one of the scenario's ids, former ones included. */
export function isMeant(scenario: Identified, id: string): boolean {
  return idsOf(scenario).some((each) => meetsGlob(each, id));
}
