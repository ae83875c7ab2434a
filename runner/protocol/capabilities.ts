import { type Fields, type Value, words } from '../value.ts';

/**
 * Capabilities or extensions as matchers see them: by keyword, each with its parameters as words and, for some, as a
 * record.
 */
export function capabilityFields(
  found: ReadonlyMap<string, readonly string[]>,
  fieldsOf: (name: string, parameters: readonly string[]) => Fields | undefined = () => undefined,
): Fields {
  return Object.fromEntries(
    [...found].map(([name, parameters]): [string, Value] => {
      const fields = fieldsOf(name, parameters);
      return [name, words(parameters, { ...(fields && { fields }) })];
    }),
  );
}
