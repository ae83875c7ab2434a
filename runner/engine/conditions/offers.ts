import { judge } from '../../matchers/match.ts';
import { pathText, under } from '../../matchers/path.ts';
import { namesOf, sampleOf } from '../../matchers/sample.ts';
import { fillingFrom, mapMatcher } from '../../matchers/texts.ts';
import { differing, held, type Scope, type Verdict } from '../../matchers/verdict.ts';
import type { Expected, Mismatch, Name } from '../../mismatch.ts';
import type { Condition, Matcher } from '../../plan.ts';
import { placeOf } from '../../source.ts';
import { type Fields, words } from '../../value.ts';

type Offer = Extract<Condition, { kind: 'extension' | 'capability' }>;

export const offerNames = { extension: 'extensions', capability: 'capabilities' } as const;

export function judgeOffer(condition: Offer, offers: Fields, scope: Scope): Verdict {
  const { keyword, want, span } = condition;
  const name = keyword.toUpperCase();
  const path = under(under(undefined, offerNames[condition.kind]), keyword);
  const value = Object.hasOwn(offers, name) ? offers[name] : undefined;
  const keywords: readonly Name[] = [{ kind: 'name', name: keyword }];
  const absent = (expected: Expected): Mismatch => ({
    path: pathText(path),
    expected,
    actual: { kind: 'unannounced', present: namesOf(Object.keys(offers)) },
    missing: keywords,
    place: placeOf(span),
  });
  if (typeof want !== 'boolean') {
    // A keyword that is not advertised is not advertised with a parameter either.
    const present = value ?? (forbidsWords(want) ? words([]) : undefined);
    const verdict = judge(want, present, scope, path);
    if (value !== undefined || verdict.outcome === 'holds') return verdict;
    return differing(() => absent({ kind: 'matcher', matcher: mapMatcher(want, fillingFrom(scope)) }));
  }
  if ((value !== undefined) === want) return held;
  if (value === undefined) return differing(() => absent({ kind: 'announcement', announced: true }));
  return differing(() => ({
    path: pathText(path),
    expected: { kind: 'announcement', announced: false },
    actual: { kind: 'announced', keyword, parameters: sampleOf(value) },
    extra: keywords,
    place: placeOf(span),
  }));
}

/** Whether it only forbids words among the parameters: `excludes: PLAIN`, `not: PLAIN`. */
function forbidsWords(want: Matcher): boolean {
  return (
    want.kind === 'excludes' || (want.kind === 'not' && ['equals', 'holds', 'includes'].includes(want.matcher.kind))
  );
}
