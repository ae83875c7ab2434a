import { setFlagsFromString } from 'node:v8';

/** Scenarios from which on it pays: modules that Node loads later are compiled anew, since its own code cache holds V8's flags. */
const fromScenarios = 200;

/** By the version of V8 for which it was measured: what is set for a long run, and what V8 has otherwise. */
const measured = {
  /** Node 20. */
  '11.3.': {
    // Three times as many instructions before a function is optimised, which takes a third of the CPU time of a run of
    // 2,000 dialogues; and a young generation of a few MiB is collected by one thread, without waking up others.
    long: ['--interrupt-budget=200000', '--no-parallel-scavenge'],
    usual: ['--interrupt-budget=67584', '--parallel-scavenge'],
  },
} as const;

/** Has V8 compile less where that saves CPU time. Returns what undoes it: code that is kept for the next process holds the flags. */
export function compileLess(scenarios: number, version: string): () => void {
  const [, flags] = Object.entries(measured).find(([prefix]) => version.startsWith(prefix)) ?? [];
  if (flags === undefined || scenarios < fromScenarios) return () => undefined;
  for (const flag of flags.long) setFlagsFromString(flag);
  return () => {
    for (const flag of flags.usual) setFlagsFromString(flag);
  };
}
