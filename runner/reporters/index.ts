import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { byIdentity } from '../by-identity.ts';
import { DiagnosticError } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import { packageVersion } from '../package-root.ts';
import { systemReason } from '../phrase.ts';
import { mapTexts } from '../printing/deep.ts';
import { inertPart } from '../printing/inert.ts';
import type { ScenarioFacts } from '../result.ts';
import type { Reporter, RunEvent, Summary } from '../run-event.ts';
import { attachmentPaths, attachmentsReporter, attachTo } from './attachments.ts';
import { wantsColour } from './colour.ts';
import { defaultRerun } from './failure.ts';
import type { Multiplexer, ReporterFailure } from './multiplex.ts';
import { multiplex } from './multiplex.ts';
import type { Clock, JunitDialect, ReporterOptions, Verbosity } from './reporter.ts';
import { repositoryPaths } from './repository-path.ts';
import type { Sink } from './sink.ts';
import { appendSink, fileAt, fileSink, streamSink, withSink } from './sink.ts';
import { type ReporterEntry, type ReporterName, reporters } from './table.ts';

export type { JunitDialect, Verbosity } from './reporter.ts';

/** A value of `--reporter`: `NAME` or `NAME=FILE`; `-` is standard output. */
export interface ReporterRequest {
  readonly name: ReporterName;
  readonly file?: string;
}

/** @throws DiagnosticError for an unknown name */
export function parseReporter(argument: string): ReporterRequest {
  const [, name = '', file] = /^([^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
  const known = Object.keys(reporters);
  if (!isReporter(name)) {
    const near = nearest(name, known);
    const hint = near === undefined ? `The reporters are ${known.join(', ')}` : `Did you mean "${near}"?`;
    throw unusable(`Unknown reporter "${name}"`, hint);
  }
  if (file === '')
    throw unusable(
      `Cannot write the ${name} report: no file is given after "${name}="`,
      'Write NAME=FILE, or NAME=- for standard output',
    );
  return file === undefined ? { name } : { name, file };
}

function isReporter(name: string): name is ReporterName {
  return Object.hasOwn(reporters, name);
}

function unusable(message: string, hint: string): DiagnosticError {
  return new DiagnosticError([{ code: 'argument.invalid', message, hint }]);
}

type Stream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export interface OpenOptions {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly strict: boolean;
  /** The command line that runs a scenario again, without the scenario's place. Default: `mailspec run`. */
  readonly rerun?: string;
  /** List every scenario even on a terminal. */
  readonly list?: boolean;
  /** The folder that paths of report files and paths in reports are relative to. Default: the working directory. */
  readonly cwd?: string;
  readonly verbosity?: Verbosity;
  readonly junitDialect?: JunitDialect;
  /** A folder for files with the whole dialogue of scenarios that did not pass; reports link to them. */
  readonly attachments?: string;
  /** Reporters in addition to the requested ones. */
  readonly beside?: readonly Reporter[];
  /** `false` if `--rerun-failed` would not run these scenarios again. */
  readonly rerunFailed?: boolean;
  readonly clock?: Clock;
  /** The name of the machine that runs the scenarios. */
  readonly machine?: string;
  /** Prints a line for people. Default: to `stderr`. */
  readonly say?: (line: string) => void;
  /** Called once for each reporter that fails. Default: prints a line for people. */
  readonly onFailure?: (failure: ReporterFailure) => void;
}

/** Open reporters, which receive the events of a run: pass `report` as `onEvent`. */
export interface OpenReporters extends Multiplexer {
  /** The exit status for the process: the run's, unless a reporter such as `nagios` has its own. */
  exitStatus(summary: Pick<Summary, 'exitStatus'>): number;
  /** Closes the files. If the run did not finish, it removes the incomplete reports. Never rejects. */
  close(): Promise<void>;
}

/**
 * Opens the requested reporters for the events of a run. Files are opened at once, so that an unwritable path is
 * reported before the run. If a machine-readable report goes to standard output, those for people go to `stderr`.
 * @throws DiagnosticError if a file cannot be written, or two reports have the same place
 */
export async function openReporters(
  requests: readonly ReporterRequest[],
  options: OpenOptions,
): Promise<OpenReporters> {
  const places = requests.map(placeOf);
  const files = await Promise.all(places.map((place) => fileOf(place, options)));
  for (const [at, place] of places.entries()) {
    if (place !== undefined && files.indexOf(files[at]) !== at) {
      throw unusable(`Cannot write two reports to "${place}"`, 'Give each reporter a file of its own');
    }
  }
  const people = places.includes('-') ? options.stderr : options.stdout;
  const attachments = attachIn(options);
  const attach = attachments?.attach;
  const givingNoOrders = createGivingNoOrders();
  const sinks = await openAll(requests.map((request, at) => () => openSink(request, places[at], people, options)));
  const opened = await Promise.all(
    requests.map(async ({ name }, at) => {
      const { create } = await reporters[name].load();
      const sink = sinks[at] as Sink;
      const { GITHUB_STEP_SUMMARY: page = '' } = options.environment;
      const own = { ...reporterOptions(sink, options), ...(attach && { attach }) };
      const safe = (reporter: Reporter) => (escapesOrders.has(name) ? reporter : givingNoOrders(reporter));
      if (name !== 'github' || page === '') return withSink(safe(create(own)), sink);
      const stepSummary = appendSink(page);
      return withSink(safe(create({ ...own, stepSummary })), sink, stepSummary);
    }),
  );
  const { say: write = (line: string) => void options.stderr.write(line) } = options;
  const say = (line: string) => write(`${line}\n`);
  const dialogues = attach ? [attachmentsReporter(attach, options.attachments ?? '', say)] : [];
  const { report, transcripts, failures } = multiplex(
    [...opened, ...dialogues, ...(options.beside ?? [])],
    options.onFailure ?? ((failure) => say(failureLine(failure))),
  );
  let ended = false;
  return {
    failures,
    transcripts,
    exitStatus({ exitStatus }) {
      // Without a report, nobody finds out what was checked and what was not. A failure is known all the same.
      const status = (exitStatus === 0 || exitStatus === 3) && failures.length > 0 ? 2 : exitStatus;
      return opened.find((each) => each.exitStatus !== undefined)?.exitStatus?.() ?? status;
    },
    report(event) {
      ended ||= event.type === 'end';
      return report(event);
    },
    async close() {
      await attachments?.end().catch(() => undefined);
      if (!ended) await discardAll(sinks);
    },
  };
}

/** JSON reports escape commands to CI servers, so that readers get the exact text: see `json-text.ts`. */
const escapesOrders: ReadonlySet<ReporterName> = new Set(['json', 'ctrf']);

/**
 * Makes sure that no text in an event is a command to a CI server, whatever reporters do with it. Each reporter gets
 * the same event, so that this is done once.
 */
function createGivingNoOrders(): (reporter: Reporter) => Reporter {
  let last: { readonly event: RunEvent; readonly inert: RunEvent } | undefined;
  /** A scenario's `begin` and `scenario` events have the same facts. */
  const inertFacts = byIdentity((facts: ScenarioFacts) => mapTexts(facts, inertPart));
  const made = (event: RunEvent): RunEvent => {
    if (event.type === 'begin') return { type: 'begin', scenario: inertFacts(event.scenario) };
    if (event.type !== 'scenario') return mapTexts(event, inertPart);
    const { result } = event;
    return {
      type: 'scenario',
      result: { ...mapTexts(result, inertPart, result.scenario), scenario: inertFacts(result.scenario) },
    };
  };
  const inertEvent = (event: RunEvent) => {
    if (last?.event !== event) last = { event, inert: made(event) };
    return last.inert;
  };
  return (reporter) => ({ ...reporter, report: (event) => reporter.report(inertEvent(event)) });
}

function reporterOptions(output: Sink, options: OpenOptions): ReporterOptions {
  const { list, cwd, junitDialect, rerunFailed, verbosity, machine } = options;
  return {
    output,
    clock: options.clock ?? systemClock,
    colour: output.takesColour && wantsColour(options.environment, output.isTTY),
    strict: options.strict,
    rerun: options.rerun ?? defaultRerun,
    ...(list !== undefined && { list }),
    ...(cwd !== undefined && { repositoryPath: repositoryPaths(options.environment, cwd) }),
    ...(junitDialect !== undefined && { junitDialect }),
    ...(rerunFailed !== undefined && { rerunFailed }),
    ...(verbosity !== undefined && { verbosity }),
    ...(machine !== undefined && { machine }),
    version: packageVersion(),
  };
}

function attachIn({ attachments: folder, cwd = '.', environment, rerun = defaultRerun }: OpenOptions) {
  if (folder === undefined) return undefined;
  const shown = attachmentPaths(environment, cwd, repositoryPaths(environment, cwd));
  return attachTo({ folder, cwd, shown, rerun });
}

/** All or none: if one cannot be opened, the others are discarded. */
async function openAll(open: readonly (() => Promise<Sink>)[]): Promise<readonly Sink[]> {
  const tried = await Promise.allSettled(open.map((each) => each()));
  const failed = tried.find((each) => each.status === 'rejected');
  const sinks = tried.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  if (!failed) return sinks;
  await discardAll(sinks);
  throw failed.reason;
}

async function discardAll(sinks: readonly Sink[]): Promise<void> {
  await Promise.all(sinks.map((sink) => sink.discard()));
}

/** A report's destination in canonical form, to detect duplicates. */
async function fileOf(place: string | undefined, { cwd = '.' }: OpenOptions): Promise<string | undefined> {
  return place === undefined || place === '-' ? place : fileAt(resolve(cwd, place));
}

/** The file, `-`, or `undefined` for the terminal. */
function placeOf({ name, file }: ReporterRequest): string | undefined {
  const { to }: ReporterEntry = reporters[name];
  return file ?? ('file' in to ? to.file : undefined);
}

async function openSink(
  { name }: ReporterRequest,
  place: string | undefined,
  people: Stream,
  options: Pick<OpenOptions, 'stdout' | 'cwd'>,
): Promise<Sink> {
  const { keepsEarlier = false }: ReporterEntry = reporters[name];
  return place === undefined ? streamSink(people) : openReport(place, options, name, keepsEarlier);
}

/**
 * Opens the destination of a report: a file, or standard output for `-`.
 * @throws DiagnosticError if the file cannot be written
 */
export async function openReport(
  place: string,
  { stdout, cwd = '.' }: Pick<OpenOptions, 'stdout' | 'cwd'>,
  name = 'code-quality',
  keepsEarlier = false,
): Promise<Sink> {
  if (place === '-') return streamSink(stdout);
  try {
    return await fileSink(resolve(cwd, place), place, { keepsEarlier });
  } catch (error) {
    throw unusable(
      `Cannot write the ${name} report: ${systemReason(error)}`,
      'Give it a file in a folder that may be written to',
    );
  }
}

/** `Cannot write the junit report: ENOSPC: no space left on device, write` */
function failureLine({ reporter, error }: ReporterFailure): string {
  return `Cannot write the ${reporter} report: ${systemReason(error)}`;
}

const systemClock: Clock = {
  now: () => performance.now(),
  every(ms, callback) {
    const timer = setInterval(callback, ms).unref();
    return () => clearInterval(timer);
  },
};
