import { open, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ArgumentError } from '../diagnostic.ts';
import { loadMarkdown } from '../load/markdown.ts';
import type { LoadResult } from '../load/result.ts';
import { systemReason } from '../phrase.ts';
import type { Arguments, Terminal } from './command.ts';

const formats: Readonly<Record<string, (result: LoadResult) => string>> = {
  json: (result) => `${JSON.stringify(result, undefined, 2)}\n`,
  md: loadMarkdown,
};

interface Output {
  readonly path: string;
  readonly format: (result: LoadResult) => string;
}

export function requestedOutputs(args: Arguments): readonly Output[] {
  return args.values('out').map((path) => {
    const format = formats[/\.([a-z]+)$/.exec(path)?.[1] ?? ''];
    if (format !== undefined) return { path, format };
    throw new ArgumentError(`Cannot write "${path}": the name must end in .json or .md`);
  });
}

/** Reports a file that cannot be written before the load starts; an existing one is kept until the end. */
export async function tryOutputs(outputs: readonly Output[], { cwd }: Terminal): Promise<void> {
  for (const { path } of outputs) {
    try {
      await (await open(resolve(cwd, path), 'a')).close();
    } catch (error) {
      throw new ArgumentError(`Cannot write "${path}": ${systemReason(error)}`);
    }
  }
}

export async function writeOutputs(outputs: readonly Output[], result: LoadResult, { cwd }: Terminal): Promise<void> {
  for (const { path, format } of outputs) await writeFile(resolve(cwd, path), format(result));
}
