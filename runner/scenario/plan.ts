import { join, resolve } from 'node:path';
import type { Diagnostic } from '../diagnostic.ts';
import { packageRoot } from '../package-root.ts';
import { isBelow } from '../paths.ts';
import type { Plan, Scenario, Secret, Suite } from '../plan.ts';
import type { SourceFile } from '../source.ts';
import { createAccess, type FileSystem, nodeFileSystem } from './access.ts';
import { createBroken } from './broken.ts';
import { type Allowance, createBudget, PlanningStop } from './budget.ts';
import type { Config } from './config.ts';
import { createReports, onceEach } from './diagnostics.ts';
import { createFragmentStore } from './fragments.ts';
import { type Parsed, parse as parseText } from './parse.ts';
import type { Overrides, PlanContext } from './plan-context.ts';
import type { Definition, Scope } from './scope.ts';
import { createSecretBook } from './secrets.ts';
import { planSuite } from './suite.ts';
import { suiteIdOf } from './suite-id.ts';
import { validate } from './validate.ts';
import { noteSecret } from './variables.ts';
import { expired, expiredWarning } from './waivers.ts';

export { type FileSystem, nodeFileSystem, shownPath } from './access.ts';
export { type Config, type Env, readConfig } from './config.ts';
export { onceEach } from './diagnostics.ts';
/** The documents as parsed from YAML, for programs that write them. */
export type { ConfigDocument, ScenarioDocument } from './generated/document.js';
export { type Hidden, hiddenIn, literalsIn, looksSecret } from './hidden.ts';
export { configName, loadConfig } from './load-config.ts';
export type { Overrides } from './plan-context.ts';
export { type Selection, select } from './select.ts';
export { suiteIdOf } from './suite-id.ts';
export { parseTags, tagsIn } from './tags.ts';

export interface PlanRequest {
  /** In the order in which they run. */
  readonly files: readonly SourceFile[];
  readonly config: Config;
  /** The folder that paths in `files` are relative to. */
  readonly cwd: string;
  readonly overrides?: Overrides;
  readonly runId: string;
  /** `YYYY-MM-DD`; determines which known issues have expired. */
  readonly today: string;
  /** The folder of the shipped scenarios. Default: the installed package's. */
  readonly shipped?: string;
  readonly system?: FileSystem;
  /** Turns a file into a tree. Default: parses it. Callers that plan the same files repeatedly keep the trees. */
  readonly parse?: Parse;
  /** The limits for each file. Default: `limits`. */
  readonly allowance?: Partial<Allowance>;
}

export type Parse = (file: SourceFile) => Parsed;
export { parse } from './parse.ts';

/** Makes a plan of files, and returns all diagnostics. A plan with errors must not be run. */
export function plan(request: PlanRequest): { readonly plan: Plan; readonly diagnostics: readonly Diagnostic[] } {
  const { files, config, cwd, overrides = {}, system = nodeFileSystem, parse = parseText } = request;
  const shipped = request.shipped ?? shippedScenarios();
  const diagnostics: Diagnostic[] = [];
  const broken = createBroken();
  const check = (found: readonly Diagnostic[]): void => {
    for (const diagnostic of found) {
      diagnostics.push(diagnostic);
      if (diagnostic.span !== undefined) broken.add(diagnostic.span);
    }
  };
  const access = createAccess({
    cwd,
    folders: [config.folder, ...config.allow.files, shipped],
    sockets: config.allow.sockets,
    configFile: config.file,
    system,
  });
  const context: PlanContext = {
    config,
    access,
    overrides,
    runId: request.runId,
    today: request.today,
    book: createSecretBook(),
    store: createFragmentStore({ access, shipped, parse, loaded: check }),
    given: literals(overrides.variables),
    provided: literals(overrides.provided),
    promised: new Set(
      [...config.services.flatMap(({ provides }) => provides), ...(config.named ?? [])].filter(
        (name) => !overrides.provided?.has(name),
      ),
    ),
    report: (diagnostic) => void diagnostics.push(diagnostic),
    broken: ({ span }) => broken.within(span),
    spend: createBudget(request.allowance),
  };
  for (const { issue, span } of config.knownIssues) {
    if (expired(issue, request.today)) diagnostics.push(expiredWarning(issue, span));
  }
  noteSecrets(context);
  const suites: Suite[] = [];
  const scenarios: Scenario[] = [];
  for (const file of files) {
    const { root, diagnostics: found } = parse(file);
    check(found);
    if (root === undefined) {
      if (found.length === 0)
        diagnostics.push({
          code: 'file.empty',
          message: `"${file.path}" is empty`,
          hint: 'A scenario file has a "suite" and "scenarios"',
        });
      continue;
    }
    check(validate(root, 'scenario'));
    const path = resolve(cwd, file.path);
    const identity = { id: suiteIdOf(path, config.folder, shipped), shipped: isBelow(path, shipped) };
    const own = { ...context, report: createReports(context.report), spend: createBudget(request.allowance) };
    try {
      const planned = planSuite(own, file, root, identity, scenarios.length);
      suites.push(planned.suite);
      for (const scenario of planned.scenarios) scenarios.push(scenario);
    } catch (error) {
      if (!(error instanceof PlanningStop)) throw error;
      for (const diagnostic of error.diagnostics) diagnostics.push(diagnostic);
    }
  }
  return {
    plan: {
      runId: request.runId,
      suites,
      scenarios,
      secrets: context.book.list(),
      logs: config.logs,
      root: config.folder,
      readable: access.readable(),
    },
    diagnostics: onceEach(diagnostics),
  };
}

/** The values of the configuration's secrets, as far as they are known without its services. */
export function secretsOf(config: Config, given: ReadonlyMap<string, string>): readonly Secret[] {
  const book = createSecretBook();
  const none = new Map();
  noteSecrets({ config, book, runId: '', provided: none, given: literals(given), promised: new Set() });
  return book.list();
}

/** Registers all secrets, since servers may show one that no scenario uses. */
function noteSecrets({
  config,
  book,
  runId,
  provided,
  given,
  promised,
}: Pick<PlanContext, 'config' | 'book' | 'runId' | 'provided' | 'given' | 'promised'>): void {
  const scope: Scope = {
    layers: [config.variables, provided, given],
    captured: new Set(),
    shadowed: new Set(),
    promised,
    absent: new Set(),
    repeats: false,
    shared: {
      spend: createBudget(),
      runId,
      // Secrets do not expire.
      today: '',
      secretNames: config.secretNames,
      book,
      configFile: config.file,
      env: config.env,
      report: () => {},
      unknown: () => {},
    },
  };
  for (const name of config.secretNames) noteSecret(scope, name);
}

function shippedScenarios(): string {
  return join(packageRoot(), 'scenarios');
}

function literals(values: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, Definition> {
  return new Map([...values].map(([name, value]) => [name, { from: 'literal', value }]));
}
