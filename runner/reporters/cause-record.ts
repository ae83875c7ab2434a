import type { Cause, SymptomKind } from '../causes/cause.ts';
import type { Product, Remedy, Severity } from '../remedy.ts';
import { visible } from '../visible.ts';
import { causeWords, countWords } from '../words/cause.ts';
import { remedyWords } from '../words/remedy.ts';
import { meaningOf } from './cause-parts.ts';

/** A cause in machine-readable reports. */
export interface CauseRecord {
  readonly severity: Severity;
  readonly kind: SymptomKind;
  readonly title: string;
  readonly meaning?: string;
  readonly servers: readonly string[];
  readonly products: readonly Product[];
  /** The scenario that shows it best. */
  readonly first: string;
  readonly remedies: readonly Remedy[];
}

export function causeRecord(cause: Cause): CauseRecord {
  const { severity, kind, servers, products, first, remedies } = cause;
  const meaning = meaningOf(cause);
  return {
    severity,
    kind,
    title: visible(causeWords(cause)),
    ...(meaning !== undefined && { meaning: visible(meaning) }),
    servers: servers.map(visible),
    products,
    first: visible(first.scenario.id),
    remedies,
  };
}

/** The cause of each scenario, by the scenario's number in the run. */
export function causeByScenario(causes: readonly Cause[]): ReadonlyMap<number, Cause> {
  return new Map(causes.flatMap((cause) => cause.scenarios.map((index) => [index, cause] as const)));
}

/** `HIGH: certificate of mail.example.com expired 3 days ago (2026-11-23): imaps (164 scenarios: 46 failed, 118 blocked)` */
export function causeTitle(cause: Cause): string {
  const { severity, count } = cause;
  const words = `${severity.toUpperCase()}: ${visible(causeWords(cause))}`;
  return count === 1 ? words : `${words} (${countWords(cause)})`;
}

/**
 * The title of a cause that several scenarios have in common; empty for a single scenario, whose own message says it.
 */
export function sharedTitle(cause: Cause | undefined): readonly string[] {
  return cause === undefined || cause.count === 1 ? [] : [causeTitle(cause)];
}

/** The remedies of the cause: those of the scenario would be for a different problem. */
export function fixesOf(cause: Cause | undefined, own: readonly string[]): readonly string[] {
  return cause === undefined ? own.map(visible) : fixLines(cause);
}

/** Lines below a scenario's failure: the common cause, and what to do. */
export function causeLines(cause: Cause | undefined, own: readonly string[]): readonly string[] {
  return [...sharedTitle(cause).map((title) => `cause: ${title}`), ...fixesOf(cause, own).map((fix) => `fix: ${fix}`)];
}

/** What to do about the cause, one remedy per line. */
export function fixLines({ remedies }: Cause): readonly string[] {
  return remedies.map((each) => visible(remedyWords(each)));
}
