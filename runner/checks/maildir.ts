import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AccessError, namesInside, openInside, type Within } from '../access/open.ts';
import { many } from '../phrase.ts';
import { type Fields, words } from '../value.ts';
import { aborted, CheckError, type Seen } from './check.ts';
import { limits } from './limits.ts';
import { unreadable } from './log.ts';
import { isAbsent, type Mark, markOf, readSince } from './log-tail.ts';
import { describeMessage, messageFields, type StoredMessage } from './mail.ts';
import { messagesOfMbox } from './mbox.ts';
import { type FindKeys, keyFinder } from './signature-keys.ts';
import type { CheckOf } from './step.ts';

/** The state of a mailbox when the scenario began. */
export interface MailboxMark {
  /** The folder of a Maildir, or an mbox file. */
  readonly path: string;
  /** The unique parts of file names in a Maildir. */
  readonly known: ReadonlySet<string>;
  /** The state of an mbox file. */
  readonly mbox: Mark;
  /** Folders that everything read must be in after symbolic links are resolved. Absent: anywhere. */
  readonly within?: Within;
}

export interface MaildirInput {
  readonly mark: MailboxMark;
  /** Whether to include messages from before the scenario began. */
  readonly all: boolean;
  /** Aborting it ends the reading of messages. */
  readonly signal: AbortSignal;
  readonly findKeys?: FindKeys | undefined;
}

/** The current state of a mailbox; empty if there is none yet. Rejects with the system's error. */
export async function markMailbox(path: string, within?: Within): Promise<MailboxMark> {
  const mbox = { file: path, inode: 0, size: 0, before: Buffer.alloc(0), within };
  const none = { path, known: new Set<string>(), mbox, within };
  const kind = await kindOf(path);
  if (kind === 'maildir')
    return { ...none, known: new Set((await entriesOf(path, within)).map((each) => each.unique)) };
  return kind === 'mbox' ? { ...none, mbox: await markOf(path, within) } : none;
}

/**
 * The messages in a Maildir or mbox file, oldest first; unless `all`, only those that arrived since the scenario began.
 * Throws a `CheckError`: `check.mismatch` if there is no mailbox (yet), `input.value` if it cannot be read.
 */
export async function checkMaildir({ mark, all, signal, findKeys }: MaildirInput): Promise<Seen> {
  const { path } = mark;
  try {
    const kind = await kindOf(path);
    if (kind === undefined) {
      throw new CheckError('check.mismatch', `there is no mailbox "${path}"`, {
        hint: "The first delivery creates it: look in the server's log for where it delivers",
      });
    }
    const stored = kind === 'maildir' ? await readMaildir(mark, all) : await readMbox(mark, all);
    const messages: Fields[] = [];
    for (const each of stored) messages.push(await messageFields(each, signal, findKeys));
    return {
      evidence: { messages },
      transcript: [
        `${many(messages.length, all ? 'message' : 'new message')} in ${path}`,
        ...messages.slice(-limits.shownLines).flatMap(describeMessage),
      ],
      text: stored.map((each) => each.octets.toString('latin1')).join('\n'),
    };
  } catch (error) {
    if (error instanceof CheckError) throw error;
    if (signal.aborted) throw aborted(signal);
    throw unreadable(path, error);
  }
}

/** https://cr.yp.to/proto/maildir.html: a folder with `new` and `cur`. */
async function kindOf(path: string): Promise<'maildir' | 'mbox' | undefined> {
  try {
    if ((await stat(path)).isFile()) return 'mbox';
    return (await stat(join(path, 'cur'))).isDirectory() || (await stat(join(path, 'new'))).isDirectory()
      ? 'maildir'
      : undefined;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

interface Entry {
  readonly folder: 'new' | 'cur';
  readonly name: string;
  /** The part of the name that stays the same when the message moves from `new` to `cur` or gets flags. */
  readonly unique: string;
}

async function entriesOf(path: string, within: Within): Promise<readonly Entry[]> {
  const namesOf = async (folder: Entry['folder']) => {
    const names = await namesInside(join(path, folder), within).catch((error: unknown) => {
      if (isAbsent(error)) return [];
      throw error;
    });
    return names
      .filter((name) => !name.startsWith('.'))
      .map((name) => ({ folder, name, unique: name.replace(/:.*$/s, '') }));
  };
  // Messages move from `new` to `cur`: read in this order, each is in one of the lists or in both.
  const fresh = await namesOf('new');
  const seen = await namesOf('cur');
  const moved = new Set(seen.map(({ unique }) => unique));
  return [...fresh.filter(({ unique }) => !moved.has(unique)), ...seen];
}

/** How often to look again for a message that was moved or got flags before it was read. */
const mostLooks = 5;

async function readMaildir({ path, known, within }: MailboxMark, all: boolean): Promise<readonly StoredMessage[]> {
  const listed = async () => (await entriesOf(path, within)).filter((each) => all || !known.has(each.unique));
  const found: (StoredMessage & { readonly time: number; readonly name: string })[] = [];
  let total = 0;
  let waiting = await listed();
  refuseTooMany(path, waiting.length);
  for (let looks = 1; waiting.length > 0 && looks <= mostLooks; looks += 1) {
    const gone = new Set<string>();
    for (const entry of waiting) {
      const file = await readMessage(join(path, entry.folder, entry.name), within);
      if (file === undefined) gone.add(entry.unique);
      else {
        total += file.octets.length;
        refuseTooLarge(path, total);
        found.push(stored(entry, file));
      }
    }
    // Another program has moved it, changed its flags or deleted it.
    waiting = gone.size === 0 ? [] : (await listed()).filter(({ unique }) => gone.has(unique));
  }
  return found.sort((left, right) => left.time - right.time || (left.name < right.name ? -1 : 1));
}

function stored({ folder, name }: Entry, file: ReadMessage) {
  const flags = /:2,([A-Za-z]*)$/.exec(name)?.[1] ?? '';
  return { ...file, name, place: `${folder}/${name}`, facts: { folder, flags: words([...flags]) } };
}

type ReadMessage = Pick<StoredMessage, 'octets' | 'unread'> & { readonly time: number };

/** A message that cannot be read must not prevent the reading of the others. */
async function readMessage(path: string, within: Within): Promise<ReadMessage | undefined> {
  try {
    const handle = await openInside(path, within, { links: false });
    try {
      const { size, mtimeMs: time } = await handle.stat();
      if (size > limits.message) return { ...tooLarge(size), time };
      return { octets: await handle.readFile(), time };
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (isAbsent(error) || notAMessage(error)) return undefined;
    if (code !== 'EACCES' && code !== 'EPERM' && code !== 'EIO') throw error;
    return { octets: Buffer.alloc(0), time: 0, unread: { problem: `the message cannot be read: ${message}`, size: 0 } };
  }
}

/** A symbolic link could lead anywhere, and a pipe has no end. */
function notAMessage(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ELOOP' || code === 'ENXIO' || (error instanceof AccessError && error.reason === 'kind');
}

function tooLarge(size: number): Pick<StoredMessage, 'octets' | 'unread'> {
  const problem = `the message is larger than ${limits.message / 1024 / 1024} MiB`;
  return { octets: Buffer.alloc(0), unread: { problem, size } };
}

async function readMbox(mark: MailboxMark, all: boolean): Promise<readonly StoredMessage[]> {
  const from = all ? { ...mark.mbox, inode: 0, size: 0, before: Buffer.alloc(0) } : mark.mbox;
  const tail = await readSince(from, limits.mailbox);
  if (tail === undefined) return [];
  refuseTooLarge(mark.path, tail.omitted + tail.octets.length);
  const messages = messagesOfMbox(tail.octets);
  refuseTooMany(mark.path, messages.length);
  return messages.map((octets, index) => ({
    ...(octets.length > limits.message ? tooLarge(octets.length) : { octets }),
    place: `${mark.path} [${index + 1}]`,
    facts: {},
  }));
}

function refuseTooMany(path: string, number: number): void {
  if (number <= limits.messages) return;
  throw new CheckError(
    'protocol.limit',
    `Cannot look through "${path}": ${number} messages are more than ${limits.messages}`,
  );
}

function refuseTooLarge(path: string, total: number): void {
  if (total <= limits.mailbox) return;
  throw new CheckError('protocol.limit', `Cannot look through "${path}": more than ${limits.mailbox} octets in all`);
}

export const maildir: CheckOf<'maildir'> = async ({ mailbox, all, resolver }, context) => {
  const { marks, signal, wants } = context;
  const findKeys = keyFinder(context, wants.names('messages'), resolver);
  return checkMaildir({ mark: await marks.mailbox(mailbox), all, signal, findKeys });
};
