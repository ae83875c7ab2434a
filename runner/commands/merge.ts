import { ArgumentError } from '../diagnostic.ts';
import { openReporters } from '../reporters/index.ts';
import { wholeNumber } from './arguments.ts';
import type { Main } from './command.ts';
import { mergedEvents } from './merged.ts';
import { readResults } from './results.ts';
import { requestedAttachments, requestedDialect, requestedReporters } from './run.ts';

export const main: Main = async (args, terminal) => {
  if (args.positionals.length === 0) {
    throw new ArgumentError(
      'Cannot merge: no results are named',
      'Name the files that "run --shard I/N --reporter json=FILE" wrote',
    );
  }
  const junitDialect = requestedDialect(args);
  const files = args.positionals.map((path) => readResults(path, terminal.cwd));
  const events = mergedEvents(files, wholeNumber(args, 'require-passed', 1));
  const rerun = files[0]?.start.rerun;
  const reporters = await openReporters(requestedReporters(args, terminal.env), {
    ...terminal.raw,
    say: (line) => terminal.stderr.write(line),
    environment: terminal.env,
    strict: files.some(({ start }) => start.strict === true),
    cwd: terminal.cwd,
    // The last run in this folder was a different one.
    rerunFailed: false,
    ...(rerun !== undefined && { rerun }),
    ...requestedAttachments(args),
    ...(junitDialect !== undefined && { junitDialect }),
  });
  try {
    for (const event of events) await reporters.report(event);
  } finally {
    await reporters.close();
  }
  const end = events.at(-1);
  return reporters.exitStatus(end?.type === 'end' ? end.summary : { exitStatus: 2 });
};
