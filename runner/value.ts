/**
 * What a matcher is applied to: a reply's text, a parsed field, a count. Plain data, so that protocols and checks need
 * not know matchers.
 */
export type Value = string | number | boolean | null | Words | readonly Value[] | Fields;

export interface Fields {
  readonly [name: string]: Value;
}

/**
 * A list of words that is also text: the parameters of an EHLO keyword, IMAP flags, the numbers of a set. Order does
 * not matter unless `list` says so. String operators apply to `text`, list operators to `words`.
 */
export interface Words {
  readonly words: readonly string[];
  /** The words as they were sent. */
  readonly text: string;
  /** Whether case is ignored. */
  readonly caseless: boolean;
  /** Words that are compared only if an expectation names them (IMAP's `\Recent`). */
  readonly optional?: readonly string[];
  /** A list in which duplicates count and, if `ordered`, the order does, too. Absent: a set. */
  readonly list?: 'ordered' | 'unordered';
  /** The same as a record, for expectations that name fields: `UIDVALIDITY 3` is also `{ UIDVALIDITY: 3 }`. */
  readonly fields?: Fields;
  /** Distinguishes this from a record with the same field names. */
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
