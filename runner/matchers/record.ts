import type { Matcher } from '../plan.ts';
import { type Fields, isWords, type Value } from '../value.ts';
import { describeAbsence, describeMatcher, describeUnexpectedList, describeValue, joinPath } from './describe.ts';
import { conjunction, type Judge, type MatcherOf, type Scope, unfit, type Verdict } from './verdict.ts';

/** A field by its name: exactly, else without regard to letters' case. */
function lookUpField(fields: Fields, name: string): Value | undefined {
  if (Object.hasOwn(fields, name)) return fields[name];
  const lower = name.toLowerCase();
  const key = Object.keys(fields).find((each) => each.toLowerCase() === lower);
  return key === undefined ? undefined : fields[key];
}

/** One field of a record; where it is not there, the mismatch names those that are. */
export function judgeField(name: string, matcher: Matcher, fields: Fields, path: string, judge: Judge): Verdict {
  const value = lookUpField(fields, name);
  const fieldPath = joinPath(path, name);
  const verdict = judge(matcher, value, fieldPath);
  if (value !== undefined || verdict.outcome === 'holds') return verdict;
  const present = Object.keys(fields);
  const mismatches = verdict.mismatches.map((each) =>
    each.path === fieldPath && each.missing ? { ...each, actual: describeAbsence(present), missing: [name] } : each,
  );
  return { ...verdict, mismatches };
}

export function judgeFields(
  matcher: MatcherOf<'fields'>,
  value: Value,
  path: string,
  scope: Scope,
  judge: Judge,
): Verdict {
  const fields = recordOf(value);
  if (fields === undefined) {
    const actual = Array.isArray(value) ? describeUnexpectedList(value) : describeValue(value);
    return unfit({ path, expected: describeMatcher(matcher, scope), actual, span: matcher.span });
  }
  return conjunction(matcher.fields.map((field) => judgeField(field.name, field.matcher, fields, path, judge)));
}

/** Null is the record without a field. */
function recordOf(value: Value): Fields | undefined {
  if (value === null) return {};
  if (isWords(value)) return value.fields;
  return typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : undefined;
}
