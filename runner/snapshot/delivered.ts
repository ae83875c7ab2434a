import { systemReason } from '../phrase.ts';
import type { WatchedPath } from '../steps.ts';
import { type Maildir, markMaildir, type Stuck, type Swept, sweep } from './maildir.ts';
import type { Looking } from './observe.ts';
import type { Probe } from './probe.ts';
import type { Known } from './reason.ts';
import { type Taken, take } from './take.ts';

/** How long messages may take that no scenario waited for, in milliseconds. */
export const patience = 10_000;
/** How long to look after an interruption: whoever pressed Ctrl-C waits. */
const patienceOnceAborted = 1_000;
/** The milliseconds between two looks. */
const lookEvery = 200;

/** A Maildir that cannot be looked into, with the reason. */
export interface Closed {
  readonly path: string;
  readonly why: string;
}

/** Where messages arrive that are not removed over IMAP. */
export interface Marked {
  readonly maildirs: readonly Maildir[];
  readonly closed: readonly Closed[];
}

/** What a snapshot's messages left. */
export interface MailLeft {
  readonly stuck: readonly Stuck[];
  readonly closed: readonly Closed[];
  /** The `${scenario.id}` of each message that a server accepted and that has not arrived in a Maildir. */
  readonly waiting: readonly string[];
}

/** Whether messages arrive that the scenario itself does not remove over IMAP. */
export function leavesFiles({ leaves, connections }: Probe): boolean {
  return leaves === 'mail' && connections?.['imap'] === undefined;
}

/** Records what is in the Maildirs among these mailboxes. */
export async function mark(mailboxes: readonly WatchedPath[]): Promise<Marked> {
  const maildirs: Maildir[] = [];
  const closed: Closed[] = [];
  for (const each of new Map(mailboxes.map((mailbox) => [mailbox.path, mailbox])).values()) {
    try {
      const maildir = await markMaildir(each);
      if (maildir !== undefined) maildirs.push(maildir);
    } catch (error) {
      closed.push({ path: each.path, why: systemReason(error) });
    }
  }
  return { maildirs, closed };
}

/** Takes a snapshot, and removes from the Maildirs what its runs delivered, also if it is interrupted or fails. */
export async function takeAndRemove(
  probes: readonly Probe[],
  known: Known,
  looking: Looking,
  { maildirs, closed }: Marked,
): Promise<Taken & { readonly left: MailLeft }> {
  const runs = new Set<string>();
  const accepted: string[] = [];
  const taking = take(probes, known, {
    ...looking,
    onRun: (runId) => runs.add(runId),
    onAccepted: (scenarioId) => accepted.push(scenarioId),
  });
  await taking.catch(() => undefined);
  const left = await removeAll(maildirs, runs, maildirs.length > 0 ? accepted : [], looking);
  return { ...(await taking), left: { ...left, closed: [...closed, ...left.closed] } };
}

/** Removes what arrived; waits for what has not arrived yet. */
async function removeAll(
  maildirs: readonly Maildir[],
  runs: ReadonlySet<string>,
  accepted: readonly string[],
  { clock, signal }: Looking,
): Promise<MailLeft> {
  const removed: string[] = [];
  for (const began = clock(); ; await pause(lookEvery)) {
    const swept: Swept[] = [];
    const closed: Closed[] = [];
    for (const each of maildirs) {
      try {
        swept.push(await sweep(each, runs));
      } catch (error) {
        closed.push({ path: each.path, why: systemReason(error) });
      }
    }
    removed.push(...swept.flatMap((each) => each.removed));
    const stuck = swept.flatMap((each) => each.stuck);
    const waiting = without(accepted, [...removed, ...stuck.flatMap(({ id }) => id ?? [])]);
    const isDone = waiting.length === 0 && !swept.some(({ moved }) => moved);
    const passed = clock() - began;
    // Of what was being sent when it was interrupted, nobody knows whether the server accepted it.
    if (signal.aborted ? passed > patienceOnceAborted : isDone || passed > patience) return { stuck, closed, waiting };
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A list without one element for each of these. */
function without(all: readonly string[], some: readonly string[]): readonly string[] {
  const rest = [...all];
  for (const each of some) {
    const at = rest.indexOf(each);
    if (at >= 0) rest.splice(at, 1);
  }
  return rest;
}
