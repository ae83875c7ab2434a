import type { Problem, ScenarioResult } from '../result.ts';
import { backendOf } from './backend.ts';
import type { Symptom } from './cause.ts';
import { firstIn, type Group, joined, kept } from './group.ts';
import { unannounced } from './seen.ts';
import { lastDomain, temporaryKey } from './symptom.ts';
import { isImplicit, noTlsKey, tlsOffKey } from './tls-start.ts';
import { trailOf } from './trail.ts';

type Pass = (groups: readonly Group[]) => readonly Group[];

/** The order matters: a root found by one pass may follow from what later passes find. */
const passes: readonly Pass[] = [
  merged,
  sameSigns,
  behindMilter,
  unannouncedTls,
  withoutTls,
  widerOffers,
  sameOffers,
  unofferedLogins,
  belowNames,
  trusted,
  unmasked,
  folded,
];

/**
 * Counts groups whose failures follow from another group's under that one. `greeted`: when the last scenario began that
 * each server greeted.
 */
export function withFollowers(groups: readonly Group[], greeted: ReadonlyMap<string, number>): readonly Group[] {
  return passes.reduce((left, pass) => pass(left), cutOff(groups, greeted));
}

/**
 * If a server is gone in mid-run (a ban, a crash, a restart), the sessions that it was in end or wait in vain, for no
 * other cause.
 */
function cutOff(groups: readonly Group[], greeted: ReadonlyMap<string, number>): readonly Group[] {
  const gone = groups.filter(({ symptom, outcomes }) => isGone(symptom) && outcomes.has('blocked'));
  // The server greeted nobody after it.
  const isCut = ({ problem, started, duration }: ScenarioResult) =>
    problem !== undefined && isEnd(problem) && started + duration >= (greeted.get(problem.evidence?.server ?? '') ?? 0);
  return underRoots(groups, (each) => {
    if (each.symptom.sign !== undefined || each.servers.size === 0 || !kept(each).every(isCut)) return undefined;
    // A server that says nothing may still have another problem with logins.
    const follows = ({ symptom }: Group) => symptom.kind === 'unreachable' || each.symptom.kind === 'other';
    return gone.find((root) => root !== each && isOnSame(root, each) && follows(root));
  });
}

/** Whether the server ended the connection, or no longer answered on it. */
function isEnd({ code, evidence }: Problem): boolean {
  const fault = evidence?.fault;
  const isUnfinished = fault?.kind === 'handshake' && (fault.how === 'no answer' || fault.how === 'closed');
  return code === 'connection.closed' || code === 'reply.timeout' || isUnfinished;
}

function isGone({ kind, key }: Symptom): boolean {
  return kind === 'unreachable' || (kind === 'silent' && key === 'silent');
}

/** A login that gets the same reply as everything else is refused for the same reason. */
function merged(groups: readonly Group[]): readonly Group[] {
  const all = groups.find(({ symptom, count }) => symptom.key === temporaryKey && count > 1);
  const same = (each: Group) =>
    each.symptom.kind === 'login' && [...each.replies].every((reply) => all?.replies.has(reply));
  return all === undefined ? groups : underRoots(groups, (each) => (same(each) ? all : undefined));
}

/** Mail that is refused, and mail that is accepted and then deferred, for the same reason. */
function sameSigns(groups: readonly Group[]): readonly Group[] {
  const refused = groups.filter(({ symptom }) => symptom.kind === 'refused');
  return underRoots(groups, (each) =>
    each.symptom.kind !== 'delivery' || each.symptom.sign === undefined
      ? undefined
      : refused.find(({ symptom }) => symptom.sign === each.symptom.sign),
  );
}

/**
 * If TLS does not start at all, no offer is accepted, and the server answers something other than TLS. If TLS is turned
 * off, the ports for implicit TLS are closed.
 */
function withoutTls(groups: readonly Group[]): readonly Group[] {
  const [none] = [tlsOffKey, noTlsKey].flatMap((key) => groups.filter(({ symptom }) => symptom.key === key));
  if (none === undefined) return groups;
  const isOff = none.symptom.key === tlsOffKey;
  return underRoots(groups, (each) => {
    const { kind } = each.symptom;
    const follows =
      (kind === 'handshake' && each.servers.size > 0 && isOnSame(none, each)) ||
      (isOff && kind === 'unreachable' && kept(each).every(isForTlsAlone));
    return each !== none && follows ? none : undefined;
  });
}

/** Blocked ones have no evidence of their own. */
function isForTlsAlone({ problem }: ScenarioResult): boolean {
  return problem === undefined || isImplicit(problem.evidence?.protocol);
}

/** A server that cannot start TLS may stop advertising it. */
function unannouncedTls(groups: readonly Group[]): readonly Group[] {
  const none = groups.find(({ symptom }) => symptom.key === noTlsKey);
  return underRoots(groups, ({ symptom }) => (symptom.key === tlsOffKey ? none : undefined));
}

/** A dead milter may end sessions before TLS starts, and defer commands. */
function behindMilter(groups: readonly Group[]): readonly Group[] {
  const put = groups.find(({ symptom }) => symptom.key === temporaryKey);
  return underRoots(groups, (each) => {
    const reasons = each.reasons.flat();
    const isIts = each.symptom.kind === 'handshake' && backendOf('handshake', [], reasons)?.kind === 'milter';
    return isIts && put !== undefined ? put : undefined;
  });
}

/** A login that is not advertised is refused. */
function unofferedLogins(groups: readonly Group[]): readonly Group[] {
  const refused = groups.find(({ symptom }) => symptom.kind === 'login');
  return underRoots(groups, (each) => {
    const isUnoffered = kept(each).every(({ problem }) => problem !== undefined && unannounced(problem) === 'AUTH');
    return refused !== undefined && each !== refused && isUnoffered && isOnSame(refused, each) ? refused : undefined;
  });
}

/** A server that refuses a version of TLS refuses each of its ciphers. */
function widerOffers(groups: readonly Group[]): readonly Group[] {
  const offers = byWidth(groups);
  return underRoots(groups, (each) =>
    offers.find((wide) => wide !== each && isWider(wide, each) && isOnSame(wide, each)),
  );
}

/** The same offer refused by several servers is one cause. */
function sameOffers(groups: readonly Group[]): readonly Group[] {
  const offers = byWidth(groups);
  return underRoots(groups, (each) => {
    const same = offers.find(({ symptom }) => symptom.offer === each.symptom.offer);
    return same === each ? undefined : same;
  });
}

function byWidth(groups: readonly Group[]): readonly Group[] {
  return groups
    .filter(({ symptom }) => symptom.offer !== undefined)
    .sort((a, b) => width(a) - width(b) || firstIn(a) - firstIn(b));
}

function width({ symptom }: Group): number {
  return symptom.offer?.length ?? 0;
}

function isWider({ symptom: wide }: Group, { symptom }: Group): boolean {
  return symptom.offer?.startsWith(`${wide.offer} `) === true;
}

function isOnSame(wide: Group, { servers }: Group): boolean {
  return [...servers.keys()].every((each) => wide.servers.has(each));
}

/**
 * A server that relays for any client trusts every client, so it does not check the recipients in its own domain either,
 * and needs no login.
 */
function trusted(groups: readonly Group[]): readonly Group[] {
  const plain = groups.filter(isRecipient).filter(({ symptom }) => symptom.disguisedIn === undefined);
  const [relay] = plain
    .filter((each) => kept(each).every(({ scenario }) => scenario.elsewhere === true))
    .sort((a, b) => b.count - a.count || firstIn(a) - firstIn(b));
  return underRoots(groups, (each) =>
    relay !== undefined && each !== relay && plain.includes(each) && isOnSame(relay, each) ? relay : undefined,
  );
}

/** Whether a recipient was accepted that must be refused. */
function isRecipient({ symptom }: Group): boolean {
  return symptom.kind === 'accepted' && symptom.key.startsWith('accepted RCPT TO');
}

/**
 * A disguised foreign address is accepted for the same reason as the plain one; if the plain one is refused, for the
 * same reason as any name in the domain after its last @.
 */
function unmasked(groups: readonly Group[]): readonly Group[] {
  const plain = groups.filter(({ symptom }) => symptom.kind === 'accepted' && symptom.disguisedIn === undefined);
  return underRoots(groups, (each) => {
    const { disguisedIn } = each.symptom;
    if (disguisedIn === undefined) return undefined;
    // Without a domain, it is a name of the server's own.
    const domains = new Set(kept(each).flatMap(({ problem }) => (problem && lastDomain(problem)) ?? []));
    const wide = plain.find(({ symptom }) => symptom.key === `accepted RCPT TO ${[...domains].join(' ')}`);
    return plain.find(({ suites }) => suites.has(disguisedIn)) ?? wide;
  });
}

/** Mail in the wrong mailbox follows from what delivered it there: a catch-all accepts more than it should. */
function folded(groups: readonly Group[]): readonly Group[] {
  const [wide] = groups.filter(isRecipient).sort((a, b) => b.count - a.count || firstIn(a) - firstIn(b));
  if (wide === undefined) return groups;
  return underRoots(groups, (each) => (isStray(each, wide) ? wide : undefined), 'of the first');
}

/**
 * Whether mail was missing in one mailbox while the log says that it went to another, or was found in another of the
 * same domain.
 */
function isStray(group: Group, { symptom: wide }: Group): boolean {
  const { kind, key } = group.symptom;
  if (kind !== 'delivery' && (kind !== 'accepted' || key.startsWith('accepted RCPT TO'))) return false;
  const [one] = kept(group).flatMap((each) => trailOf(each.log) ?? []);
  if (one?.to === undefined || one.asked === undefined) return false;
  return kind === 'delivery' || wide.key.endsWith(` ${one.asked.replace(/^.*@/, '').toLowerCase()}`);
}

/** If a name does not exist, no name below it does (RFC 8020 section 2). */
function belowNames(groups: readonly Group[]): readonly Group[] {
  const named = groups
    .flatMap((group) => (group.symptom.name === undefined ? [] : [{ group, name: group.symptom.name }]))
    .sort((a, b) => a.name.length - b.name.length);
  return underRoots(groups, ({ symptom }) => named.find(({ name }) => symptom.name?.endsWith(`.${name}`))?.group);
}

/** Counts each group that follows from a root under it. A root itself follows from nothing. */
function underRoots(
  groups: readonly Group[],
  rootOf: (group: Group) => Group | undefined,
  servers?: Parameters<typeof joined>[2],
): readonly Group[] {
  const followers = new Map<Group, Group[]>();
  const roots = groups.filter((each) => {
    const root = rootOf(each);
    if (root !== undefined) followers.set(root, [...(followers.get(root) ?? []), each]);
    return root === undefined;
  });
  return roots.map((root) => joined(root, followers.get(root) ?? [], servers));
}
