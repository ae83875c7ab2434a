import { every, jsonPathHint, parseJsonPath } from '../matchers/json-path.ts';
import { messageOf } from '../phrase.ts';
import type { Fields, Value } from '../value.ts';
import { CheckError } from './check.ts';
import { limits } from './limits.ts';

/** Throws a `CheckError`, `check.mismatch`, with the reason. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new CheckError('check.mismatch', `the body is not JSON: ${messageOf(cause)}`, { cause });
  }
}

/**
 * What a path finds: `primaryAccounts["urn:ietf:params:jmap:mail"]`, `servers[0].host`, `servers[*].host` (all of
 * them), with or without a leading `$.`. A key of the outermost object may be written literally, whatever characters it
 * contains. `undefined` if there is nothing. Throws a `CheckError`, `input.value`, for an invalid path.
 */
export function evaluateJsonPath(document: unknown, path: string): Value | undefined {
  if (isObject(document) && Object.hasOwn(document, path)) return toValue(document[path], 0);
  const steps = parseJsonPath(path);
  if (steps === undefined)
    throw new CheckError('input.value', `Cannot follow the path "${path}"`, { hint: jsonPathHint });
  let found: readonly unknown[] = [document];
  for (const step of steps) found = found.flatMap((each) => children(each, step)).slice(0, limits.foundValues);
  const values = found.map((each) => toValue(each, 0));
  return steps.includes(every) ? values : values[0];
}

function children(value: unknown, step: string | number | typeof every): readonly unknown[] {
  if (step === every) return Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  if (Array.isArray(value)) {
    const index = Number(step);
    return Number.isInteger(index) && index < value.length ? [value[index]] : [];
  }
  return isObject(value) && Object.hasOwn(value, step) ? [value[String(step)]] : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The deepest nesting: deeper than any configuration. `JSON.parse` itself has no limit. */
function toValue(value: unknown, depth: number): Value {
  if (depth > limits.xmlDepth) return null;
  if (Array.isArray(value)) return value.map((each) => toValue(each, depth + 1));
  if (!isObject(value)) return value as Value;
  const fields: Fields = Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, toValue(each, depth + 1)]),
  );
  return fields;
}
