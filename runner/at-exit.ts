/** What must not be left when the process ends before its time: on a second Ctrl-C, or by a fault. */
const actions = new Set<() => void>();

/** Adds what is done, without waiting, when the process ends; the function that is returned takes it back. */
export function atExit(action: () => void): () => void {
  const own = () => action();
  actions.add(own);
  return () => void actions.delete(own);
}

/** Whoever owns the process calls it when that ends. */
export function runAtExit(): void {
  for (const action of actions) {
    actions.delete(action);
    try {
      action();
    } catch {
      // The others are done all the same.
    }
  }
}
