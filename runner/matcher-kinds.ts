/** What all matchers of a kind have in common: their form in the plan, how they are read, and what they apply to. */
interface MatcherFacts {
  /**
   * What is written below it. `derived`: a matcher for something computed from the value, such as its length or what it
   * encodes. `counted`: a matcher for the items, and one for the number of items that meet it.
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
  /** The type of value that it applies to. `parts`: the types that its own matchers apply to. */
  readonly about: 'any' | 'text' | 'quantity' | 'list' | 'record' | 'parts';
}

/** One row for each kind, in the order in which messages list them. */
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
  // The numbers of an IMAP sequence set (RFC 9051 section 9).
  set: { takes: 'derived', about: 'any' },
  capture: { takes: 'name', about: 'any' },
  ordered: { takes: 'items', about: 'list' },
  count: { takes: 'counted', about: 'list' },
  // `{ equals: […] }`: exactly these items, in any order.
  exactly: { takes: 'items', about: 'list' },
  // The same, for lists whose order matters.
  sequence: { takes: 'items', about: 'list' },
  // A plain list: the value contains all of these.
  holds: { takes: 'items', about: 'list' },
  fields: { takes: 'fields', about: 'record' },
} as const satisfies Readonly<Record<string, MatcherFacts>>;

export type MatcherKind = keyof typeof matcherKinds;

/** Kinds without an operator: plain lists and maps, and the two that `equals` with a list becomes. */
const plainKinds = ['exactly', 'sequence', 'holds', 'fields'] as const satisfies readonly MatcherKind[];

/** The kinds that are written as an operator. */
export type OperatorKind = Exclude<MatcherKind, (typeof plainKinds)[number]>;

export function isOperator(key: string): key is OperatorKind {
  return Object.hasOwn(matcherKinds, key) && !plainKinds.some((kind) => kind === key);
}

export const operatorNames: readonly OperatorKind[] = Object.keys(matcherKinds).filter(isOperator);

export type Taking = MatcherFacts['takes'];

/** The kinds whose `takes` is this. */
export type KindTaking<What extends Taking> = {
  [Kind in MatcherKind]: (typeof matcherKinds)[Kind]['takes'] extends What ? Kind : never;
}[MatcherKind];

export function factsOfMatcher(kind: MatcherKind): MatcherFacts {
  return matcherKinds[kind];
}
