import { setFlagsFromString } from 'node:v8';

/**
 * The number of scenarios from which this is worthwhile: modules that Node loads later are compiled again, because its
 * code cache depends on V8's flags.
 */
const fromScenarios = 200;

/**
 * The number of scenarios up to which it is worthwhile to optimize later: code that runs 10,000 times should be
 * optimized at once.
 */
const laterUpTo = 4000;

/**
 * Measured for these versions of V8: three times as many instructions before a function is optimized, and V8's default.
 */
const budgets = {
  /** Node 20. */
  '11.3.': { later: '--interrupt-budget=200000', usual: '--interrupt-budget=67584' },
} as const;

/**
 * Makes V8 use less CPU time, for versions for which this was measured. Returns a function that undoes it, because code
 * that is cached for the next process contains the flags.
 */
export function compileLess(scenarios: number, version: string): () => void {
  const [, flags] = Object.entries(budgets).find(([prefix]) => version.startsWith(prefix)) ?? [];
  if (flags === undefined || scenarios < fromScenarios || scenarios > laterUpTo) return () => undefined;
  setFlagsFromString(flags.later);
  return () => setFlagsFromString(flags.usual);
}
