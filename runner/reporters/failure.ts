import { remediesOf } from '../causes/collect.ts';
import { renderFrame } from '../diagnostic-text.ts';
import { measured } from '../duration.ts';
import { inert } from '../printing/inert.ts';
import type { Problem, ScenarioResult } from '../result.ts';
import { shellWord } from '../shell-word.ts';
import { type Place, placeText } from '../source.ts';
import { visible } from '../visible.ts';
import { hintOf } from '../words/hint.ts';
import { mismatchLines, mismatchNote } from '../words/mismatch.ts';
import { outcomes, problemOf, remark, suiteWords } from '../words/outcome.ts';
import { problemWords, warningWords } from '../words/problem.ts';
import { remedyWords } from '../words/remedy.ts';
import type { Paint } from './colour.ts';
import { coloured, plain } from './colour.ts';
import { dialogueLines, logExcerpt, transcriptExcerpt } from './transcript.ts';

export interface FailureOptions {
  /** The command line that runs a scenario again, without its place: `mailspec run --config ci.yaml`. */
  readonly rerun?: string;
  /** Whether to color it for a terminal. Default: no. */
  readonly colour?: boolean;
  /** How many lines of the transcript to show. */
  readonly transcript?: number;
  /** How many lines of the server's log to show. */
  readonly log?: number;
  /** Leaves out the remedies, because the cause shows them at the end of the run. */
  readonly remedies?: false;
}

/** The options for text in a file: never colored. */
export function telling({ rerun }: Pick<FailureOptions, 'rerun'>): FailureOptions {
  return rerun === undefined ? {} : { rerun };
}

export const defaultRerun = 'mailspec run';
/** The default number of transcript lines: they fit on a screen with the rest of the message. */
const transcriptShown = 12;
const logShown = 10;
/** The most mismatches that are shown; if there are more, something is generally wrong. */
const mostMismatches = 8;

const severities: Partial<Record<ScenarioResult['outcome'], string>> = {
  warning: 'warning',
  known: 'known',
  flaky: 'flaky',
};

/**
 * A failure as reports show it: what is wrong, its place, the expected and the actual value, the dialogue, and the command
 * that runs the scenario again. Every report has the same text; a terminal adds only colors. It ends without a line break.
 */
export function failureText(result: ScenarioResult, options: FailureOptions = {}): string {
  const paint = options.colour ? coloured : plain;
  const problem = problemOf(result);
  const { title, style } = outcomes[result.outcome];
  const lines = [`${paint(['bold', style], title)} ${paint('bold', titleOf(result))}`];
  const told = problem && tell(problem, result, paint);
  lines.push(...(told?.lines ?? []), ...annotations(result, told?.width ?? 1, options, paint));
  // The dialogue belongs to the last attempt: next to a problem of an earlier one it would mislead.
  if (result.problem) {
    lines.push(
      ...indented(transcriptExcerpt(result.transcript, result.problem, options.transcript ?? transcriptShown, paint)),
      ...indented(logExcerpt(result.log, options.log ?? logShown, paint)),
    );
  }
  lines.push(`  rerun: ${rerunCommand(result, options.rerun)}`);
  return inert(lines.join('\n'));
}

/** The dialogue of a scenario that did not fail. */
export function dialogueText(result: ScenarioResult, options: FailureOptions = {}): string {
  const paint = options.colour ? coloured : plain;
  const { title, style } = outcomes[result.outcome];
  return inert(
    [
      `${paint(['bold', style], title)} ${paint('bold', titleOf(result))}`,
      ...indented(dialogueLines(result.transcript)),
    ].join('\n'),
  );
}

/** `smtp/auth.yaml › refuses AUTH before TLS (21 ms), could not be checked` */
export function titleOf(result: ScenarioResult): string {
  const { suite, name } = result.scenario;
  // A warning is described in a line of its own.
  const why = result.outcome === 'warning' ? '' : remark(result);
  return visible(`${suiteWords(suite)} › ${name} (${measured(result.duration)})${why === '' ? '' : `, ${why}`}`);
}

/** Only a problem, as it is shown for an attempt before the last one. */
export function problemText(problem: Problem, result: ScenarioResult, options: FailureOptions = {}): string {
  return inert(tell(problem, result, options.colour ? coloured : plain).lines.join('\n'));
}

interface Told {
  readonly lines: readonly string[];
  /** The width of the gutter, with which the following lines are aligned. */
  readonly width: number;
}

function tell(problem: Problem, result: ScenarioResult, paint: Paint): Told {
  const { style } = outcomes[result.outcome];
  const severity = severities[result.outcome] ?? 'error';
  const first = problem.mismatches[0];
  // The dialogue belongs to the last attempt.
  const hint = hintOf(problem, problem === result.problem ? result : { transcript: [], log: [] });
  const place = first?.place ?? problem.place;
  const frame = renderFrame(place, first && mismatchNote(first), { cause: problem.cause }).split('\n');
  const width = gutterWidth(frame);
  const lines = [
    `${paint(['bold', style], `${severity}[${problem.code}]`)}${paint('bold', `: ${visible(problemWords(problem))}`)}`,
    `${' '.repeat(width)}${paint('blue', '-->')} ${visible(placeText(place))}`,
    ...frame.map((line) => paintFrame(line, paint)),
    ...mismatchBlock(problem, place, width, paint),
    ...(hint === undefined ? [] : [remarkLine('help', hint, width, paint)]),
  ];
  return { lines, width };
}

/** The column of the frame's `|`, minus the space before it. */
function gutterWidth(frame: readonly string[]): number {
  return Math.max(1, (frame[0] ?? '').indexOf('|') - 1);
}

function paintFrame(line: string, paint: Paint): string {
  const [, gutter = '', rest = ''] = /^(\s*\d*\s*\|)(.*)$/.exec(line) ?? [];
  if (gutter === '') return line;
  return paint('blue', gutter) + (/^\s*\^/.test(rest) ? paint('red', rest) : rest);
}

function mismatchBlock(problem: Problem, shown: Place, width: number, paint: Paint): string[] {
  const { mismatches } = problem;
  const lines = mismatches.slice(0, mostMismatches).flatMap((mismatch) => {
    const place = mismatch.place && placeText(mismatch.place);
    return mismatchLines(mismatch, place === placeText(shown) ? undefined : place);
  });
  const more = mismatches.length - mostMismatches;
  if (more > 0) lines.push(`… and ${more} more that do not match`);
  const gutter = paint('blue', `${' '.repeat(width)} |`);
  return lines.map((line) => `${gutter}   ${line}`);
}

/** Lines about the scenario other than its problem: attempts, warnings, references. */
function annotations(result: ScenarioResult, width: number, { remedies }: FailureOptions, paint: Paint): string[] {
  const { scenario, retried, warnings } = result;
  const references = scenario.references.length > 0 ? scenario.references : scenario.suite.references;
  const earlier = result.problem ? retried : retried.slice(0, -1);
  const line = (label: string, text: string) => remarkLine(label, text, width, paint);
  return [
    ...earlier.map((each, at) =>
      line(`try ${at + 1}`, `${each.code}: ${problemWords(each)} (${placeText(each.place)})`),
    ),
    ...warnings.map((each) => line('warning', warningWords(each) + (each.place ? ` (${placeText(each.place)})` : ''))),
    ...(references.length > 0 ? [line('ref', references.join(', '))] : []),
    ...(result.problem && remedies !== false ? remedyLines(result).map((text) => line('remedy', text)) : []),
  ];
}

/** Remedies for the recognized products; if the scenario has a common cause, those are shown with the cause. */
export function remedyLines(result: ScenarioResult): readonly string[] {
  return remediesOf(result).map(remedyWords);
}

function remarkLine(label: string, text: string, width: number, paint: Paint): string {
  return `${' '.repeat(width)} ${paint('blue', '=')} ${paint('bold', `${label}:`)} ${visible(text)}`;
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/** The command that runs this scenario again, quoted for a shell. */
export function rerunCommand(result: ScenarioResult, prefix: string = defaultRerun): string {
  const { suite, id, place } = result.scenario;
  const target = suite.shipped ? `mailspec:${id}` : `${place.file}:${place.line}`;
  return `${prefix} ${shellWord(visible(target))}`;
}
