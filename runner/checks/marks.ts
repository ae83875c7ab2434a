import type { Scenario } from '../plan.ts';
import { childrenOf, type Step, type Watched, type WatchedPath, watchedBy } from '../steps.ts';
import { CheckError } from './check.ts';
import { refuseOutside } from './inside.ts';
import { unreadable } from './log.ts';
import { type Mark, markOf } from './log-tail.ts';
import { type MailboxMark, markMailbox } from './maildir.ts';

/** Where what a scenario watches stood when it began, by path. Rejects where it could not be looked at. */
export interface Marks {
  log(path: string): Promise<Mark>;
  mailbox(path: string): Promise<MailboxMark>;
}

/** For a scenario that watches nothing. */
export const noMarks: Marks = { log: markOf, mailbox: markMailbox };

/** Whether any step looks at a log or a mailbox. */
export function watches({ dialogue, after }: Scenario): boolean {
  return watchedIn(dialogue).length > 0 || watchedIn(after).length > 0;
}

/** Notes the state of every log and mailbox that a step of the scenario looks at. */
export async function markAll(scenario: Scenario): Promise<Marks> {
  const logs = new Map<string, Promise<Mark>>();
  const mailboxes = new Map<string, Promise<MailboxMark>>();
  for (const { as, file } of watchedIn([...scenario.dialogue, ...scenario.after])) {
    if (as === 'log') note(logs, file, markOf);
    else note(mailboxes, file, markMailbox);
  }
  await Promise.allSettled([...logs.values(), ...mailboxes.values()]);
  return {
    log: (path) => logs.get(path) ?? markOf(path),
    mailbox: (path) => mailboxes.get(path) ?? markMailbox(path),
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
  mark: (path: string) => Promise<Kept>,
): void {
  if (marks.has(watched.path)) return;
  const marked = async () => {
    try {
      refuseOutside(watched);
      return await mark(watched.path);
    } catch (error) {
      throw error instanceof CheckError ? error : unreadable(watched.path, error);
    }
  };
  const kept = marked();
  // The step that asks for it tells.
  kept.catch(() => undefined);
  marks.set(watched.path, kept);
}
