/**
 * A value's name in mismatches: a name in a record, or an item of a list. It is converted to a string only when a
 * mismatch is printed.
 */
export interface Path {
  readonly parent: Path | undefined;
  /** A name, or an item's index from 0. */
  readonly step: string | number;
}

export function under(parent: Path | undefined, step: string | number): Path {
  return { parent, step };
}

/** `extensions.SIZE`, `headers["x y"]`, `lines[2]`: items are counted from 1, like lines. Empty for the whole value. */
export function pathText(path: Path | undefined): string {
  if (path === undefined) return '';
  const parent = pathText(path.parent);
  const { step } = path;
  if (typeof step === 'number') return `${parent}[${step + 1}]`;
  if (!/^[\w-]+$/.test(step)) return `${parent}["${step}"]`;
  return parent === '' ? step : `${parent}.${step}`;
}
