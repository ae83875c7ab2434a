import { type Product, type Remedy, remediesFor } from '../remedy.ts';
import type { LogLine, ScenarioResult } from '../result.ts';
import { backendOf } from './backend.ts';
import { type Cause, type Symptom, type SymptomKind, symptomKinds, type Trail } from './cause.ts';
import { generalRemedies } from './general.ts';
import { type Group, kept, newGroup, productsIn, put, rank } from './group.ts';
import { loggedProducts, tellingLines } from './log.ts';
import { withFollowers } from './merging.ts';
import { severityOfCause } from './severity.ts';
import { type Sign, signIn, signOf } from './sign.ts';
import { symptomOf } from './symptom.ts';
import { trailOf } from './trail.ts';

/**
 * Groups failures by cause as scenarios end. For each cause, only what a report shows is kept, however many scenarios
 * it has.
 */
export interface Causes {
  add(result: ScenarioResult): void;
  /** The causes, most severe first; of the same severity, first those that others follow from. */
  list(): readonly Cause[];
}

export function collectCauses(): Causes {
  const groups = new Map<string, Group>();
  const products = new Map<string, Product>();
  const greeted = new Map<string, number>();
  return {
    add(result) {
      for (const { server, greeting } of result.contacts ?? [])
        if (greeting !== undefined) greeted.set(server, Math.max(result.started, greeted.get(server) ?? 0));
      for (const { server, product } of productsIn(result)) products.set(server, product);
      if (!isTrouble(result)) return;
      const symptom = symptomOf(result);
      const group = groups.get(symptom.key) ?? newGroup(symptom);
      groups.set(symptom.key, group);
      put(group, result, symptom);
    },
    list: () =>
      withFollowers([...groups.values()], greeted)
        .map((group) => causeOf(group, products, greeted))
        .sort(inOrder),
  };
}

/** What to do about one failure: by its cause if the failure shows it by itself, else by its scenario. */
export function remediesOf(result: ScenarioResult): readonly Remedy[] {
  const causes = collectCauses();
  causes.add(result);
  const [cause] = causes.list();
  return cause?.remedies ?? ownRemedies(result);
}

/** The scenario's remedies, for the products that its servers were recognized or configured as. */
export function ownRemedies(result: ScenarioResult): readonly Remedy[] {
  return remediesFor(
    result.scenario.remedies,
    productsIn(result).map(({ product }) => product),
  );
}

/** Known issues and skipped scenarios do not count. */
function isTrouble({ outcome, problem }: ScenarioResult): boolean {
  return (
    outcome === 'failed' ||
    outcome === 'errored' ||
    outcome === 'blocked' ||
    (outcome === 'warning' && problem !== undefined)
  );
}

function causeOf(group: Group, known: ReadonlyMap<string, Product>, greeted: ReadonlyMap<string, number>): Cause {
  const { symptom, count, outcomes, suites } = group;
  const all = kept(group);
  // Failures that only follow from the cause show it less clearly.
  const own = group.decisive.length > 0 ? group.decisive : all;
  const first = symptom.kind === 'accepted' ? mostTold(own) : (all[0] as ScenarioResult);
  const servers = [...group.servers].sort(([, a], [, b]) => a - b).map(([server]) => server);
  const named = servers.flatMap((server) => known.get(server) ?? []);
  // Mail passes through other servers than the one that shows what happened to it.
  const isOthers = symptom.kind === 'delivery' || symptom.kind === 'other' || symptom.disguisedIn !== undefined;
  const met = [...group.products].sort();
  const recognized = [...new Set(named.length > 0 && (!isOthers || met.length === 0) ? named : met)];
  const trail = all.flatMap((each) => trailOf(each.log) ?? [])[0];
  const { fault, name } = symptom;
  const shown =
    symptom.kind === 'delivery' || (symptom.kind === 'accepted' && trail?.asked !== undefined) ? trail : undefined;
  const log = logOf(symptom.kind, [...group.reasons, ...all.map((each) => each.log)], shown?.line);
  const backend = backendOf(symptom.kind, all, log);
  // If a server closes before it shows its name, it is the program that logged the reason, not another one.
  const writers = loggedProducts(log);
  const isLogged = writers.length > 0 && named.length === 0 && backend?.logged === true;
  const products = recognized.length > 0 && !isLogged ? recognized : writers;
  const sign = signOfCause(symptom, first, shown, count);
  const isLost = servers.length > 0 && servers.every((server) => greeted.has(server));
  const behind = { ...(backend && { backend }), ...(sign && { sign }) };
  return {
    kind: symptom.kind,
    severity: severityOfCause(group, { ...behind, ...(shown && { trail: shown }) }),
    servers,
    products,
    ...(fault && { fault }),
    ...(name !== undefined && count > 1 && { name }),
    first,
    members: [first, ...all.filter((each) => each !== first)],
    scenarios: [...group.scenarios].sort((a, b) => a - b),
    count,
    outcomes,
    suites,
    remedies: remediesFor(generalRemedies(symptom, first, { suites: suites.size, isLost, ...behind }), products),
    log,
    ...(shown && { trail: shown }),
    ...behind,
    ...(symptom.offer !== undefined && { offer: symptom.offer }),
  };
}

/**
 * What the reply is a sign of. If only one shipped scenario fails, its own remedies are best; if many get the same
 * reply, or it only concerns this client, the reply has nothing to do with what each of them checks.
 */
function signOfCause(
  symptom: Symptom,
  first: ScenarioResult,
  trail: Trail | undefined,
  count: number,
): Sign | undefined {
  const { kind } = symptom;
  if (symptom.sign !== undefined) return symptom.sign;
  if (kind === 'delivery') return trail?.why === undefined ? undefined : signIn(trail.why);
  if (first.problem === undefined || (kind !== 'login' && kind !== 'refused')) return undefined;
  const sign = signOf(first.problem, first);
  const isOfScenario = kind !== 'login' && count === 1 && first.scenario.remedies.length > 0;
  return isOfScenario && sign !== 'no reverse name' && sign !== 'TLS ended' ? undefined : sign;
}

/**
 * Among the most severe failures, the suite with the most is closest to the cause: others check a different aspect,
 * such as IPv6.
 */
function mostTold(all: readonly ScenarioResult[]): ScenarioResult {
  const [gravest] = all as [ScenarioResult];
  const alike = all.filter(({ scenario }) => scenario.severity === gravest.scenario.severity);
  const numberOf = ({ scenario }: ScenarioResult) =>
    alike.filter((each) => each.scenario.suite.id === scenario.suite.id).length;
  return alike.reduce((best, each) => (numberOf(each) > numberOf(best) ? each : best), gravest);
}

/** Kinds of causes about which a server's log says more than the dialogue. */
const logged: ReadonlySet<SymptomKind> = new Set(['silent', 'handshake', 'login', 'refused', 'delivery']);

function logOf(
  kind: SymptomKind,
  logs: readonly (readonly LogLine[])[],
  trail: LogLine | undefined,
): readonly LogLine[] {
  const lines = logged.has(kind) ? tellingLines(logs) : [];
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
