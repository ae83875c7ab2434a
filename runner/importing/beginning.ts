import type { Exchange } from '../authoring/exchange.ts';
import type { Written } from '../authoring/written.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { Session } from './pasted.ts';

/**
 * Whether the greeting is missing: a program with -starttls reads it without showing it, and a text may begin with a
 * command.
 */
export function isGreeted({ protocol, startsTls, entries }: Session): boolean {
  const first = entries.find(({ kind }) => kind === 'client' || kind === 'server');
  return startsTls || (protocol.greets && first?.kind === 'client');
}

/** The least that is expected of a positive reply. */
export function positive({ replies: { status } }: Protocol, code: number): Written {
  return status.form === 'word' ? (status.words[0] ?? '') : code;
}

/** What was done before the beginning of the text. */
export function beginning(session: Session): readonly Exchange[] {
  const { protocol, startsTls } = session;
  if (!isGreeted(session)) return [];
  return [
    { did: { kind: 'wait' }, came: [], pinned: positive(protocol, 220) },
    ...(!startsTls || protocol.hello === undefined
      ? []
      : [
          {
            did: { kind: 'line' as const, text: `${protocol.hello} client.example` },
            came: [],
            pinned: positive(protocol, 250),
          },
        ]),
    ...(startsTls ? [{ did: { kind: 'starttls' as const }, came: [] }] : []),
  ];
}
