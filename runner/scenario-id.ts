import { meetsGlob } from './glob.ts';

/** A scenario, as files and command lines name it. */
export interface Identified {
  readonly id: string;
  /** From its former names. */
  readonly formerIds?: readonly string[];
}

export function idsOf({ id, formerIds = [] }: Identified): readonly string[] {
  return [id, ...formerIds];
}

/** The one that a scenario keeps, whatever it is renamed to: former names are listed oldest first. */
export function firstIdOf({ id, formerIds = [] }: Identified): string {
  return formerIds[0] ?? id;
}

/** Whether an id, in which `*` stands for any characters, is one of the scenario's, former ones included. */
export function isMeant(scenario: Identified, id: string): boolean {
  return idsOf(scenario).some((each) => meetsGlob(each, id));
}
