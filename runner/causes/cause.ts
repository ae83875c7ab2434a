import type { CertificateFault } from '../evidence.ts';
import type { Product, Remedy, Severity } from '../remedy.ts';
import type { LogLine, Outcome, ScenarioResult } from '../result.ts';
import type { Sign } from './sign.ts';

/** The kinds of causes; earlier ones come before those that follow from them. */
export const symptomKinds = [
  'unreachable',
  'silent',
  'handshake',
  'certificate',
  'login',
  'refused',
  'accepted',
  'delivery',
  'other',
  'defended',
] as const;
export type SymptomKind = (typeof symptomKinds)[number];

/** What is wrong in one failure: failures with the same key have the same cause. */
export interface Symptom {
  readonly kind: SymptomKind;
  readonly key: string;
  /** The server that it is about, by its configured name. */
  readonly server?: string;
  readonly fault?: CertificateFault;
  /** The name that does not exist in DNS. */
  readonly name?: string;
  /** The suite, if an accepted address does not show where its mail would go. */
  readonly disguisedIn?: string;
  /** What was offered in a refused handshake, although TLS starts. */
  readonly offer?: string;
  /** What affects everything, whatever the command. */
  readonly sign?: Sign;
  /** Whether the scenario is about this very problem, instead of only needing what is broken. */
  readonly decisive: boolean;
}

/** A service that the server needs and that does not answer. */
export interface Backend {
  readonly kind:
    | 'authentication'
    | 'milter'
    | 'policy'
    | 'scanner'
    | 'table'
    | 'certificate'
    | 'disk'
    | 'store'
    | 'filter'
    | 'limit';
  /** Whether the server's log says so; otherwise it is what this usually means. */
  readonly logged: boolean;
}

/** Failures with a common cause. */
export interface Cause {
  readonly kind: SymptomKind;
  readonly severity: Severity;
  readonly servers: readonly string[];
  readonly products: readonly Product[];
  readonly fault?: CertificateFault;
  /** The name that does not exist in DNS, if several scenarios looked it up, or names below it. */
  readonly name?: string;
  /** The scenario that shows it best. */
  readonly first: ScenarioResult;
  /** Some of its results, this one first. */
  readonly members: readonly ScenarioResult[];
  /** The numbers of all its scenarios, in file order. */
  readonly scenarios: readonly number[];
  /** The number of scenarios, in total, by outcome and by suite. */
  readonly count: number;
  readonly outcomes: ReadonlyMap<Outcome, number>;
  readonly suites: ReadonlyMap<string, number>;
  readonly remedies: readonly Remedy[];
  /** What the server logged about it. */
  readonly log: readonly LogLine[];
  /** Where the mail went that was expected elsewhere. */
  readonly trail?: Trail;
  /** The backend that everything waits for. */
  readonly backend?: Backend;
  /** What the reply in many scenarios is a sign of. */
  readonly sign?: Sign;
  /** What was offered in a refused handshake. */
  readonly offer?: string;
}

/** What a log says about a message. */
export interface Trail {
  readonly kind: 'delivered' | 'deferred' | 'bounced' | 'discarded' | 'held';
  /** Why it was deferred or bounced, in the server's words. */
  readonly why?: string;
  /** The address that it was delivered to, if it is not the one asked for. */
  readonly to?: string;
  readonly asked?: string;
  readonly line: LogLine;
}
