/** The part of mocha's interface that is used, by the names of `bdd`. */
export interface MochaInterface {
  readonly describe: (title: string, define: (this: Mocha.Suite) => void) => unknown;
  readonly it: (title: string, test?: (this: Mocha.Context) => Promise<void>) => Mocha.Test;
  readonly before: (hook: () => Promise<void>) => void;
  readonly after: (hook: () => Promise<void>) => void;
}

/** The interfaces that mocha may have defined as globals, with their names for each function. */
const interfaces = [
  { describe: 'describe', it: 'it', before: 'before', after: 'after' },
  { describe: 'suite', it: 'test', before: 'suiteSetup', after: 'suiteTeardown' },
] as const;

/** The globals of the file that is being loaded. Throws outside mocha. */
export function mochaInterface(): MochaInterface {
  const globalNamed = (name: string): unknown => Reflect.get(globalThis, name);
  const names = interfaces.find((each) => Object.values(each).every((name) => typeof globalNamed(name) === 'function'));
  if (names === undefined) {
    throw new Error(
      'Cannot define scenarios: there is neither "describe" nor "suite"; run this file with mocha and its "bdd" or "tdd" interface',
    );
  }
  const named = Object.entries(names).map(([role, name]) => [role, globalNamed(name)]);
  return Object.fromEntries(named) as MochaInterface;
}
