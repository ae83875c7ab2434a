/** V8's own measure of how much a function must have run before it is compiled with every optimisation, in bytes of code. */
const usual = 67_584;
/** That compiler is worth its own time later than V8 thinks: most runs are over before. */
const patient = 1_000_000;

/** So many files or scenarios, and V8 is right. */
const many = 4000;

let restores = false;

/**
 * Tells V8 how much there is to do: at the start nothing is known, and little expected. Planning 1,000 files takes 0.8
 * of the CPU time then, 1,000 dialogues 0.7, 4,000 the same, 10,000 would take 1.2 times.
 * Known of Node 20 alone: later ones have a quicker compiler as well.
 */
export function compileFor(count: number): void {
  if (!process.version.startsWith('v20.')) return;
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  const compileAfter = (budget: number) => setFlagsFromString(`--interrupt-budget=${budget}`);
  if (count >= many) return compileAfter(usual);
  compileAfter(patient);
  if (restores) return;
  restores = true;
  // What `start.ts` keeps of compiled code is of use to a process with the same flags alone.
  process.prependOnceListener('exit', () => compileAfter(usual));
}
