/**
 * What a value can be, as far as it is known before the run. A matcher that no such value can meet is an error. Any
 * value may also be absent or null.
 */
export type Shape =
  | 'any'
  | 'text'
  | 'number'
  | 'truth'
  /** A set of words that is also text. */
  | 'words'
  /** The same, whose text is never a number, such as flags. */
  | 'names'
  | ListShape
  | RecordShape;

export interface ListShape {
  readonly list: Shape;
  /** Whether `equals` compares the order as well. */
  readonly order: 'kept' | 'free';
}

export interface RecordShape {
  /** The fields, by name. */
  readonly record: Readonly<Record<string, Shape>>;
  /** The shape of fields with other names. Absent: there are no others. */
  readonly others?: Shape;
  /** The form of their names. A warning says that another name is unknown. Absent: any. */
  readonly otherNames?: RegExp;
  /** The value is also text, as it was sent. */
  readonly text?: true;
  /** The value is also a list, and `equals` compares its order. */
  readonly order?: 'kept';
}

export function listOf(list: Shape, order: ListShape['order'] = 'free'): ListShape {
  return { list, order };
}

export function recordOf(record: RecordShape['record'], others?: Shape, otherNames?: RegExp): RecordShape {
  return { record, ...(others !== undefined && { others }), ...(otherNames && { otherNames }) };
}
