import { byIdentity } from '../by-identity.ts';
import type { Scenario } from '../plan.ts';
import { childrenOf, type Step, type Watched, type WatchedPath, watchedBy } from '../steps.ts';
import { CheckError } from './check.ts';
import { unreadable } from './log.ts';
import { type Mark, markOf } from './log-tail.ts';
import { type MailboxMark, markMailbox } from './maildir.ts';

/**
 * The state, by path, of the files that a scenario watches, from when it began. Rejects if it could not be determined.
 */
export interface Marks {
  log(watched: WatchedPath): Promise<Mark>;
  mailbox(watched: WatchedPath): Promise<MailboxMark>;
}

/** For a scenario that does not watch anything. */
export const noMarks: Marks = {
  log: ({ path, within }) => markOf(path, within),
  mailbox: ({ path, within }) => markMailbox(path, within),
};

/** Whether a step of the scenario reads a log or a mailbox. */
export function watches({ dialogue, after }: Scenario): boolean {
  return anyWatched(dialogue) || anyWatched(after);
}

const anyWatched = byIdentity((steps: readonly Step[]) => watchedIn(steps).length > 0);

/** Records the state of every log and mailbox that a step of the scenario reads. */
export async function markAll(scenario: Scenario): Promise<Marks> {
  const logs = new Map<string, Promise<Mark>>();
  const mailboxes = new Map<string, Promise<MailboxMark>>();
  for (const { as, file } of watchedIn([...scenario.dialogue, ...scenario.after])) {
    if (as === 'log') note(logs, file, noMarks.log);
    else note(mailboxes, file, noMarks.mailbox);
  }
  await Promise.allSettled([...logs.values(), ...mailboxes.values()]);
  return {
    log: (watched) => logs.get(watched.path) ?? noMarks.log(watched),
    mailbox: (watched) => mailboxes.get(watched.path) ?? noMarks.mailbox(watched),
  };
}

const nothing: readonly Watched[] = [];

function watchedIn(steps: readonly Step[]): readonly Watched[] {
  let found = nothing;
  for (const step of steps) {
    const watched = watchedBy(step);
    if (watched !== undefined) found = [...found, watched];
    const inside = watchedIn(childrenOf(step));
    if (inside.length > 0) found = [...found, ...inside];
  }
  return found;
}

function note<Kept>(
  marks: Map<string, Promise<Kept>>,
  watched: WatchedPath,
  mark: (watched: WatchedPath) => Promise<Kept>,
): void {
  if (marks.has(watched.path)) return;
  const marked = async () => {
    try {
      return await mark(watched);
    } catch (error) {
      throw error instanceof CheckError ? error : unreadable(watched.path, error);
    }
  };
  const kept = marked();
  // The step that needs it reports the error.
  kept.catch(() => undefined);
  marks.set(watched.path, kept);
}
