/** What must be cleaned up even if the process ends early: on a second Ctrl-C, or after an internal error. */
const actions = new Set<() => void>();

/** Registers a synchronous action for the end of the process. The returned function removes it. */
export function atExit(action: () => void): () => void {
  const own = () => action();
  actions.add(own);
  return () => void actions.delete(own);
}

/** Called by the code that owns the process, when the process ends. */
export function runAtExit(): void {
  for (const action of actions) {
    actions.delete(action);
    try {
      action();
    } catch {
      // One action that fails must not keep the others from running.
    }
  }
}
