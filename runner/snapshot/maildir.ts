import type { Stats } from 'node:fs';
import { lstat, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AccessError, type OpenFolder, openFolder, openInside, type Within } from '../access/open.ts';
import { systemReason } from '../phrase.ts';
import type { WatchedPath } from '../steps.ts';
import { sentBy } from './run-mail.ts';

/** A Maildir before the first message is sent. */
export interface Maildir extends WatchedPath {
  /** The unique parts of the names of its messages, in all its folders. */
  readonly known: ReadonlySet<string>;
}

/** A message that stays because it could not be read or removed. */
export interface Stuck {
  readonly maildir: string;
  /** The path in the Maildir. */
  readonly name: string;
  readonly cannot: 'read' | 'delete';
  /** The `${scenario.id}` of a message that was read. */
  readonly id?: string;
  readonly why: string;
}

export interface Swept {
  /** The `${scenario.id}` of each message that was removed. */
  readonly removed: readonly string[];
  readonly stuck: readonly Stuck[];
  /** Whether another program moved a message meanwhile, so that it was not looked at. */
  readonly moved: boolean;
}

/** The most octets of a message that is looked at: many times those of the longest one that snapshots send. */
const mostOctets = 1024 * 1024;

/** The state of a Maildir, which need not exist yet; `undefined` for an mbox file. Rejects with the system's error. */
export async function markMaildir({ path, within }: WatchedPath): Promise<Maildir | undefined> {
  const known = new Set<string>();
  try {
    await inEach(path, within, ({ names }) => {
      for (const name of names) known.add(uniqueOf(name));
    });
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
  return { path, known, ...(within !== undefined && { within }) };
}

/**
 * Removes the messages of these runs that were not in the Maildir when it was marked, and nothing else. It looks only at
 * regular files in `new` and `cur` of the Maildir and its folders, and follows no symbolic link in it.
 */
export async function sweep(
  { path, within, known }: Maildir,
  runs: ReadonlySet<string>,
  remove = removeSame,
): Promise<Swept> {
  const removed: string[] = [];
  const stuck: Stuck[] = [];
  let moved = false;
  await inEach(path, within, async ({ folder, place, names }) => {
    for (const name of names.filter((each) => !known.has(uniqueOf(each)))) {
      const outcome = await removeIfSent(join(folder.path, name), within, runs, remove);
      if (outcome === 'moved') moved = true;
      else if (typeof outcome === 'object') stuck.push({ ...outcome, maildir: path, name: `${place}/${name}` });
      else if (outcome !== undefined) removed.push(outcome);
    }
  });
  return { removed, stuck, moved };
}

/** Removes a file unless another one has its name by now. */
export async function removeSame(path: string, { dev, ino }: Pick<Stats, 'dev' | 'ino'>): Promise<boolean> {
  const there = await lstat(path);
  if (there.dev !== dev || there.ino !== ino) return false;
  await unlink(path);
  return true;
}

/** The id of a removed message. */
type Outcome = string | 'moved' | Pick<Stuck, 'cannot' | 'id' | 'why'> | undefined;

async function removeIfSent(
  path: string,
  within: Within,
  runs: ReadonlySet<string>,
  remove: typeof removeSame,
): Promise<Outcome> {
  let id: string | undefined;
  try {
    const file = await openInside(path, within, { links: false });
    try {
      const { size, dev, ino } = await file.stat();
      id = size > mostOctets ? undefined : sentBy(await file.readFile(), runs);
      if (id === undefined) return undefined;
      return (await remove(path, { dev, ino })) ? id : 'moved';
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'moved';
    if (isNoMessage(error)) return undefined;
    const why = systemReason(error);
    return id === undefined ? { cannot: 'read', why } : { cannot: 'delete', id, why };
  }
}

interface Place {
  readonly folder: OpenFolder;
  /** Its path in the Maildir, such as `.Sent/cur`. */
  readonly place: string;
  /** Those of its messages. */
  readonly names: readonly string[];
}

/**
 * Calls `use` for each `new` and `cur` of a Maildir and its folders (https://www.courier-mta.org/maildir.html,
 * "Maildir++"). Messages move from `new` to `cur`, so it looks there later.
 */
async function inEach(path: string, within: Within, use: (place: Place) => void | Promise<void>): Promise<void> {
  await opened(path, within, true, async (top) => {
    const below = (await readdir(top.path)).filter((name) => name.startsWith('.'));
    const messagesIn = async (parent: OpenFolder, before: string) => {
      for (const kind of ['new', 'cur'])
        await opened(join(parent.path, kind), within, false, async (folder) => {
          const names = (await readdir(folder.path)).filter((name) => !name.startsWith('.'));
          await use({ folder, place: `${before}${kind}`, names });
        });
    };
    await messagesIn(top, '');
    for (const name of below)
      await opened(join(top.path, name), within, false, (folder) => messagesIn(folder, `${name}/`));
  });
}

/** Calls `use` with an open folder. Without `links`, whatever is not a folder is passed over. */
async function opened(
  path: string,
  within: Within,
  links: boolean,
  use: (folder: OpenFolder) => Promise<void>,
): Promise<void> {
  const folder = await openFolder(path, within, { links }).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT' || (!links && isNoMessage(error))) return undefined;
    throw error;
  });
  try {
    if (folder !== undefined) await use(folder);
  } finally {
    await folder?.close();
  }
}

/** The part of the name that stays the same when the message moves from `new` to `cur` or gets flags. */
function uniqueOf(name: string): string {
  return name.replace(/:.*$/s, '');
}

/** A symbolic link, a pipe, a folder, or what a folder is expected for. */
function isNoMessage(error: unknown): boolean {
  return error instanceof AccessError || ['ELOOP', 'ENXIO', 'ENOTDIR'].includes(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
