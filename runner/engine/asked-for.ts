import type { Condition, Expectation, Matcher } from '../plan.ts';
import type { About, Finding } from '../protocol/findings.ts';

/**
 * Whether an expectation asks for exactly this violation: `response_code: { UIDVALIDITY: 0 }`, or `code: [220, 521]` of
 * a reply that has both codes. Then its author knows about it. A violation that no expectation can see, such as a
 * space, is never asked for.
 */
export function isAskedFor({ about }: Finding, expectation: Expectation | undefined): boolean {
  return about !== undefined && expectation !== undefined && asksFor(expectation, about);
}

function asksFor(expectation: Expectation, about: About): boolean {
  return expectation.kind === 'reply' && expectation.conditions.some((condition) => conditionAsks(condition, about));
}

function conditionAsks(condition: Condition, about: About): boolean {
  switch (condition.kind) {
    case 'one_of':
      return condition.of.some((alternative) => asksFor(alternative, about));
    case 'code':
      return about.field === 'code' && about.values.every((value) => condition.codes.includes(String(value)));
    case 'response_code':
      return matcherAsks(condition.matcher, about);
    case 'untagged':
      return condition.want.some(
        ({ want, forbidden }) =>
          !forbidden &&
          want.form === 'data' &&
          (isValue(want.name, want.matcher, about) || matcherAsks(want.matcher, about)),
      );
    default:
      return false;
  }
}

/** Whether a field of this name has the value somewhere in the matcher. */
function matcherAsks(matcher: Matcher, about: About): boolean {
  switch (matcher.kind) {
    case 'fields':
      return matcher.fields.some(
        (field) => isValue(field.name, field.matcher, about) || matcherAsks(field.matcher, about),
      );
    case 'holds':
    case 'exactly':
      return matcher.items.some((item) => matcherAsks(item, about));
    case 'one_of':
    case 'all_of':
      return matcher.of.some((each) => matcherAsks(each, about));
    case 'includes':
      return matcherAsks(matcher.matcher, about);
    default:
      return false;
  }
}

function isValue(name: string, matcher: Matcher, { field, values }: About): boolean {
  return (
    name.toUpperCase() === field.toUpperCase() &&
    matcher.kind === 'equals' &&
    values.every((value) => String(value) === String(matcher.value))
  );
}
