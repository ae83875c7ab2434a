/** What YAML writes: keys and values of a scenario as plain data, in order; `null` where a key takes no value. */
export type Written = string | number | boolean | null | readonly Written[] | WrittenMap;

export interface WrittenMap {
  readonly [key: string]: Written;
}
