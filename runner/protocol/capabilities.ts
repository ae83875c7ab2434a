import { type Fields, type Value, words } from '../value.ts';

/** Capabilities or extensions as matchers see them: by keyword, each with its parameters as words. */
export function capabilityFields(found: ReadonlyMap<string, readonly string[]>): Fields {
  return Object.fromEntries([...found].map(([name, parameters]): [string, Value] => [name, words(parameters)]));
}
