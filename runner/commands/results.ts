import { resolve } from 'node:path';
import { readTextNamed } from '../access/open.ts';
import { ArgumentError } from '../diagnostic.ts';
import type { Evidence, Fault } from '../evidence.ts';
import type { Action } from '../headline.ts';
import type { Contact, Measurement, ServerFacts } from '../observed.ts';
import { systemReason } from '../phrase.ts';
import type { Remedy, Severity } from '../remedy.ts';
import type { Outcome, Problem, ScenarioResult, Violation } from '../result.ts';
import type { Shortfall } from '../run-event.ts';
import type { Shard } from '../shard.ts';
import { isResultLine } from './generated/results.js';

/**
 * The events of `schemas/result.schema.json` as read from a file: they may have fields that this version does not know.
 */
export interface StartLine {
  readonly type: 'start';
  readonly format: string;
  readonly runId: string;
  readonly total: number;
  readonly started: string;
  readonly parallel: number;
  readonly strict?: boolean;
  readonly rerun?: string;
  readonly shard?: Shard;
}

export interface ScenarioLine {
  readonly type: 'scenario';
  readonly id: string;
  readonly formerIds?: readonly string[];
  readonly elsewhere?: true;
  readonly name: string;
  readonly description?: string;
  readonly suite: {
    readonly id: string;
    readonly file: string;
    readonly shipped?: true;
    readonly title: string;
    readonly description?: string;
    readonly references: readonly string[];
  };
  readonly place: PlaceLine;
  readonly level: 'must' | 'should';
  readonly tags: readonly string[];
  readonly references: readonly string[];
  readonly knownIssue?: { readonly reason: string; readonly until?: string };
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly blockedBy?: { readonly server: string; readonly why: string; readonly fault?: Fault };
  readonly started: string;
  readonly duration: number;
  readonly severity?: Severity;
  readonly problem?: ProblemLine;
  readonly remedies?: readonly Remedy[];
  readonly servers?: readonly ServerFacts[];
  readonly products?: ScenarioResult['products'];
  readonly contacts?: readonly Contact[];
  readonly measured?: readonly MeasurementLine[];
  readonly warnings: readonly { readonly message: string; readonly place?: PlaceLine }[];
  readonly violations?: readonly (Omit<Violation, 'place'> & { readonly place: PlaceLine })[];
  readonly retried: readonly ProblemLine[];
  readonly transcript: readonly {
    readonly at: number;
    readonly connection: string;
    readonly from: 'client' | 'server' | 'note';
    readonly text: string;
    /** The address that a note says was connected to. */
    readonly remote?: string;
    readonly encrypted?: true;
  }[];
  readonly log: ScenarioResult['log'];
}

export type MeasurementLine =
  | { readonly kind: 'certificate'; readonly server: string; readonly expires: string }
  | Extract<Measurement, { kind: 'delivery' }>;

export interface ProblemLine extends Pick<Problem, 'verdict' | 'code' | 'hint' | 'at'> {
  readonly message: string;
  readonly place: PlaceLine;
  readonly cause?: PlaceLine;
  readonly mismatches: readonly {
    readonly path: string;
    readonly expected: string;
    readonly actual: string;
    readonly missing?: readonly string[];
    readonly extra?: readonly string[];
    readonly place?: PlaceLine;
  }[];
  readonly evidence?: EvidenceLine;
}

export interface EvidenceLine extends Omit<Evidence, 'action' | 'reply'> {
  readonly action?: { readonly kind: Action['kind']; readonly text: string };
  readonly reply?: { readonly status: string; readonly text: string; readonly more: number };
}

export interface PlaceLine {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length?: number;
  readonly source?: string;
}

export interface EndLine {
  readonly type: 'end';
  readonly duration: number;
  readonly interrupted: boolean;
  readonly ended: string;
  readonly shortfalls?: readonly Shortfall[];
  readonly unneeded?: readonly { readonly finding: string; readonly place: PlaceLine }[];
  readonly notes?: readonly { readonly message: string }[];
  readonly exitStatus: number;
}

/** The output of the json reporter: `mailspec/1`. */
export interface Results {
  /** As the user named it. */
  readonly path: string;
  readonly start: StartLine;
  readonly scenarios: readonly ScenarioLine[];
  /** Absent if the run was cut short. */
  readonly end: EndLine | undefined;
}

type Line = StartLine | ScenarioLine | EndLine;

const knownFormat = 'mailspec/1';
const howToWrite = 'Write it with "mailspec run --reporter json=FILE"';

/** Reads a results file. Throws an `ArgumentError` that says what is wrong with the file. */
export function readResults(path: string, cwd: string): Results {
  const lines: Line[] = [];
  for (const { line, number } of writtenLines(textOf(path, cwd))) lines.push(parsed(path, line, number));
  const [start, ...rest] = lines;
  if (start?.type !== 'start') throw unusable(path, 'it does not begin as the results of a run do', howToWrite);
  const starts = lines.filter(({ type }) => type === 'start').length;
  if (starts > 1) throw unusable(path, `it contains ${starts} runs`, "Keep each run's results in a file of its own");
  return {
    path,
    start,
    scenarios: rest.filter((line) => line.type === 'scenario'),
    end: rest.find((line) => line.type === 'end'),
  };
}

const newline = 10;

/** The lines that are not empty, one by one: a list of all lines of a hostile file would end the process. */
function* writtenLines(text: string): Generator<{ readonly line: string; readonly number: number }> {
  let number = 0;
  for (let start = 0; start < text.length; number++) {
    // Most lines of such a file are empty: a search and a string for each would take ten times as long.
    if (text.charCodeAt(start) === newline) {
      start++;
      continue;
    }
    const next = text.indexOf('\n', start);
    const end = next < 0 ? text.length : next;
    const line = text.slice(start, end);
    if (line.trim() !== '') yield { line, number: number + 1 };
    start = end + 1;
  }
}

function textOf(path: string, cwd: string): string {
  try {
    return readTextNamed(resolve(cwd, path));
  } catch (error) {
    throw new ArgumentError(`Cannot read the results "${path}": ${systemReason(error)}`);
  }
}

function parsed(path: string, line: string, number: number): Line {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw unusable(
      path,
      `line ${number} is not an event`,
      `A run that was killed leaves its last line unfinished. ${howToWrite}`,
    );
  }
  if (isLine(value)) return value;
  const { format } = value as { readonly format?: unknown };
  if (number === 1 && typeof format === 'string' && format !== knownFormat) {
    throw unusable(path, `its format is "${format}", and this version reads "${knownFormat}"`);
  }
  throw unusable(path, `line ${number} is not an event of "${knownFormat}"`, howToWrite);
}

const isLine = (value: unknown): value is Line => isResultLine(value);

export function unusable(path: string, state: string, hint?: string): ArgumentError {
  return new ArgumentError(`Cannot use the results "${path}": ${state}`, hint);
}
