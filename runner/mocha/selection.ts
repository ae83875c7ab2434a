import type { Scenario } from '../plan.ts';

/** Which scenarios mocha is going to reach: those that `--grep` or `.only` leaves out must not run. */
export interface Selection {
  /** Adds a `describe` of ours while it is being defined. */
  add(suite: Mocha.Suite): void;
  /** Notes which test belongs to a scenario. */
  note(test: Mocha.Test, scenario: Scenario): void;
  /** The describes that will run; `undefined` if that cannot be determined. */
  suites(): readonly Mocha.Suite[] | undefined;
  /** The ids of the scenarios that will be asked for; `undefined` if that cannot be determined. */
  scenarios(): ReadonlySet<string> | undefined;
}

/** The part of mocha's runner, which listeners of a root suite get once mocha has loaded a file. */
interface Runner {
  readonly options: { readonly grep?: RegExp; readonly invert?: boolean };
}

/** Ask it only while mocha runs, not while it loads: mocha decides after loading. */
export function selectionIn(): Selection {
  const described: Mocha.Suite[] = [];
  const played = new Map<Mocha.Test, string>();
  let mocha: Runner | undefined;
  /** The same decision as in mocha's runner. */
  const meant = (test: Mocha.Test): boolean => {
    const { grep, invert = false } = mocha?.options ?? {};
    return (
      grep === undefined || new RegExp(grep.source, grep.flags.replace(/[gy]/g, '')).test(test.fullTitle()) !== invert
    );
  };
  const suites = () =>
    mocha === undefined ? undefined : described.filter((suite) => attached(suite) && suite.tests.some(meant));
  return {
    add(suite) {
      described.push(suite);
      if (described.length > 1) return;
      rootOf(suite).once('post-require', (_globals: unknown, _file: unknown, itself: Runner) => {
        mocha = itself;
      });
    },
    note: (test, scenario) => void played.set(test, scenario.id),
    suites,
    scenarios() {
      const tests = suites()?.flatMap((suite) => suite.tests.filter(meant));
      return tests && new Set(tests.flatMap((test) => played.get(test) ?? []));
    },
  };
}

function rootOf(suite: Mocha.Suite): Mocha.Suite {
  let root = suite;
  while (root.parent !== undefined) root = root.parent;
  return root;
}

/** `.only` elsewhere removes a suite from its parent. */
function attached(suite: Mocha.Suite): boolean {
  const { parent } = suite;
  return parent === undefined || (parent.suites.includes(suite) && attached(parent));
}
