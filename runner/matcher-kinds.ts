/** What every matcher of a kind has in common: its place in the plan, how it is read, and what walks over matchers ask. */
interface MatcherFacts {
  /**
   * What is written below it. `derived`: a matcher of what is made of the value, its length or what it encodes. `counted`:
   * a matcher of the items, and one of how many meet it.
   */
  readonly takes:
    | 'scalar'
    | 'text'
    | 'pattern'
    | 'name'
    | 'matcher'
    | 'derived'
    | 'matchers'
    | 'items'
    | 'fields'
    | 'counted';
  /** What it looks at; `parts`: what the matchers in it look at. */
  readonly about: 'any' | 'text' | 'quantity' | 'list' | 'record' | 'parts';
}

/** One row a kind, in the order in which messages list them. */
export const matcherKinds = {
  equals: { takes: 'scalar', about: 'any' },
  contains: { takes: 'text', about: 'text' },
  starts_with: { takes: 'text', about: 'text' },
  ends_with: { takes: 'text', about: 'text' },
  matches: { takes: 'pattern', about: 'text' },
  not: { takes: 'matcher', about: 'parts' },
  one_of: { takes: 'matchers', about: 'parts' },
  all_of: { takes: 'matchers', about: 'parts' },
  includes: { takes: 'matcher', about: 'list' },
  excludes: { takes: 'matcher', about: 'list' },
  at_least: { takes: 'scalar', about: 'quantity' },
  at_most: { takes: 'scalar', about: 'quantity' },
  length: { takes: 'derived', about: 'list' },
  base64: { takes: 'derived', about: 'text' },
  octets: { takes: 'derived', about: 'text' },
  // Of an IMAP sequence set (RFC 9051 section 9): its numbers.
  set: { takes: 'derived', about: 'any' },
  capture: { takes: 'name', about: 'any' },
  ordered: { takes: 'items', about: 'list' },
  count: { takes: 'counted', about: 'list' },
  // `{ equals: […] }`: exactly these, in any order.
  exactly: { takes: 'items', about: 'list' },
  // The same where the list's order matters.
  sequence: { takes: 'items', about: 'list' },
  // A plain list: holds all of these.
  holds: { takes: 'items', about: 'list' },
  fields: { takes: 'fields', about: 'record' },
} as const satisfies Readonly<Record<string, MatcherFacts>>;

export type MatcherKind = keyof typeof matcherKinds;

/** Lists and maps without an operator, and what `equals` makes of a list. */
const plainKinds = ['exactly', 'sequence', 'holds', 'fields'] as const satisfies readonly MatcherKind[];

/** Kinds that are written by their name. */
export type OperatorKind = Exclude<MatcherKind, (typeof plainKinds)[number]>;

export function isOperator(key: string): key is OperatorKind {
  return Object.hasOwn(matcherKinds, key) && !plainKinds.some((kind) => kind === key);
}

export const operatorNames: readonly OperatorKind[] = Object.keys(matcherKinds).filter(isOperator);

export type Taking = MatcherFacts['takes'];

/** The kinds that take this. */
export type KindTaking<What extends Taking> = {
  [Kind in MatcherKind]: (typeof matcherKinds)[Kind]['takes'] extends What ? Kind : never;
}[MatcherKind];

export function factsOfMatcher(kind: MatcherKind): MatcherFacts {
  return matcherKinds[kind];
}
