import { conceal } from '../authoring/conceal.ts';
import { scenarioFile } from '../authoring/scenario-file.ts';
import { exchangesOf } from '../importing/exchanges.ts';
import { beyondSteps } from '../importing/limits.ts';
import { gapWords } from '../importing/octets.ts';
import type { Entry } from '../importing/pasted.ts';
import { createRedactor } from '../printing/redact.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { visible } from '../visible.ts';
import type { Recorded } from './notes.ts';

/** The files for a session. */
export interface SessionFiles {
  /** In the format of mailspec's own transcripts, without secrets. */
  readonly transcript: string;
  /** Absent if the server sent nothing, or if it would be too long to read. */
  readonly scenario: string | undefined;
}

export function filesOf(
  lines: readonly Recorded[],
  { protocol, server, title }: { readonly protocol: Protocol; readonly server: string; readonly title: string },
): SessionFiles {
  const entries = lines.map(({ entry }) => entry);
  const { exchanges, rest } = exchangesOf({ protocol, where: {}, entries, startsTls: false });
  const { exchanges: concealed, ...vocabulary } = conceal(exchanges, protocol, undefined, rest);
  const secrets = [...vocabulary.secrets].map(([value, name]) => ({ name, forms: [value] }));
  const { redact } = createRedactor(secrets);
  const transcript = lines.map((line) => `${visible(redact(lineOf(line)))}\n`).join('');
  const steps = concealed.reduce((sum, { did }) => sum + (did.kind === 'pipeline' ? did.exchanges.length : 1), 0);
  if (beyondSteps(steps) !== undefined || !concealed.some(({ came }) => came.length > 0))
    return { transcript, scenario: undefined };
  const scenario = scenarioFile([{ name: `what ${server} answers`, exchanges: concealed, comments: rest }], {
    suite: title,
    server,
    hello: protocol.hello,
    comments: ['Recorded by "mailspec record". Review what it expects before you rely on it.'],
    ...vocabulary,
  });
  return { transcript, scenario };
}

function lineOf({ at, entry }: Recorded): string {
  return `+${at.toFixed(1)}ms ${shown(entry)}`.trimEnd();
}

function shown(entry: Entry): string {
  switch (entry.kind) {
    case 'client':
      return `C ${entry.text}`;
    case 'server':
      return `S ${entry.text}`;
    case 'tls':
      return '* encrypted from here on';
    case 'closed':
      return `* closed by the server${entry.truncated ? ' without close_notify' : ''}`;
    case 'left':
      return '* closed by the client';
    case 'gap':
      return `* ${gapWords(entry)}`;
    case 'unread':
      return `* ${entry.text}`;
  }
}
