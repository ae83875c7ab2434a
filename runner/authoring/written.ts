/** Data for YAML: the keys and values of a scenario, in order; `null` if a key takes no value. */
export type Written = string | number | boolean | null | readonly Written[] | WrittenMap;

export interface WrittenMap {
  readonly [key: string]: Written;
}
