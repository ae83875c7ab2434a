import { basename, join, resolve } from 'node:path';
import { many } from '../phrase.ts';
import type { ScenarioResult } from '../result.ts';
import type { Reporter } from '../run-event.ts';
import { problemOf } from '../words/outcome.ts';
import { failureText } from './failure.ts';
import { newFiles } from './new-file.ts';
import { evidence } from './transcript.ts';
import { unlessPassed } from './transcripts.ts';

/** The path of a result's attachment, if it has one. */
export async function attachmentOf(attach: Attach | undefined, result: ScenarioResult): Promise<string | undefined> {
  return attach === undefined ? undefined : attach(result);
}

/**
 * Writes a scenario's evidence to a file; returns the path by which a CI server finds it, or `undefined` if nothing
 * went wrong.
 */
export type Attach = (result: ScenarioResult) => Promise<string | undefined>;

export interface Attachments {
  readonly attach: Attach;
  /** The run is over: a later one may replace its files. */
  end(): Promise<void>;
}

export interface AttachmentOptions {
  /** The folder for the files, created with the first one. */
  readonly folder: string;
  /** The folder that `folder` is relative to. */
  readonly cwd: string;
  /** Turns a file's path into the form that the CI server needs. */
  readonly shown: (path: string) => string;
  readonly rerun: string;
}

/** The longest file name without its extension: file systems allow 255 octets, and a character has up to four. */
const longestName = 60;

export function attachTo({ folder, cwd, shown, rerun }: AttachmentOptions): Attachments {
  const written = new Map<string, Promise<string>>();
  const names = new Set<string>();
  const { write: writeNew, end } = newFiles(resolve(cwd, folder));
  const write = async (result: ScenarioResult, name: string) => {
    // Other runs may write to the folder at the same time; their files are kept.
    const path = await writeNew(`${name}.txt`, wholeFailure(result, rerun));
    return shown(join(folder, basename(path)));
  };
  const attach: Attach = async (result) => {
    if (problemOf(result) === undefined || result.outcome === 'passed') return undefined;
    const { id } = result.scenario;
    const known = written.get(id) ?? write(result, unusedName(id, names));
    written.set(id, known);
    return known;
  };
  return { attach, end };
}

/** Writes the files whether or not another reporter links them, and prints where they are. */
export function attachmentsReporter(attach: Attach, folder: string, say: (line: string) => void): Reporter {
  let written = 0;
  return {
    name: 'attachments',
    order: 'file',
    transcripts: unlessPassed,
    async report(event) {
      if (event.type === 'scenario' && (await attach(event.result)) !== undefined) written++;
      if (event.type === 'end' && written > 0) say(`${many(written, 'dialogue')} written to "${folder}"`);
    },
  };
}

/** A failure with its whole dialogue and log. */
export function wholeFailure(result: ScenarioResult, rerun: string): string {
  const text = failureText(result, { rerun });
  return `${text}\n\n${evidence(result.transcript, result.log, Number.POSITIVE_INFINITY)}\n`;
}

/** Makes a file name of an id. Ids that differ only in characters not allowed in file names get different ones. */
export function unusedName(id: string, names: Set<string>): string {
  const name = [...id.replace(/[^\p{L}\p{M}\p{N}_-]+/gu, '-')].slice(0, longestName).join('');
  let unused = name;
  for (let number = 2; names.has(unused); number++) unused = `${name}-${number}`;
  names.add(unused);
  return unused;
}

/** Jenkins' plugin needs absolute paths, GitLab paths from the project's folder. */
export function attachmentPaths(
  environment: Readonly<Record<string, string | undefined>>,
  cwd: string,
  repositoryPath: (path: string) => string,
): (path: string) => string {
  return environment['JENKINS_URL'] === undefined ? repositoryPath : (path) => resolve(cwd, path);
}
