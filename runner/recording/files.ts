import { conceal } from '../authoring/conceal.ts';
import { scenarioFile } from '../authoring/scenario-file.ts';
import { exchangesOf } from '../importing/exchanges.ts';
import { createRedactor } from '../printing/redact.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { visible } from '../visible.ts';
import type { Recorded } from './notes.ts';

/** What is written of a session. */
export interface SessionFiles {
  /** In the form of mailspec's own transcripts, without secrets. */
  readonly transcript: string;
  /** None where the server said nothing. */
  readonly scenario: string | undefined;
}

export function filesOf(
  lines: readonly Recorded[],
  { protocol, server, title }: { readonly protocol: Protocol; readonly server: string; readonly title: string },
): SessionFiles {
  const entries = lines.map(({ entry }) => entry);
  const { exchanges, rest } = exchangesOf({ protocol, where: {}, entries, startsTls: false });
  const { exchanges: shown, ...vocabulary } = conceal(exchanges, protocol);
  const secrets = [...vocabulary.secrets].map(([value, name]) => ({ name, forms: [value] }));
  const { redact } = createRedactor(secrets);
  const transcript = lines.map((line) => `${visible(redact(lineOf(line)))}\n`).join('');
  const expects = shown.some(({ came }) => came.length > 0);
  const scenario = scenarioFile([{ name: `what ${server} answers`, exchanges: shown, comments: rest }], {
    suite: title,
    server,
    hello: protocol.hello,
    comments: ['Recorded by "mailspec record". Review what it expects before you rely on it.'],
    ...vocabulary,
  });
  return { transcript, scenario: expects ? scenario : undefined };
}

const sides = { client: 'C', server: 'S', tls: '*', closed: '*', unread: '*' } as const;

function lineOf({ at, entry }: Recorded): string {
  const text = 'text' in entry ? entry.text : entry.kind === 'tls' ? 'encrypted from here on' : 'closed by the server';
  return `+${at.toFixed(1)}ms ${sides[entry.kind]} ${text}`.trimEnd();
}
