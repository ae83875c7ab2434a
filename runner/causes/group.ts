import type { CertificateFault } from '../evidence.ts';
import { type Product, type Severity, severities } from '../remedy.ts';
import type { LogLine, Outcome, ScenarioResult } from '../result.ts';
import { backendLines } from './backend.ts';
import type { Symptom } from './cause.ts';
import { replyKey } from './symptom.ts';

/** Failures with a common cause, while scenarios end. */
export interface Group {
  readonly symptom: Symptom;
  /** Each server, with the number of the first scenario about it. */
  readonly servers: Map<string, number>;
  readonly products: Set<Product>;
  /** Failures of scenarios that are about it, most severe and earliest first; then the others. */
  decisive: ScenarioResult[];
  others: ScenarioResult[];
  /** The numbers of all its scenarios. */
  readonly scenarios: number[];
  count: number;
  readonly outcomes: Map<Outcome, number>;
  readonly suites: Map<string, number>;
  /** The replies, by status and common text. */
  readonly replies: Set<string>;
  /** Log lines that name what the server lacks: they are logged once, not for each failure. */
  readonly reasons: (readonly LogLine[])[];
}

/** The most failures kept for a cause: the one to show and the log lines are chosen from them. */
const mostKept = 12;

export function productsIn({ scenario, products }: ScenarioResult): ScenarioResult['products'] {
  const configured = scenario.servers.flatMap(({ label, product }) =>
    product === undefined ? [] : [{ server: label, product }],
  );
  return [...products, ...configured];
}

export function newGroup(symptom: Symptom): Group {
  return {
    symptom,
    servers: new Map(),
    products: new Set(),
    decisive: [],
    others: [],
    scenarios: [],
    count: 0,
    outcomes: new Map(),
    suites: new Map(),
    replies: new Set(),
    reasons: [],
  };
}

export function put(group: Group, result: ScenarioResult, { decisive, server }: Symptom): void {
  const { index, suite } = result.scenario;
  group.count++;
  addTo(group.outcomes, result.outcome, 1);
  addTo(group.suites, suite.id, 1);
  group.scenarios.push(index);
  if (server !== undefined) group.servers.set(server, Math.min(index, group.servers.get(server) ?? index));
  for (const { product } of productsIn(result)) group.products.add(product);
  const reply = result.problem?.evidence?.reply;
  if (reply !== undefined) group.replies.add(replyKey(reply));
  const reasons = group.reasons.length < mostKept ? backendLines(result.log) : [];
  if (reasons.length > 0) group.reasons.push(reasons);
  const list = decisive ? group.decisive : group.others;
  list.push(result);
  list.sort((a, b) => Number(isOff(a, group.symptom)) - Number(isOff(b, group.symptom)) || worstFirst(a, b));
  list.splice(mostKept);
}

/** The field in a certificate check that each error concerns. */
const certificateFields: Partial<Readonly<Record<CertificateFault['wrong'], string>>> = {
  expired: 'days_left',
  expires: 'days_left',
  'another name': 'valid_for',
};

/**
 * Whether a failure is only loosely related: a check of another field sees the same certificate, but is about something
 * else.
 */
function isOff({ problem }: ScenarioResult, { kind, fault }: Symptom): boolean {
  // What was sent and received says more than a check's message about it.
  if (kind === 'refused') return problem?.evidence?.action === undefined;
  if (fault === undefined) return false;
  return problem?.mismatches[0]?.path !== (certificateFields[fault.wrong] ?? 'trusted');
}

/** Blocked ones have no evidence of their own. */
function worstFirst(a: ScenarioResult, b: ScenarioResult): number {
  return (
    Number(a.problem === undefined) - Number(b.problem === undefined) ||
    rank(a.scenario.severity) - rank(b.scenario.severity) ||
    a.scenario.index - b.scenario.index
  );
}

export function rank(severity: Severity): number {
  return severities.indexOf(severity);
}

/**
 * Joins groups, with the symptom and severity of the first one; what follows from it need not be on the same servers.
 */
export function joined(root: Group, followers: readonly Group[], servers: 'of all' | 'of the first' = 'of all'): Group {
  if (followers.length === 0) return root;
  const all = [root, ...followers];
  return {
    ...root,
    decisive: root.decisive.length > 0 ? root.decisive : root.others,
    others: [...(root.decisive.length > 0 ? root.others : []), ...followers.flatMap(kept)],
    servers: servers === 'of all' ? firsts(all) : root.servers,
    products: new Set(all.flatMap(({ products }) => [...products])),
    scenarios: all.flatMap(({ scenarios }) => scenarios),
    count: all.reduce((sum, { count }) => sum + count, 0),
    reasons: all.flatMap(({ reasons }) => reasons).slice(0, mostKept),
    outcomes: sums(all.map(({ outcomes }) => outcomes)),
    suites: sums(all.map(({ suites }) => suites)),
  };
}

function firsts(groups: readonly Group[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const { servers } of groups)
    for (const [server, index] of servers) first.set(server, Math.min(index, first.get(server) ?? index));
  return first;
}

function addTo<K>(counts: Map<K, number>, key: K, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

function sums<K>(all: readonly ReadonlyMap<K, number>[]): Map<K, number> {
  const counts = new Map<K, number>();
  for (const each of all) for (const [key, count] of each) addTo(counts, key, count);
  return counts;
}

export function firstIn(group: Group): number {
  return Math.min(...kept(group).map(({ scenario }) => scenario.index));
}

export function kept({ decisive, others }: Group): ScenarioResult[] {
  return [...decisive, ...others];
}
