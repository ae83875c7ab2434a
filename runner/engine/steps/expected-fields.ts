import type { Expectation, Matcher } from '../../plan.ts';

interface Field {
  readonly name: string;
  readonly matcher: Matcher;
}

/** Every condition on a field, including those in alternatives and negations. */
export function fieldsOf(expectation: Expectation | undefined): readonly Field[] {
  if (expectation?.kind !== 'reply') return [];
  return expectation.conditions.flatMap((condition): readonly Field[] => {
    switch (condition.kind) {
      case 'field':
        return [condition];
      case 'one_of':
        return condition.of.flatMap(fieldsOf);
      case 'not':
        return fieldsOf(condition.of);
      default:
        return [];
    }
  });
}
