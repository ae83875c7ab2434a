import { type KindTaking, type MatcherKind, matcherKinds, type Taking } from '../matcher-kinds.ts';
import type { Matcher } from '../plan.ts';

/** Whether the matcher's kind takes this. */
export function takes<What extends Taking, Any extends { readonly kind: MatcherKind }>(
  matcher: Any,
  what: What,
): matcher is Extract<Any, { readonly kind: KindTaking<What> }> {
  return matcherKinds[matcher.kind].takes === what;
}

const none: readonly never[] = [];

/** The matchers that a matcher consists of; they apply to the same value, or to its items. */
export function partsOf(matcher: Matcher): readonly Matcher[] {
  if (takes(matcher, 'matcher')) return [matcher.matcher];
  if (takes(matcher, 'matchers')) return matcher.of;
  if (takes(matcher, 'counted')) return [matcher.of];
  return takes(matcher, 'items') ? matcher.items : none;
}

/** The same matcher with its parts replaced. */
export function withParts(matcher: Matcher, changed: (part: Matcher) => Matcher): Matcher {
  if (takes(matcher, 'matcher')) return { ...matcher, matcher: changed(matcher.matcher) };
  if (takes(matcher, 'matchers')) return { ...matcher, of: matcher.of.map(changed) };
  if (takes(matcher, 'counted')) return { ...matcher, of: changed(matcher.of) };
  return takes(matcher, 'items') ? { ...matcher, items: matcher.items.map(changed) } : matcher;
}

/** The names under which a matcher captures values. */
export function capturesIn(matcher: Matcher): readonly string[] {
  if (takes(matcher, 'name')) return [matcher.name];
  if (takes(matcher, 'fields')) return matcher.fields.flatMap(({ matcher: each }) => capturesIn(each));
  if (takes(matcher, 'derived')) return capturesIn(matcher.matcher);
  return partsOf(matcher).flatMap(capturesIn);
}
