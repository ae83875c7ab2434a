/** What a value is called in mismatches: a name in a record, an item of a list. It becomes a string when a mismatch is printed. */
export interface Path {
  readonly parent: Path | undefined;
  /** A name, or an item's index from 0. */
  readonly step: string | number;
}

export function under(parent: Path | undefined, step: string | number): Path {
  return { parent, step };
}

/** `extensions.SIZE`, `headers["x y"]`, `lines[2]`: items are counted from 1, as lines are. Empty for the whole. */
export function pathText(path: Path | undefined): string {
  if (path === undefined) return '';
  const parent = pathText(path.parent);
  const { step } = path;
  if (typeof step === 'number') return `${parent}[${step + 1}]`;
  if (!/^[\w-]+$/.test(step)) return `${parent}["${step}"]`;
  return parent === '' ? step : `${parent}.${step}`;
}
