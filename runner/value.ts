/**
 * What a matcher is held against: a reply's text, a parsed field, a count.
 * Plain data, so that protocols and checks can produce it without knowing matchers.
 */
export type Value = string | number | boolean | null | Words | readonly Value[] | Fields;

export interface Fields {
  readonly [name: string]: Value;
}

/**
 * A list of words that is also a text: an EHLO keyword's parameters, IMAP flags, the numbers of a set.
 * Order is free unless `list` says otherwise. String operators see `text`, list operators see `words`.
 */
export interface Words {
  readonly words: readonly string[];
  /** The words as they stood on the wire. */
  readonly text: string;
  /** Compared without regard to letters' case. */
  readonly caseless: boolean;
  /** Words that count only where an expectation names them (IMAP's `\Recent`). */
  readonly optional?: readonly string[];
  /** Each counts, also where it is there twice; and `ordered`, their order as well. Otherwise they are a set. */
  readonly list?: 'ordered' | 'unordered';
  /** The same as a record, for expectations that name fields: `UIDVALIDITY 3` is `{ UIDVALIDITY: 3 }` too. */
  readonly fields?: Fields;
  /** Tells this apart from a record with the same field names. */
  readonly kind: typeof wordsKind;
}

export const wordsKind: unique symbol = Symbol('words');

export function words(
  list: readonly string[],
  options: {
    readonly text?: string;
    readonly caseless?: boolean;
    readonly optional?: readonly string[];
    readonly list?: 'ordered' | 'unordered';
    readonly fields?: Fields;
  } = {},
): Words {
  return {
    kind: wordsKind,
    words: list,
    text: options.text ?? list.join(' '),
    caseless: options.caseless ?? true,
    ...(options.optional && { optional: options.optional }),
    ...(options.list && { list: options.list }),
    ...(options.fields && { fields: options.fields }),
  };
}

export function isWords(value: Value | undefined): value is Words {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === wordsKind;
}
