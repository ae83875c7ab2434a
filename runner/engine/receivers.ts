import type { Received, Receiver, Receiving } from '../arrival.ts';
import { unreadable } from '../checks/log.ts';
import { messageOf } from '../phrase.ts';
import type { Plan, Scenario, Text } from '../plan.ts';
import type { OpenReceiver } from '../receiving/open.ts';
import type { FileCache } from '../transport/files.ts';
import { StepFailure } from './failure.ts';

/** Listens for mail while the run lasts, and only if one of its scenarios receives some. */
export interface Receivers {
  /** From now on, mail for this attempt of the scenario is kept for it. */
  claim(scenario: Scenario, token: string, fill: (text: Text) => string): Claims;
  close(): Promise<void>;
}

/** What one attempt of a scenario receives. */
export interface Claims {
  /** The mail of a receiver, by its name. */
  of(label: string): Received;
  release(): void;
}

const nothing: Received = { messages: [], refused: [] };
export const noClaims: Claims = { of: () => nothing, release: () => undefined };
const noReceivers: Receivers = { claim: () => noClaims, close: async () => undefined };

type Opened = OpenReceiver | { readonly failure: string };

interface Options {
  readonly files: FileCache;
  readonly wall: () => number;
}

export async function openReceivers({ scenarios, runId }: Plan, { files, wall }: Options): Promise<Receivers> {
  const wanted = new Map<string, Receiver>();
  for (const { skip, receives } of scenarios)
    for (const { receiver } of (skip === undefined && receives?.values()) || []) wanted.set(keyOf(receiver), receiver);
  if (wanted.size === 0) return noReceivers;
  const { openReceiver } = await import('../receiving/open.ts');
  const readFile = async (path: string) => {
    try {
      return (await files.read(path)).toString('utf8');
    } catch (cause) {
      throw unreadable(path, cause);
    }
  };
  const open = async ([key, receiver]: [string, Receiver]): Promise<[string, Opened]> => [
    key,
    await openReceiver(receiver, { runId, wall, readFile }).catch((error: unknown) => ({ failure: messageOf(error) })),
  ];
  const opened = new Map(await Promise.all([...wanted].map(open)));
  return {
    claim: (scenario, token, fill) => (scenario.receives ? claimAll(scenario.receives, opened, token, fill) : noClaims),
    async close() {
      await Promise.all([...opened.values()].map((each) => 'close' in each && each.close()));
    },
  };
}

function claimAll(
  receives: ReadonlyMap<string, Receiving>,
  opened: ReadonlyMap<string, Opened>,
  token: string,
  fill: (text: Text) => string,
): Claims {
  const claimed = new Map(
    [...receives].map(([label, { receiver, recipients, rcpt, message }]) => {
      const found = opened.get(keyOf(receiver));
      if (found === undefined || 'failure' in found) throw unheard(label, found?.failure);
      return [label, found.ledger.claim({ token, recipients: recipients.map(fill), rcpt, message })] as const;
    }),
  );
  return {
    of: (label) => claimed.get(label) ?? nothing,
    release() {
      for (const each of claimed.values()) each.release();
    },
  };
}

function unheard(label: string, why = 'it was not opened'): StepFailure {
  return new StepFailure('connect.failed', `receiver "${label}": ${why}`, {
    hint: 'Another program, or another run of mailspec, may use the port: give the receiver an address of its own',
  });
}

/** Scenarios with identical receivers share one. */
function keyOf({ label: _, ...receiver }: Receiver): string {
  return JSON.stringify(receiver);
}
