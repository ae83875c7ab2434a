import { readFile as readFileFromDisk } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Diagnostic } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import type { KnownIssue, Pattern } from '../plan.ts';
import { parseServerUrl, ServerUrlError } from '../protocol/server-url.ts';
import type { Service } from '../service.ts';
import type { SourceFile } from '../source.ts';
import { reasonOf, shownPath } from './access.ts';
import { onceEach } from './diagnostics.ts';
import { definitionsAt } from './fragments.ts';
import { parse } from './parse.ts';
import { looksLikePattern, readPattern } from './pattern.ts';
import { readCount, readDuration, readString, scalar } from './read.ts';
import { builtIns, type Definition, type Definitions, type Scope } from './scope.ts';
import { createSecretBook } from './secrets.ts';
import { child, entriesOf, listAt, type MapNode, mapAt, type Node, plainAt } from './tree.ts';
import { listed, validate } from './validate.ts';
import type { Waiver } from './waivers.ts';

/** The configuration file, with a profile laid over it. */
export interface Config {
  /** Absent where there is no configuration file. */
  readonly file?: SourceFile;
  /** The project's root: the file's folder, or the working directory. Absolute. */
  readonly folder: string;
  /** Files, folders and globs, relative to `folder`. */
  readonly scenarios: readonly string[];
  readonly servers: ReadonlyMap<string, Node>;
  /** Secrets included. */
  readonly variables: Definitions;
  readonly secretNames: ReadonlySet<string>;
  /** Variables that stay names in the plan: it is made to be read, not to be run. */
  readonly named?: ReadonlySet<string>;
  /** Absolute paths. */
  readonly logs: readonly string[];
  readonly knownIssues: readonly Waiver[];
  readonly services: readonly ConfiguredService[];
  /** `files`: absolute folders. */
  readonly allow: { readonly commands: boolean; readonly files: readonly string[] };
  /** Milliseconds a reply may take. */
  readonly timeout?: number;
  readonly parallel?: number;
  readonly retries?: number;
  readonly env: Env;
}

export type Env = Readonly<Record<string, string | undefined>>;

export interface ConfiguredService extends Service {
  /** Names of variables that it gives. */
  readonly provides: readonly string[];
}

export interface ConfigRequest {
  readonly cwd: string;
  /** `--config FILE`; else `mailspec.yaml` in `cwd` or above. */
  readonly file?: string | undefined;
  readonly profile?: string | undefined;
  readonly env: Env;
  readonly readFile?: ((path: string) => Promise<string>) | undefined;
}

export const configName = 'mailspec.yaml';

const defaultReadyTimeout = 30_000;

export async function loadConfig(
  request: ConfigRequest,
): Promise<{ readonly config: Config; readonly diagnostics: readonly Diagnostic[] }> {
  const { cwd, file, readFile = (path) => readFileFromDisk(path, 'utf8') } = request;
  if (file !== undefined) {
    const path = resolve(cwd, file);
    try {
      return readConfig({ path: shownPath(path, cwd), text: await readFile(path) }, dirname(path), request);
    } catch (error) {
      const diagnostic: Diagnostic = {
        code: 'file.unreadable',
        message: `Cannot read the configuration "${file}": ${reasonOf(error)}`,
      };
      return { config: emptyConfig(cwd, request.env), diagnostics: [diagnostic] };
    }
  }
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const path = join(folder, configName);
    try {
      return readConfig({ path: shownPath(path, cwd), text: await readFile(path) }, folder, request);
    } catch (error) {
      if ((error as { readonly code?: string }).code !== 'ENOENT') {
        const diagnostic: Diagnostic = {
          code: 'file.unreadable',
          message: `Cannot read the configuration "${path}": ${reasonOf(error)}`,
        };
        return { config: emptyConfig(cwd, request.env), diagnostics: [diagnostic] };
      }
    }
    if (dirname(folder) === folder) break;
  }
  const diagnostics: readonly Diagnostic[] =
    request.profile === undefined
      ? []
      : [
          {
            code: 'profile.unknown',
            message: `Unknown profile "${request.profile}": there is no configuration file`,
            hint: `Write ${configName}, or leave --profile out`,
          },
        ];
  return { config: emptyConfig(cwd, request.env), diagnostics };
}

function emptyConfig(cwd: string, env: Env = {}): Config {
  return {
    folder: resolve(cwd),
    scenarios: [],
    servers: new Map(),
    variables: new Map(),
    secretNames: new Set(),
    logs: [],
    knownIssues: [],
    services: [],
    allow: { commands: false, files: [] },
    env,
  };
}

/** A configuration's text to its meaning; `folder` is where it lies. */
export function readConfig(
  file: SourceFile,
  folder: string,
  { profile, env }: Pick<ConfigRequest, 'profile' | 'env'>,
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
  const scope = configScope({ file, env, variables, secretNames }, (diagnostic) => diagnostics.push(diagnostic));
  const strings = (key: string) => listOf(whole(key)).flatMap((item) => readString(scope, item, 'A path') ?? []);
  const timeout = readDuration(scope, whole('timeout'));
  const parallel = whole('parallel')?.value;
  const retries = readCount(scope, whole('retries'));
  const config: Config = {
    file,
    folder,
    scenarios: strings('scenarios'),
    servers: new Map(
      layers.flatMap((layer) => entriesOf(mapAt(layer, 'servers')).map(({ key, node }) => [key, node] as const)),
    ),
    variables,
    secretNames,
    logs: strings('logs').map((path) => resolve(folder, path)),
    // Waivers add up: a profile has its own besides the others.
    knownIssues: layers.flatMap((layer) => listAt(layer, 'known_issues')).flatMap(readWaiver),
    services: listOf(whole('services')).flatMap((node) => readService(scope, node)),
    allow: {
      commands: child(child(root, 'allow'), 'commands')?.value === true,
      files: listAt(child(root, 'allow'), 'files')
        .flatMap((item) => readString(scope, item, 'A folder') ?? [])
        .map((path) => resolve(folder, path)),
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

/** Names of the runner's own, which a variable of that name could never replace. */
export function refuseBuiltIns(variables: MapNode | undefined): readonly Diagnostic[] {
  return entriesOf(variables).flatMap(({ key, keySpan }) =>
    builtIns.has(key)
      ? [
          {
            code: 'value.invalid' as const,
            message: `"${key}" is built in`,
            span: keySpan,
            hint: 'Give the variable another name',
          },
        ]
      : [],
  );
}

/** What names mean inside of the configuration itself. */
function configScope(
  {
    file,
    env,
    variables,
    secretNames,
  }: Pick<Config, 'env' | 'variables' | 'secretNames'> & { readonly file: SourceFile },
  report: (diagnostic: Diagnostic) => void,
): Scope {
  return {
    layers: [variables],
    captured: new Set(),
    shadowed: new Set(),
    promised: new Set(),
    absent: new Set(),
    repeats: false,
    shared: {
      runId: '',
      secretNames,
      book: createSecretBook(),
      configFile: file,
      env,
      report,
      unknown(name, span, known) {
        const near = nearest(name, known());
        report({
          code: 'variable.unknown',
          message: `Unknown variable "${name}"`,
          span,
          ...(near !== undefined && { hint: `Did you mean "${near}"?` }),
        });
      },
    },
  };
}

function readWaiver(node: Node): readonly Waiver[] {
  const scenario = plainAt(node, 'scenario');
  const issue = readKnownIssue(node);
  return scenario === undefined || issue === undefined ? [] : [{ scenario, issue, span: node.span }];
}

export function readKnownIssue(node: Node | undefined): KnownIssue | undefined {
  const reason = plainAt(node, 'reason');
  const until = plainAt(node, 'until');
  return reason === undefined ? undefined : { reason, ...(until !== undefined && { until }) };
}

function readService(scope: Scope, node: Node): readonly ConfiguredService[] {
  const name = plainAt(node, 'name');
  const start = readCommand(scope, child(node, 'start'));
  if (name === undefined || start === undefined) return [];
  const ready = readReady(scope, child(node, 'ready'));
  const stop = readCommand(scope, child(node, 'stop'));
  const env = entriesOf(child(node, 'env')).flatMap(({ key, node: value }) => {
    const text = readString(scope, value, 'An environment variable');
    return text === undefined ? [] : [[key, text] as const];
  });
  return [
    {
      name,
      start,
      ...(ready !== undefined && { ready }),
      provides: ready?.by === 'pattern' ? groupNames(ready.pattern) : [],
      ...(stop !== undefined && { stop }),
      env: Object.fromEntries(env),
      timeout: readDuration(scope, child(node, 'timeout')) ?? defaultReadyTimeout,
    },
  ];
}

function readCommand(scope: Scope, node: Node | undefined): readonly string[] | undefined {
  const nodes = node?.kind === 'list' ? node.items : node === undefined ? [] : [node];
  const parts = nodes.flatMap((each) => readString(scope, each, 'A command') ?? []);
  return parts.length === 0 ? undefined : parts;
}

function readReady(scope: Scope, node: Node | undefined): Service['ready'] {
  const found = scalar(node);
  if (found === undefined) return undefined;
  if (looksLikePattern(found.text)) {
    const pattern = readPattern(scope, found);
    return pattern && { by: 'pattern', pattern };
  }
  const url = readString(scope, found, 'A URL');
  if (url === undefined) return undefined;
  try {
    parseServerUrl(url);
    return { by: 'url', url };
  } catch (error) {
    if (!(error instanceof ServerUrlError)) throw error;
    scope.shared.report({
      code: 'url.invalid',
      message: error.message,
      span: found.span,
      hint: error.hint ?? 'Write a URL, or a /pattern/ over the output',
    });
    return undefined;
  }
}

/** RE2's `(?P<name>…)`, and `(?<name>…)`. */
function groupNames({ source }: Pattern): readonly string[] {
  const text = typeof source === 'string' ? source : source.parts.filter((part) => typeof part === 'string').join('');
  return [...text.matchAll(/\(\?P?<([A-Za-z_]\w*)>/g)].flatMap((match) => match[1] ?? []);
}
