/**
 * What a value can be, as far as it is known before the run: what a matcher says of it must be able to be true.
 * Any of them may be absent or null.
 */
export type Shape =
  | 'any'
  | 'text'
  | 'number'
  | 'truth'
  /** A set of words that is also a text. */
  | 'words'
  | ListShape
  | RecordShape;

export interface ListShape {
  readonly list: Shape;
  /** Whether `equals` compares the order as well. */
  readonly order: 'kept' | 'free';
}

export interface RecordShape {
  /** By their names. */
  readonly record: Readonly<Record<string, Shape>>;
  /** Of fields with other names; absent: there are none. */
  readonly others?: Shape;
  /** It is a text, too: as it stands on the wire. */
  readonly text?: true;
  /** It is a list, too, whose order `equals` compares. */
  readonly order?: 'kept';
}

export function listOf(list: Shape, order: ListShape['order'] = 'free'): ListShape {
  return { list, order };
}

export function recordOf(record: RecordShape['record'], others?: Shape): RecordShape {
  return { record, ...(others !== undefined && { others }) };
}
