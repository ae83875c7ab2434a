import { firstIn, type Group, joined, kept } from './group.ts';
import { temporaryKey } from './symptom.ts';
import { trailOf } from './trail.ts';

/** Groups whose failures follow from those of another are counted under that one. */
export function withFollowers(groups: readonly Group[]): readonly Group[] {
  return folded(unmasked(belowNames(merged(groups))));
}

/** A login that gets the answer which everything gets is refused for the same reason. */
function merged(groups: readonly Group[]): readonly Group[] {
  const all = groups.find(({ symptom, count }) => symptom.key === temporaryKey && count > 1);
  const same = (each: Group) =>
    each.symptom.kind === 'login' && [...each.replies].every((reply) => all?.replies.has(reply));
  if (all === undefined) return groups;
  const followers = groups.filter(same);
  const one = joined(all, followers);
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
    return [joined(group, masked)];
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
  const all = joined(wide, stray, 'of the first');
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

/** Where a name does not exist, nothing does below it (RFC 8020 section 2). */
function belowNames(groups: readonly Group[]): readonly Group[] {
  const rootOf = ({ symptom: { name } }: Group) =>
    name === undefined
      ? undefined
      : groups
          .filter(({ symptom }) => symptom.name !== undefined && name.endsWith(`.${symptom.name}`))
          .sort((a, b) => (a.symptom.name?.length ?? 0) - (b.symptom.name?.length ?? 0))[0];
  return groups.flatMap((group) => {
    if (rootOf(group) !== undefined) return [];
    const below = groups.filter((each) => rootOf(each) === group);
    return [joined(group, below)];
  });
}
