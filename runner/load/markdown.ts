import { codeSpan } from '../code-span.ts';
import { counted } from '../phrase.ts';
import { inert } from '../printing/inert.ts';
import { visible } from '../visible.ts';
import type { LoadResult } from './result.ts';
import { columns, rowsOf } from './table.ts';
import { settingsWords, sumWords } from './text.ts';
import { loadWarnings } from './warnings.ts';

/** For a merge request or the page of a CI server. Text of scenarios and servers is in code spans. */
export function loadMarkdown(result: LoadResult): string {
  const { errors } = result;
  const warnings = loadWarnings(result);
  const table = rowsOf(result, true).map(({ level, name, cells }) => {
    const shown = level === 0 ? `**${span(name)}**` : `– ${span(name)}`;
    return tableRow([shown, ...cells]);
  });
  const sections = [
    `# Load: ${settingsWords(result)}`,
    `${sumWords(result)}.`,
    ...(warnings.length === 0 ? [] : [warnings.map((warning) => `- ⚠️ ${warning}.`).join('\n')]),
    [
      'Latency in milliseconds:',
      '',
      tableRow(['', ...columns]),
      tableRow(['---', ...columns.map(() => '---:')]),
      ...table,
    ].join('\n'),
    ...(errors.length === 0 ? [] : [['## Errors', '', ...errorTable(errors)].join('\n')]),
  ];
  return `${sections.join('\n\n')}\n`;
}

function errorTable(errors: LoadResult['errors']): readonly string[] {
  return [
    tableRow(['count', 'error', 'place']),
    tableRow(['---:', '---', '---']),
    ...errors.map(({ count, message, file, line }) =>
      tableRow([counted(count), span(message), span(`${file}:${line}`)]),
    ),
  ];
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A code span in a table, even for text with bars (GFM section 4.10). */
function span(text: string): string {
  return codeSpan(inert(visible(text)).replaceAll('|', '\\|'));
}
