import { resolve } from 'node:path';
import type { Diagnostic } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import type { SourceFile } from '../source.ts';
import { configScope } from './config-scope.ts';
import { definitionsAt, refuseBuiltIns } from './definitions.ts';
import { onceEach } from './diagnostics.ts';
import { parse } from './parse.ts';
import { readCount, readDuration, readString } from './read.ts';
import type { Definition, Definitions } from './scope.ts';
import { type ConfiguredService, readService } from './services.ts';
import { child, entriesOf, listAt, type MapNode, mapAt, type Node, plainListAt } from './tree.ts';
import { listed, validate } from './validate.ts';
import { readWaiver, type Waiver } from './waivers.ts';

/** The configuration file, with a profile laid over it. */
export interface Config {
  /** Absent where there is no configuration file. */
  readonly file?: SourceFile;
  /** The project's root: the file's folder, or the working directory. Absolute. */
  readonly folder: string;
  /** Files, folders and globs, relative to `folder`. */
  readonly scenarios: readonly string[];
  readonly servers: ReadonlyMap<string, Node>;
  /** Where mail from the server under test is received. */
  readonly receivers: ReadonlyMap<string, Node>;
  /** Secrets included. */
  readonly variables: Definitions;
  readonly secretNames: ReadonlySet<string>;
  /** Variables that stay names in the plan: it is made to be read, not to be run. */
  readonly named?: ReadonlySet<string>;
  /** Absolute paths. */
  readonly logs: readonly string[];
  readonly knownIssues: readonly Waiver[];
  /** What `strict` allows to be skipped: names under `requires`, texts of `skip`, ids; `*` stands for anything. */
  readonly allowSkips: readonly string[];
  /** Nodes with `tolerate`: the configuration, and the profile. */
  readonly tolerating: readonly Node[];
  readonly services: readonly ConfiguredService[];
  readonly allow: {
    readonly commands: boolean;
    /** Absolute folders. */
    readonly files: readonly string[];
    /** Absolute paths of unix sockets, and of folders that have some. */
    readonly sockets: readonly string[];
    /** Environment variables that programs get besides the usual ones; `*` stands for anything. */
    readonly environment: readonly string[];
  };
  /** Milliseconds a reply may take. */
  readonly timeout?: number;
  readonly parallel?: number;
  readonly retries?: number;
  readonly env: Env;
}

export type Env = Readonly<Record<string, string | undefined>>;

export function emptyConfig(cwd: string, env: Env = {}): Config {
  return {
    folder: resolve(cwd),
    scenarios: [],
    servers: new Map(),
    receivers: new Map(),
    variables: new Map(),
    secretNames: new Set(),
    logs: [],
    knownIssues: [],
    allowSkips: [],
    tolerating: [],
    services: [],
    allow: { commands: false, files: [], sockets: [], environment: [] },
    env,
  };
}

/** A configuration's text to its meaning; `folder` is where it lies. */
export function readConfig(
  file: SourceFile,
  folder: string,
  { profile, env }: { readonly profile?: string | undefined; readonly env: Env },
): { readonly config: Config; readonly diagnostics: readonly Diagnostic[] } {
  const parsed = parse(file);
  const diagnostics = [...parsed.diagnostics];
  const { root } = parsed;
  if (root === undefined) {
    if (profile !== undefined && diagnostics.length === 0) diagnostics.push(unknownProfile(profile, undefined));
    return { config: { ...emptyConfig(folder, env), file }, diagnostics };
  }
  diagnostics.push(...validate(root, 'config'));
  const over = profile === undefined ? undefined : mapAt(child(root, 'profiles'), profile);
  if (profile !== undefined && over === undefined && child(child(root, 'profiles'), profile) === undefined) {
    diagnostics.push(unknownProfile(profile, mapAt(root, 'profiles')));
  }
  const layers = over === undefined ? [root] : [root, over];
  const whole = (key: string): Node | undefined =>
    layers.map((layer) => child(layer, key)).findLast((node) => node !== undefined);
  const variables = new Map<string, Definition>();
  const secretNames = new Set<string>();
  for (const layer of layers) {
    for (const [name, definition] of definitionsAt(layer, 'variables')) variables.set(name, definition);
    for (const [name, definition] of definitionsAt(layer, 'secrets')) {
      variables.set(name, definition);
      secretNames.add(name);
    }
    for (const key of ['variables', 'secrets']) diagnostics.push(...refuseBuiltIns(mapAt(layer, key)));
  }
  const scope = configScope(file, { env, variables, secretNames }, (diagnostic) => diagnostics.push(diagnostic));
  const strings = (key: string) => listOf(whole(key)).flatMap((item) => readString(scope, item, 'A path') ?? []);
  const allowed = (key: string, what: string) =>
    listAt(child(root, 'allow'), key).flatMap((item) => readString(scope, item, what) ?? []);
  const named = (key: string): ReadonlyMap<string, Node> =>
    new Map(
      layers.flatMap((layer) => entriesOf(mapAt(layer, key)).map(({ key: name, node }) => [name, node] as const)),
    );
  const timeout = readDuration(scope, whole('timeout'));
  const parallel = whole('parallel')?.value;
  const retries = readCount(scope, whole('retries'));
  const config: Config = {
    file,
    folder,
    scenarios: strings('scenarios'),
    servers: named('servers'),
    receivers: named('receivers'),
    variables,
    secretNames,
    logs: strings('logs').map((path) => resolve(folder, path)),
    // Waivers add up: a profile has its own besides the others.
    knownIssues: layers.flatMap((layer) => listAt(layer, 'known_issues')).flatMap(readWaiver),
    allowSkips: layers.flatMap((layer) => plainListAt(layer, 'allow_skips')),
    tolerating: layers,
    services: listOf(whole('services')).flatMap((node) => readService(scope, node)),
    allow: {
      commands: child(child(root, 'allow'), 'commands')?.value === true,
      files: allowed('files', 'A folder').map((path) => resolve(folder, path)),
      sockets: allowed('sockets', 'A path').map((path) => resolve(folder, path)),
      environment: allowed('environment', 'A name'),
    },
    env,
    ...(timeout !== undefined && { timeout }),
    ...(typeof parallel === 'number' && { parallel }),
    ...(retries !== undefined && { retries }),
  };
  return { config, diagnostics: onceEach(diagnostics) };
}

function listOf(node: Node | undefined): readonly Node[] {
  return node?.kind === 'list' ? node.items : [];
}

function unknownProfile(name: string, profiles: MapNode | undefined): Diagnostic {
  const names = entriesOf(profiles).map(({ key }) => key);
  const near = nearest(name, names);
  const hint =
    names.length === 0
      ? 'The configuration has no profiles'
      : near === undefined
        ? `The configuration has ${listed(names)}`
        : `Did you mean "${near}"?`;
  return {
    code: 'profile.unknown',
    message: `Unknown profile "${name}"`,
    hint,
    ...(profiles && { span: profiles.span }),
  };
}
