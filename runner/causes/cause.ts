import type { CertificateFault } from '../evidence.ts';
import type { Product, Remedy, Severity } from '../remedy.ts';
import type { LogLine, Outcome, ScenarioResult } from '../result.ts';
import type { Sign } from './sign.ts';

/** What kind of thing is wrong; the earlier ones come before what follows from them. */
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

/** Of one failure: those with the same key have one cause. */
export interface Symptom {
  readonly kind: SymptomKind;
  readonly key: string;
  /** The server that it is about, by its name in the configuration. */
  readonly server?: string;
  readonly fault?: CertificateFault;
  /** What does not exist in the DNS. */
  readonly name?: string;
  /** What was accepted does not show where it leads: the suite tells what it is about. */
  readonly disguisedIn?: string;
  /** Of a handshake that is refused, though TLS begins: what was offered. */
  readonly offer?: string;
  /** What stops everything, whatever is asked. */
  readonly sign?: Sign;
  /** The scenario is about this very thing, and not one that needs it. */
  readonly decisive: boolean;
}

/** Something that the server asks, and that does not answer. */
export interface Backend {
  readonly kind:
    | 'authentication'
    | 'milter'
    | 'policy'
    | 'table'
    | 'certificate'
    | 'disk'
    | 'store'
    | 'filter'
    | 'limit';
  /** The server's log says so; else it is what this usually means. */
  readonly logged: boolean;
}

/** Failures with one cause. */
export interface Cause {
  readonly kind: SymptomKind;
  readonly severity: Severity;
  readonly servers: readonly string[];
  readonly products: readonly Product[];
  readonly fault?: CertificateFault;
  /** What does not exist in the DNS, where several scenarios looked for it, or for what is below it. */
  readonly name?: string;
  /** The scenario that shows it best. */
  readonly first: ScenarioResult;
  /** Some of them, this one first. */
  readonly members: readonly ScenarioResult[];
  /** All of them, by their numbers in the run, in file order. */
  readonly scenarios: readonly number[];
  /** How many scenarios, how many of them ended how, and how many are of each suite. */
  readonly count: number;
  readonly outcomes: ReadonlyMap<Outcome, number>;
  readonly suites: ReadonlyMap<string, number>;
  readonly remedies: readonly Remedy[];
  /** What the server logged of it. */
  readonly log: readonly LogLine[];
  /** Where mail went that was looked for elsewhere. */
  readonly trail?: Trail;
  /** What everything waits for. */
  readonly backend?: Backend;
  /** What the reply that many get is a sign of. */
  readonly sign?: Sign;
  /** Of a handshake that is refused: what was offered. */
  readonly offer?: string;
}

/** What a log says of a message. */
export interface Trail {
  readonly kind: 'delivered' | 'deferred' | 'bounced' | 'discarded' | 'held';
  /** Why it was put off or came back, in the server's words. */
  readonly why?: string;
  /** The address that it was delivered to, where that is another than the one asked for. */
  readonly to?: string;
  readonly asked?: string;
  readonly line: LogLine;
}
