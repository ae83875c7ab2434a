import type { Scenario } from '../plan.ts';

/** Which scenarios mocha is going to reach: `--grep` and `.only` leave tests out, and those must not run. */
export interface Selection {
  /** A describe of ours, while it is being defined. */
  add(suite: Mocha.Suite): void;
  /** The test that stands for a scenario. */
  note(test: Mocha.Test, scenario: Scenario): void;
  /** The describes that will run; `undefined` where that can't be known. */
  suites(): readonly Mocha.Suite[] | undefined;
  /** The scenarios that will be asked for, by their ids. */
  scenarios(): ReadonlySet<string> | undefined;
}

/** What mocha tells a root suite's listeners of itself when it has loaded a file. */
interface Runner {
  readonly options: { readonly grep?: RegExp; readonly invert?: boolean };
}

/** To be asked when mocha runs, not while it loads: then it knows itself. */
export function selectionIn(): Selection {
  const described: Mocha.Suite[] = [];
  const played = new Map<Mocha.Test, string>();
  let mocha: Runner | undefined;
  /** As mocha's runner decides. */
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

/** `.only` elsewhere takes a suite out of its parent. */
function attached(suite: Mocha.Suite): boolean {
  const { parent } = suite;
  return parent === undefined || (parent.suites.includes(suite) && attached(parent));
}
