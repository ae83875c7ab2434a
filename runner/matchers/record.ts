import type { Matcher } from '../plan.ts';
import { type Fields, isWords, type Value } from '../value.ts';
import { type Path, pathText, under } from './path.ts';
import { actualOfOne, namesOf } from './sample.ts';
import { conjunction, type Judge, type MatcherOf, mismatchOf, type Scope, unfit, type Verdict } from './verdict.ts';

/** A field by name: exact matches first, then ignoring case. */
function lookUpField(fields: Fields, name: string): Value | undefined {
  if (Object.hasOwn(fields, name)) return fields[name];
  const lower = name.toLowerCase();
  const key = Object.keys(fields).find((each) => each.toLowerCase() === lower);
  return key === undefined ? undefined : fields[key];
}

/** Compares a field of a record. If it is missing, the mismatch lists those that are present. */
export function judgeField(
  name: string,
  matcher: Matcher,
  fields: Fields,
  path: Path | undefined,
  judge: Judge,
): Verdict {
  const value = lookUpField(fields, name);
  const fieldPath = under(path, name);
  const verdict = judge(matcher, value, fieldPath);
  if (value !== undefined || verdict.outcome === 'holds') return verdict;
  return {
    ...verdict,
    mismatches() {
      const own = pathText(fieldPath);
      const present = namesOf(Object.keys(fields));
      return verdict
        .mismatches()
        .map((each) =>
          each.path === own && each.missing
            ? { ...each, actual: { kind: 'absent', present }, missing: [{ kind: 'name', name }] }
            : each,
        );
    },
  };
}

export function judgeFields(
  matcher: MatcherOf<'fields'>,
  value: Value,
  path: Path | undefined,
  scope: Scope,
  judge: Judge,
): Verdict {
  const fields = recordOf(value);
  if (fields === undefined) return unfit(() => mismatchOf(matcher, path, scope, actualOfOne(value)));
  return conjunction(matcher.fields.map((field) => judgeField(field.name, field.matcher, fields, path, judge)));
}

/** Null counts as a record without fields. */
function recordOf(value: Value): Fields | undefined {
  if (value === null) return {};
  if (isWords(value)) return value.fields;
  return typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : undefined;
}
