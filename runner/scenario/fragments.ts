import { join, resolve } from 'node:path';
import type { Diagnostic } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import { systemReason } from '../phrase.ts';
import type { SourceFile, Span } from '../source.ts';
import { type Access, shownPath } from './access.ts';
import { definitionsAt } from './definitions.ts';
import type { Parsed } from './parse.ts';
import type { Definitions } from './scope.ts';
import { entriesOf, type MapNode, mapAt, type Node } from './tree.ts';
import { validate } from './validate.ts';

/** The parts of a file that `use` needs. */
export interface FragmentSource {
  readonly file: SourceFile;
  readonly fragments: MapNode | undefined;
  /** The suite's variables, which are defaults for its fragments. */
  readonly variables: Definitions;
}

export interface Fragment {
  readonly id: string;
  readonly node: Node;
  readonly source: FragmentSource;
}

/** Finds fragments; each file is read once for a plan. */
export interface FragmentStore {
  /** Finds `NAME`, `./other.yaml#NAME` or `mailspec:smtp#NAME`. An error is reported, and returns `undefined`. */
  find(here: FragmentSource, named: string, span: Span, report: (diagnostic: Diagnostic) => void): Fragment | undefined;
}

export interface FragmentRules {
  readonly access: Access;
  /** The folder of the shipped scenarios; `mailspec:` refers to its `fragments/`. */
  readonly shipped: string;
  readonly parse: (file: SourceFile) => Parsed;
  /** Called for each file that is read, with its diagnostics. */
  loaded(diagnostics: readonly Diagnostic[]): void;
}

const prefix = 'mailspec:';

export function createFragmentStore({ access, shipped, parse, loaded }: FragmentRules): FragmentStore {
  const sources = new Map<string, FragmentSource | undefined>();
  const load = (path: string): FragmentSource | undefined => {
    if (!sources.has(path)) {
      const file = { path: shownPath(path, access.cwd), text: access.read(path) };
      const { root, diagnostics } = parse(file);
      loaded([...diagnostics, ...(root ? validate(root, 'scenario') : [])]);
      sources.set(path, root && fragmentSource(file, root));
    }
    return sources.get(path);
  };
  const sourceOf = (
    here: FragmentSource,
    file: string,
    span: Span,
    report: (diagnostic: Diagnostic) => void,
  ): FragmentSource | undefined => {
    if (file === '') return here;
    const own = file.startsWith(prefix);
    const name = file.slice(prefix.length);
    if (own && !/^[a-z0-9-]+$/.test(name)) {
      report({
        code: 'fragment.unknown',
        message: `"${file}" does not name a file of fragments`,
        span,
        hint: 'Write "mailspec:smtp#login"',
      });
      return undefined;
    }
    const path = own ? join(shipped, 'fragments', `${name}.yaml`) : access.file(file, span, report);
    if (path === undefined) return undefined;
    try {
      return load(resolve(path));
    } catch (error) {
      const message = own
        ? `No fragments named "${name}" ship with mailspec`
        : `Cannot read "${file}": ${systemReason(error)}`;
      report({ code: own ? 'fragment.unknown' : 'file.unreadable', message, span });
      return undefined;
    }
  };
  return {
    find(here, named, span, report) {
      const at = named.lastIndexOf('#');
      const file = named.slice(0, Math.max(0, at));
      const name = named.slice(at + 1);
      if (at === -1 && (named.startsWith(prefix) || /\.ya?ml$/.test(named))) {
        report({
          code: 'fragment.unknown',
          message: `"${named}" names a file, but not a fragment in it`,
          span,
          hint: `Write "${named}#NAME"`,
        });
        return undefined;
      }
      const source = sourceOf(here, file, span, report);
      if (source === undefined) return undefined;
      const node = source.fragments?.entries.get(name)?.node;
      if (node !== undefined) return { id: `${resolve(access.cwd, source.file.path)}#${name}`, node, source };
      const names = entriesOf(source.fragments).map(({ key }) => key);
      const near = nearest(name, names);
      const whose = file === '' ? 'This file' : `"${file}"`;
      const has = names.length === 0 ? `${whose} has no fragments` : `${whose} has ${names.join(', ')}`;
      report({
        code: 'fragment.unknown',
        message: `Unknown fragment "${name}"`,
        span,
        hint: near === undefined ? has : `Did you mean "${file === '' ? '' : `${file}#`}${near}"?`,
      });
      return undefined;
    },
  };
}

export function fragmentSource(file: SourceFile, root: Node): FragmentSource {
  return { file, fragments: mapAt(root, 'fragments'), variables: definitionsAt(root, 'variables') };
}
