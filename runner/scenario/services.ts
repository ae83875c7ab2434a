import type { Pattern } from '../plan.ts';
import { parseServerUrl, ServerUrlError } from '../protocol/server-url.ts';
import type { Service } from '../service.ts';
import { looksLikePattern, readPattern } from './pattern.ts';
import { readDuration, readSent, readString, scalar } from './read.ts';
import type { Scope } from './scope.ts';
import { child, entriesOf, type Node, plainAt } from './tree.ts';

export interface ConfiguredService extends Service {
  /** The names of the variables that it provides. */
  readonly provides: readonly string[];
}

const defaultReadyTimeout = 30_000;

export function readService(scope: Scope, node: Node): readonly ConfiguredService[] {
  const name = plainAt(node, 'name');
  const start = readCommand(scope, child(node, 'start'));
  if (name === undefined || start === undefined) return [];
  const ready = readReady(scope, child(node, 'ready'));
  const stop = readCommand(scope, child(node, 'stop'));
  const env = entriesOf(child(node, 'env')).flatMap(({ key, node: value }) => {
    const text = readSent(scope, value, 'An environment variable');
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
  const parts = nodes.flatMap((each) => readSent(scope, each, 'A command') ?? []);
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
