import { describeAbsence, describeMatcher, describeValue, joinPath } from '../../matchers/describe.ts';
import { judge } from '../../matchers/match.ts';
import { differing, held, type Scope, type Verdict } from '../../matchers/verdict.ts';
import type { Condition, Matcher } from '../../plan.ts';
import { type Fields, type Value, words } from '../../value.ts';

type Offer = Extract<Condition, { kind: 'extension' | 'capability' }>;

export const offerNames = { extension: 'extensions', capability: 'capabilities' } as const;

/** What a reply that offers nothing should have been. */
export const offerReplies = {
  extension: 'an EHLO or LHLO reply of code 250',
  capability: 'a reply that names capabilities',
} as const;

export function judgeOffer(condition: Offer, offers: Fields, scope: Scope): Verdict {
  const { keyword, want, span } = condition;
  const name = keyword.toUpperCase();
  const path = joinPath(offerNames[condition.kind], keyword);
  const value = Object.hasOwn(offers, name) ? offers[name] : undefined;
  const absent = describeAbsence(Object.keys(offers), 'not announced');
  if (typeof want !== 'boolean') {
    // What is not announced at all is not announced with a parameter either.
    const present = value ?? (forbidsWords(want) ? words([]) : undefined);
    const verdict = judge(want, present, scope, path);
    if (value !== undefined || verdict.outcome === 'holds') return verdict;
    return differing({ path, expected: describeMatcher(want, scope), actual: absent, missing: [keyword], span });
  }
  if ((value !== undefined) === want) return held;
  return want
    ? differing({ path, expected: 'announced', actual: absent, missing: [keyword], span })
    : differing({ path, expected: 'not announced', actual: announced(keyword, value), extra: [keyword], span });
}

/** `excludes: PLAIN`, `not: PLAIN`: words that must not be among the parameters. */
function forbidsWords(want: Matcher): boolean {
  return (
    want.kind === 'excludes' || (want.kind === 'not' && ['equals', 'holds', 'includes'].includes(want.matcher.kind))
  );
}

function announced(keyword: string, value: Value | undefined): string {
  const parameters = describeValue(value);
  return parameters === 'no words' ? `announced: ${keyword}` : `announced: ${keyword} ${parameters}`;
}

export function describeOffer({ kind, keyword, want }: Offer, scope: Scope): string {
  const noun = kind === 'extension' ? `the extension ${keyword}` : `the capability ${keyword}`;
  if (typeof want === 'boolean') return want ? noun : `no ${noun.slice('the '.length)}`;
  return `${noun} with ${describeMatcher(want, scope)}`;
}
