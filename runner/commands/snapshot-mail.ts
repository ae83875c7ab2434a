import { relative } from 'node:path';
import { grouped } from '../grouped.ts';
import { many } from '../phrase.ts';
import { leavesFiles, type MailLeft, type Marked, patience } from '../snapshot/delivered.ts';
import type { Probe } from '../snapshot/probe.ts';
import { visible } from '../visible.ts';
import type { Terminal } from './command.ts';

/** How a path is shown. */
const shownFrom = (cwd: string) => (path: string) => `"${visible(relative(cwd, path))}"`;

/** Asks whether mail may be sent, and says what becomes of it. */
export function mailQuestion(probes: readonly Probe[], { maildirs }: Marked, { cwd }: Pick<Terminal, 'cwd'>): string {
  const send = 'Send test messages to the accounts?';
  if (!probes.some(leavesFiles)) return `${send} They are removed again.`;
  if (maildirs.length === 0)
    return `${send} They stay there: the configuration has neither an IMAP server where the account can log in nor a Maildir that mailspec may read, from which they could be removed.`;
  const shown = shownFrom(cwd);
  return `${send} They are removed again from ${maildirs.map(({ path }) => shown(path)).join(' and ')}.`;
}

/** What the messages left, a line for each reason. */
export function mailNotes({ stuck, closed, waiting }: MailLeft, { cwd }: Pick<Terminal, 'cwd'>): readonly string[] {
  const shown = shownFrom(cwd);
  const alike = grouped(stuck, ({ maildir, cannot, why }) => JSON.stringify([maildir, cannot, why]));
  return [
    ...closed.map(({ path, why }) => `Cannot look into ${shown(path)}: ${why}; messages that arrive there stay`),
    ...alike.map((same) => {
      const [{ maildir, name, cannot, why }] = same;
      const what = cannot === 'read' ? 'new message' : 'message';
      return `Cannot ${cannot} ${many(same.length, what)} in ${shown(maildir)}, such as "${visible(name)}": ${why}`;
    }),
    ...(waiting.length === 0
      ? []
      : [
          `${many(waiting.length, 'message')} did not arrive within ${patience / 1000} s, such as "mailspec ${waiting[0]}", and will stay where they arrive later`,
        ]),
  ].map((text) => `note: ${text}`);
}
