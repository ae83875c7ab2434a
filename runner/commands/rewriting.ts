import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { ItemChange, ValueChange } from '../authoring/edits.ts';
import { many } from '../phrase.ts';
import { visible } from '../visible.ts';
import { canAsk, confirm } from './ask.ts';
import type { Arguments, Terminal } from './command.ts';

/** A scenario file in which some values will change. */
export interface Rewriting {
  /** Absolute. */
  readonly path: string;
  readonly values: readonly ValueChange[];
  /** Scenarios that the file will gain. */
  readonly added: readonly string[];
  /** Whether the file does not exist yet. */
  readonly isNew: boolean;
  readonly text: string;
}

/** Shows the changes, asks, and writes. Resolves to whether it wrote. */
export async function rewrite(all: readonly Rewriting[], args: Arguments, terminal: Terminal): Promise<boolean> {
  for (const each of all) for (const line of told(each, terminal.cwd)) terminal.stdout.write(`${visible(line)}\n`);
  const isWanted = args.has('yes') || (canAsk(terminal) && (await confirm('Write these values?', terminal)));
  if (!isWanted) {
    terminal.stderr.write('Nothing is written; "--yes" writes without asking\n');
    return false;
  }
  for (const { path, text } of all) await writeFile(path, text);
  terminal.stderr.write(`${many(all.length, 'file')} updated\n`);
  return true;
}

function told({ path, values, added, isNew }: Rewriting, cwd: string): readonly string[] {
  const file = relative(cwd, path);
  if (isNew) return [`${file}: new, ${many(added.length, 'scenario')}`];
  return [
    ...values.flatMap(({ scenario, path: where, before, after, items }) => [
      `${file} › ${scenario}: ${where}`,
      ...(items ?? [{ gone: [before], added: [after] }]).flatMap(itemLines),
    ]),
    ...added.map((name) => `${file} › ${name}: new`),
  ];
}

function itemLines({ step, gone, added }: ItemChange): readonly string[] {
  const of = step === undefined ? '' : `${step}: `;
  return [...gone.map((each) => `  - ${of}${each}`), ...added.map((each) => `  + ${of}${each}`)];
}
