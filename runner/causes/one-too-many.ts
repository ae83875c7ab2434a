import type { Problem, ScenarioResult, TranscriptLine } from '../result.ts';

/**
 * The server ended a connection without a word, although it had replied on another one in the same scenario: the reason
 * is neither its certificate nor a service that it needs, but usually a limit on connections per address, such as
 * Courier's MAXPERIP or that of a firewall.
 */
export function isOneTooMany(problem: Problem, { transcript }: Pick<ScenarioResult, 'transcript'>): boolean {
  const { code, evidence, at } = problem;
  const isEnd =
    code === 'connection.closed' || (evidence?.fault?.kind === 'handshake' && evidence.fault.how === 'closed');
  if (!isEnd) return false;
  const lines = transcript.filter((line) => line.at <= at);
  const last = lines.findLastIndex((line) => remoteOf(line) !== undefined);
  const opened = lines[last];
  if (opened === undefined || lines.slice(last).some((line) => isSpoken(line, opened))) return false;
  return lines
    .slice(0, last)
    .some((line, index) => remoteOf(line) === remoteOf(opened) && spokeAfter(line, lines.slice(index, last)));
}

/** Whether the server sent anything before the next connection of the same name. */
function spokeAfter(opened: TranscriptLine, lines: readonly TranscriptLine[]): boolean {
  const next = lines.findIndex((line, at) => at > 0 && isOf(line, opened) && remoteOf(line) !== undefined);
  return lines.slice(0, next === -1 ? undefined : next).some((line) => isSpoken(line, opened));
}

function isSpoken(line: TranscriptLine, opened: TranscriptLine): boolean {
  return line.from === 'server' && isOf(line, opened);
}

function isOf({ connection }: TranscriptLine, opened: TranscriptLine): boolean {
  return connection === opened.connection;
}

function remoteOf(line: TranscriptLine): string | undefined {
  return line.from === 'note' && line.note.kind === 'connected' ? line.note.remote : undefined;
}
