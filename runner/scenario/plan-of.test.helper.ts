import assert from 'node:assert/strict';
import type { Diagnostic } from '../diagnostic.ts';
import type { Expectation, Plan, Scenario } from '../plan.ts';
import type { Step } from '../steps.ts';
import type { FileSystem } from './access.ts';
import { type Config, type Overrides, plan, readConfig } from './plan.ts';

/** Shorthand of the tests of this folder: texts to a plan, over files that exist in memory alone. */
export interface PlanOf {
  readonly config?: string;
  readonly profile?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly overrides?: Overrides;
  readonly today?: string;
  /** Absolute path to text. */
  readonly files?: Readonly<Record<string, string>>;
}

export const defaultConfig = `
servers:
  mx: smtp://127.0.0.1:2525
  imap: imap://127.0.0.1:2143
  pop3: pop3://127.0.0.1:2110
  sieve: sieve://127.0.0.1:4190
  lmtp: lmtp://127.0.0.1:2424
  line: tcp://127.0.0.1:8998
variables: { domain: example.com, user: "alice@\${domain}" }
secrets: { password: wonderland }
`;

export function configOf({ config = defaultConfig, profile, env = {} }: PlanOf = {}): Config {
  const read = readConfig({ path: 'mailspec.yaml', text: config }, '/project', { profile, env });
  assert.deepEqual(read.diagnostics, []);
  return read.config;
}

export function planOf(
  text: string,
  options: PlanOf = {},
): { readonly plan: Plan; readonly diagnostics: readonly Diagnostic[] } {
  const files = options.files ?? {};
  const system: FileSystem = {
    real(path) {
      if (!Object.hasOwn(files, path)) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return path;
    },
    read(path) {
      const found = Object.hasOwn(files, path) ? files[path] : undefined;
      if (found === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return found;
    },
  };
  return plan({
    files: [{ path: 'scenarios/a.yaml', text }],
    config: configOf(options),
    cwd: '/project',
    runId: 'run1',
    today: options.today ?? '2026-01-01',
    shipped: '/shipped',
    system,
    ...(options.overrides && { overrides: options.overrides }),
  });
}

/** The plan of a text in which nothing is wrong. */
export function goodPlan(text: string, options: PlanOf = {}): Plan {
  const { plan: made, diagnostics } = planOf(text, options);
  assert.deepEqual(
    diagnostics.map(({ code, message }) => `${code}: ${message}`),
    [],
  );
  return made;
}

/** `code: message` of each mistake. */
export function mistakesOf(text: string, options: PlanOf = {}): readonly string[] {
  return planOf(text, options).diagnostics.map(({ code, message }) => `${code}: ${message}`);
}

/** One scenario with these steps, as lines of YAML. */
export function dialogue(steps: string, head = 'server: mx'): string {
  return `suite: S\n${head}\nscenarios:\n  - name: one\n    dialogue:\n${steps.replace(/^/gm, '      ')}\n`;
}

export function firstScenario(text: string, options: PlanOf = {}): Scenario {
  const [scenario] = goodPlan(text, options).scenarios;
  assert.ok(scenario);
  return scenario;
}

export function stepsOf(steps: string, head = 'server: mx', options: PlanOf = {}): readonly Step[] {
  return firstScenario(dialogue(steps, head), options).dialogue;
}

export function expectationOf(expect: string, server = 'mx', options: PlanOf = {}): Expectation {
  const [step] = stepsOf(`- expect: ${expect}`, `server: ${server}`, options);
  assert.ok(step?.expect);
  return step.expect;
}

/** Plain data without places. */
export function bare(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, each) =>
      key === 'span' ? undefined : each instanceof Map ? Object.fromEntries(each) : each,
    ),
  );
}

/** The conditions of a reply's expectation, without places. */
export function conditionsOf(expect: string, server = 'mx', options: PlanOf = {}): unknown {
  const expectation = expectationOf(expect, server, options);
  assert.equal(expectation.kind, 'reply');
  return bare(expectation.kind === 'reply' ? expectation.conditions : []);
}
