import { createRequire } from 'node:module';
import type { Diagnostic } from '../diagnostic.ts';
import { messageOf, systemReason } from '../phrase.ts';
import type { Span } from '../source.ts';
import { type Access, shownPath } from './access.ts';
import { limits } from './limits.ts';
import { rowOf } from './matrix.ts';
import { parse } from './parse.ts';
import type { Definition, Definitions } from './scope.ts';

/**
 * The cases in a file: CSV with names in the first line, or a list of maps as JSON or YAML. An error is reported, and
 * returns no cases.
 */
export function rowsIn(
  access: Access,
  named: string,
  span: Span,
  report: (diagnostic: Diagnostic) => void,
): readonly Definitions[] {
  const path = access.file(named, span, report);
  if (path === undefined) return [];
  const wrong = (message: string, hint: string) => {
    report({ code: 'value.invalid', message, span, hint });
    return [];
  };
  let text: string;
  try {
    text = access.read(path);
  } catch (error) {
    report({ code: 'file.unreadable', message: `Cannot read "${named}": ${systemReason(error)}`, span });
    return [];
  }
  const rows = /\.csv$/i.test(named) ? ofCsv(text, named, wrong) : ofYaml({ path: shownPath(path, access.cwd), text });
  if (rows.length > limits.casesOfScenario)
    return wrong(`"${named}" has ${rows.length} cases`, `At most ${limits.casesOfScenario} are allowed`);

  function ofYaml(file: { readonly path: string; readonly text: string }): readonly Definitions[] {
    const { root, diagnostics } = parse(file);
    for (const diagnostic of diagnostics) report(diagnostic);
    if (root === undefined && diagnostics.length > 0) return [];
    return root?.kind === 'list' && root.items.length > 0 && root.items.every(({ kind }) => kind === 'map')
      ? root.items.map(rowOf)
      : wrong(`"${named}" has no cases`, 'Write a list of maps, one per case');
  }
  return rows;
}

/** RFC 4180, with the names in the first line. */
function ofCsv(
  text: string,
  named: string,
  wrong: (message: string, hint: string) => readonly Definitions[],
): readonly Definitions[] {
  // Loaded with the first file, since most runs have none.
  const { parse: parseCsv } = createRequire(import.meta.url)('csv-parse/sync') as typeof import('csv-parse/sync');
  const hint = 'Write the names on the first line, then one line per case';
  try {
    const rows = parseCsv(text, { bom: true, columns: true, skip_empty_lines: true, trim: true }) as readonly Record<
      string,
      string
    >[];
    const bad = Object.keys(rows[0] ?? {}).find((name) => !/^[A-Za-z_][\w-]*$/.test(name));
    if (bad !== undefined) return wrong(`"${bad}" in "${named}" is not a name`, hint);
    if (rows.length === 0) return wrong(`"${named}" has no cases`, hint);
    return rows.map(
      (row) =>
        new Map(Object.entries(row).map(([name, value]): [string, Definition] => [name, { from: 'literal', value }])),
    );
  } catch (error) {
    return wrong(`"${named}" is not CSV: ${messageOf(error)}`, hint);
  }
}
