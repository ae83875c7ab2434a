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

/** The configuration file, with the selected profile applied. */
export interface Config {
  /** The file. Absent if there is none. */
  readonly file?: SourceFile;
  /** The project's root: the file's folder, or the working directory. Absolute. */
  readonly folder: string;
  /** Files, folders and globs, relative to `folder`. */
  readonly scenarios: readonly string[];
  /** Servers by name, as nodes of the file. */
  readonly servers: ReadonlyMap<string, Node>;
  /** Receivers of mail from the server under test, by name. */
  readonly receivers: ReadonlyMap<string, Node>;
  /** Variables by name, secrets included. */
  readonly variables: Definitions;
  /** The names of the variables under `secrets`. */
  readonly secretNames: ReadonlySet<string>;
  /** Variables that the plan keeps as names, because it is made for reading and not for a run. */
  readonly named?: ReadonlySet<string>;
  /** Log files of the server. Absolute paths. */
  readonly logs: readonly string[];
  /** Failures that do not fail the run, expired ones included. */
  readonly knownIssues: readonly Waiver[];
  /** Skips that `strict` permits: names under `requires`, texts of `skip`, ids; `*` matches any characters. */
  readonly allowSkips: readonly string[];
  /** Nodes with `tolerate`: the configuration, and the profile. */
  readonly tolerating: readonly Node[];
  /** Programs to start before a run, in this order. */
  readonly services: readonly ConfiguredService[];
  /** What scenario files may do. */
  readonly allow: {
    /** Whether they may start programs. */
    readonly commands: boolean;
    /** Folders outside the project that they may read. Absolute paths. */
    readonly files: readonly string[];
    /** Unix sockets that they may name, and folders of sockets. Absolute paths. */
    readonly sockets: readonly string[];
    /** Environment variables that programs get in addition to the usual ones; `*` matches anything. */
    readonly environment: readonly string[];
  };
  /** The longest time for a reply, in milliseconds. Absent: 10 s. */
  readonly timeout?: number;
  /** How many scenarios run at a time. Absent: 8. */
  readonly parallel?: number;
  /** How often a failing scenario is tried again. Absent: never. */
  readonly retries?: number;
  /** The environment that `${env.NAME}` reads. */
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

/** Reads the text of a configuration; `folder` is the folder that it is in. */
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
    // Known issues of a profile are added to those of the configuration.
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
