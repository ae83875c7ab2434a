/** A table's entry for a name that a server sent; inherited names such as `constructor` do not count. */
export function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
