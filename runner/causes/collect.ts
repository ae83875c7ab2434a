import type { CertificateFault } from '../evidence.ts';
import { type Product, remediesFor, type Severity, severities } from '../remedy.ts';
import type { LogLine, ScenarioResult } from '../result.ts';
import { backendOf } from './backend.ts';
import { type Cause, type Symptom, type SymptomKind, symptomKinds } from './cause.ts';
import { generalRemedies } from './general.ts';
import { tellingLines } from './log.ts';
import { replyKey, symptomOf, temporaryKey } from './symptom.ts';
import { trailOf } from './trail.ts';

/** Groups what did not pass by its cause, as scenarios end. Keeps of each cause what a report shows, whatever their number. */
export interface Causes {
  add(result: ScenarioResult): void;
  /** The gravest first; of the same severity what others follow from. */
  list(): readonly Cause[];
}

interface Group {
  readonly symptom: Symptom;
  /** Each with the number of the first scenario that is about it. */
  readonly servers: Map<string, number>;
  readonly products: Set<Product>;
  /** Those that are about it, the gravest and earliest first; and the others. */
  decisive: ScenarioResult[];
  others: ScenarioResult[];
  /** All, by their numbers in the run. */
  readonly scenarios: number[];
  count: number;
  readonly suites: Map<string, number>;
  /** Replies, by their status and what all of them say. */
  readonly replies: Set<string>;
}

/** Kept of each cause: from these the one that is shown is chosen, and the log lines. */
const mostKept = 12;

export function collectCauses(): Causes {
  const groups = new Map<string, Group>();
  const products = new Map<string, Product>();
  return {
    add(result) {
      for (const { server, product } of productsIn(result)) products.set(server, product);
      if (!isTrouble(result)) return;
      const symptom = symptomOf(result);
      const group = groups.get(symptom.key) ?? newGroup(symptom);
      groups.set(symptom.key, group);
      put(group, result, symptom);
    },
    list: () =>
      folded(unmasked(merged([...groups.values()])))
        .map((group) => causeOf(group, products))
        .sort(inOrder),
  };
}

/** A known issue is known, and what was skipped is no trouble. */
function isTrouble({ outcome, problem }: ScenarioResult): boolean {
  return (
    outcome === 'failed' ||
    outcome === 'errored' ||
    outcome === 'blocked' ||
    (outcome === 'warning' && problem !== undefined)
  );
}

function productsIn({ scenario, products }: ScenarioResult): ScenarioResult['products'] {
  const configured = scenario.servers.flatMap(({ label, product }) =>
    product === undefined ? [] : [{ server: label, product }],
  );
  return [...products, ...configured];
}

function newGroup(symptom: Symptom): Group {
  return {
    symptom,
    servers: new Map(),
    products: new Set(),
    decisive: [],
    others: [],
    scenarios: [],
    count: 0,
    suites: new Map(),
    replies: new Set(),
  };
}

function put(group: Group, result: ScenarioResult, { decisive, server }: Symptom): void {
  group.count++;
  const { suite } = result.scenario;
  group.suites.set(suite.id, (group.suites.get(suite.id) ?? 0) + 1);
  const { index } = result.scenario;
  group.scenarios.push(index);
  if (server !== undefined) group.servers.set(server, Math.min(index, group.servers.get(server) ?? index));
  for (const { product } of productsIn(result)) group.products.add(product);
  const reply = result.problem?.evidence?.reply;
  if (reply !== undefined) group.replies.add(replyKey(reply));
  const list = decisive ? group.decisive : group.others;
  list.push(result);
  list.sort((a, b) => Number(isOff(a, group.symptom)) - Number(isOff(b, group.symptom)) || worstFirst(a, b));
  list.splice(mostKept);
}

/** The fields of a certificate's check that a fault is about. */
const certificateFields: Partial<Readonly<Record<CertificateFault['wrong'], string>>> = {
  expired: 'days_left',
  expires: 'days_left',
  'another name': 'valid_for',
};

/** The check of another field sees the same certificate, and is about something else. */
function isOff({ problem }: ScenarioResult, { kind, fault }: Symptom): boolean {
  // What was sent and came tells more than a check's word about it.
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

function rank(severity: Severity): number {
  return severities.indexOf(severity);
}

/** A login that gets the answer which everything gets is refused for the same reason. */
function merged(groups: readonly Group[]): readonly Group[] {
  const all = groups.find(({ symptom, count }) => symptom.key === temporaryKey && count > 1);
  const same = (each: Group) =>
    each.symptom.kind === 'login' && [...each.replies].every((reply) => all?.replies.has(reply));
  if (all === undefined) return groups;
  const followers = groups.filter(same);
  const one = followers.reduce((root, follower) => joined(root, follower, follower.servers), all);
  return groups.filter((each) => !followers.includes(each)).map((each) => (each === all ? one : each));
}

/** A stranger's address in disguise is accepted for the reason that it is accepted for as it is. */
function unmasked(groups: readonly Group[]): readonly Group[] {
  const plain = groups.filter(({ symptom }) => symptom.kind === 'accepted' && symptom.disguisedIn === undefined);
  const rootOf = ({ symptom: { disguisedIn } }: Group) =>
    disguisedIn === undefined ? undefined : plain.find(({ suites }) => suites.has(disguisedIn));
  return groups.flatMap((group) => {
    if (rootOf(group) !== undefined) return [];
    const masked = groups.filter((each) => rootOf(each) === group);
    return [masked.reduce((root, each) => joined(root, each, each.servers), group)];
  });
}

/** Mail that went to another mailbox follows from what sends it there: a catch-all takes more than it should. */
function folded(groups: readonly Group[]): readonly Group[] {
  const [wide] = groups
    .filter(({ symptom }) => symptom.kind === 'accepted' && symptom.key.startsWith('accepted RCPT TO'))
    .sort((a, b) => b.count - a.count || firstIn(a) - firstIn(b));
  if (wide === undefined) return groups;
  const stray = groups.filter((each) => isStray(each, wide));
  if (stray.length === 0) return groups;
  const all = stray.reduce((root, each) => joined(root, each, []), wide);
  return groups.filter((each) => !stray.includes(each)).map((each) => (each === wide ? all : each));
}

/** What was looked for in one mailbox, while the log says that it went to another; or what was found there, of the same domain. */
function isStray(group: Group, { symptom: wide }: Group): boolean {
  const { kind, key } = group.symptom;
  if (kind !== 'delivery' && (kind !== 'accepted' || key.startsWith('accepted RCPT TO'))) return false;
  const [one] = kept(group).flatMap((each) => trailOf(each.log) ?? []);
  if (one?.to === undefined || one.asked === undefined) return false;
  return kind === 'delivery' || wide.key.endsWith(` ${one.asked.replace(/^.*@/, '').toLowerCase()}`);
}

function joined(root: Group, follower: Group, servers: Iterable<readonly [string, number]>): Group {
  const suites = new Map(root.suites);
  for (const [suite, count] of follower.suites) suites.set(suite, (suites.get(suite) ?? 0) + count);
  return {
    ...root,
    decisive: kept(root),
    others: kept(follower),
    servers: new Map([...servers, ...root.servers]),
    products: new Set([...root.products, ...follower.products]),
    scenarios: [...root.scenarios, ...follower.scenarios],
    count: root.count + follower.count,
    suites,
  };
}

function firstIn(group: Group): number {
  return Math.min(...kept(group).map(({ scenario }) => scenario.index));
}

function kept({ decisive, others }: Group): ScenarioResult[] {
  return [...decisive, ...others];
}

function causeOf(group: Group, known: ReadonlyMap<string, Product>): Cause {
  const { symptom, count, suites } = group;
  const all = kept(group);
  const [first] = all as [ScenarioResult];
  const about = group.decisive.length > 0 ? group.decisive : all;
  const gravest = about.map((each) => each.scenario.severity).sort((a, b) => rank(a) - rank(b))[0] ?? 'medium';
  // What could not be checked because the server protects itself is no fault of it.
  const severity = symptom.kind === 'defended' ? 'info' : gravest;
  const servers = [...group.servers].sort(([, a], [, b]) => a - b).map(([server]) => server);
  const named = servers.flatMap((server) => known.get(server) ?? []);
  // Mail passes other servers than the one that shows what became of it.
  const isOthers = symptom.kind === 'delivery' || symptom.kind === 'other' || symptom.disguisedIn !== undefined;
  const products = [...new Set(named.length > 0 && !isOthers ? named : [...group.products].sort())];
  const trail = all.flatMap((each) => trailOf(each.log) ?? [])[0];
  const fault = symptom.fault;
  const shown =
    symptom.kind === 'delivery' || (symptom.kind === 'accepted' && trail?.asked !== undefined) ? trail : undefined;
  const log = logOf(symptom.kind, all, shown?.line);
  const backend = backendOf(symptom.kind, all, log);
  return {
    kind: symptom.kind,
    severity,
    servers,
    products,
    ...(fault && { fault }),
    first,
    members: all,
    scenarios: [...group.scenarios].sort((a, b) => a - b),
    count,
    suites,
    remedies: remediesFor(
      generalRemedies({ ...symptom, decisive: group.decisive.length > 0 }, first, backend),
      products,
    ),
    log,
    ...(shown && { trail: shown }),
    ...(backend && { backend }),
  };
}

/** Causes of which a server's log says more than the dialogue does. */
const logged: ReadonlySet<SymptomKind> = new Set(['silent', 'handshake', 'login', 'refused', 'delivery']);

function logOf(kind: SymptomKind, results: readonly ScenarioResult[], trail: LogLine | undefined): readonly LogLine[] {
  const lines = logged.has(kind) ? tellingLines(results.map(({ log }) => log)) : [];
  return trail === undefined ? lines : [trail, ...lines.filter(({ text }) => text !== trail.text)];
}

function inOrder(a: Cause, b: Cause): number {
  return (
    rank(a.severity) - rank(b.severity) ||
    symptomKinds.indexOf(a.kind) - symptomKinds.indexOf(b.kind) ||
    b.count - a.count ||
    a.first.scenario.index - b.first.scenario.index
  );
}
