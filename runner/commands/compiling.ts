import { setFlagsFromString } from 'node:v8';

/** From this many scenarios it pays: modules that Node loads later are compiled again, because its code cache depends on V8's flags. */
const fromScenarios = 200;

/** Scenarios up to which it pays to optimise later: what is run 10,000 times is better optimised at once. */
const laterUpTo = 4000;

/** By the version of V8 for which it was measured: three times as many instructions before a function is optimised, and V8's own. */
const budgets = {
  /** Node 20. */
  '11.3.': { later: '--interrupt-budget=200000', usual: '--interrupt-budget=67584' },
} as const;

/** Has V8 use less CPU time, where that was measured. Returns what undoes it: code that is kept for the next process holds the flags. */
export function compileLess(scenarios: number, version: string): () => void {
  const [, flags] = Object.entries(budgets).find(([prefix]) => version.startsWith(prefix)) ?? [];
  if (flags === undefined || scenarios < fromScenarios || scenarios > laterUpTo) return () => undefined;
  setFlagsFromString(flags.later);
  return () => setFlagsFromString(flags.usual);
}
