/** What YAML writes: keys and values of a scenario as plain data, in order. */
export type Written = string | number | boolean | readonly Written[] | WrittenMap;

export interface WrittenMap {
  readonly [key: string]: Written;
}
