/** A stored message: its octets never change, but its flags do. */
export interface StoredMessage {
  /** RFC 9051 section 2.3.1.1 */
  readonly uid: number;
  /** With the trace header fields that delivery added; lines end in CRLF. */
  readonly bytes: Buffer;
  readonly internalDate: Date;
  /** System flags with their backslash, as the RFC spells them; keywords as they were first given. */
  readonly flags: ReadonlySet<string>;
  /** The folder's `version` at the last change of the flags. */
  readonly version: number;
}

/** A folder: read it by its fields, and change it through its mailbox. */
export interface Folder {
  readonly name: string;
  readonly uidValidity: number;
  readonly uidNext: number;
  /** In ascending order of UID. */
  readonly messages: readonly StoredMessage[];
  /** Increases with every change, so that a session knows what it has not shown to its client yet. */
  readonly version: number;
  readonly subscribed: boolean;
  /** RFC 3501 section 2.3.2: messages from this UID on have not been announced to any session. */
  readonly firstRecent: number;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
export type MutableFolder = Writable<Omit<Folder, 'messages'>> & { messages: Writable<StoredMessage>[] };

export const delimiter = '/';
export const inbox = 'INBOX';

/** RFC 9051 section 5.1: INBOX is the only name that is not case-sensitive. */
export function folderName(name: string): string {
  return name.toUpperCase() === inbox ? inbox : name;
}

/** Whether `name` is an inferior of `superior`. */
export function isBelow(name: string, superior: string): boolean {
  return name.startsWith(superior + delimiter);
}

/** The folders of one user, initially only INBOX. */
export interface Folders {
  readonly all: () => MutableFolder[];
  readonly find: (name: string) => MutableFolder | undefined;
  /** These functions return whether the operation was possible. */
  readonly create: (name: string) => boolean;
  readonly delete: (name: string) => boolean;
  readonly rename: (name: string, to: string) => boolean;
}

export function createFolders(): Folders {
  const folders = new Map<string, MutableFolder>();
  // RFC 9051 section 2.3.1.1: a folder that is deleted and created again must have a greater value.
  let nextUidValidity = Math.floor(Date.now() / 1000);
  make(inbox);

  return {
    all: () => [...folders.values()],
    find,
    create(name) {
      if (name === '' || find(name) !== undefined) return false;
      // RFC 9051 section 6.3.4: superior names are created as well, and a trailing delimiter is ignored.
      const parts = name.replace(/\/$/, '').split(delimiter);
      if (parts.includes('')) return false;
      parts.forEach((_, index) => {
        const superior = parts.slice(0, index + 1).join(delimiter);
        if (find(superior) === undefined) make(superior);
      });
      return true;
    },
    delete: (name) => folderName(name) !== inbox && folders.delete(folderName(name)),
    rename(name, to) {
      const folder = find(name);
      if (folder === undefined || to === '' || find(to) !== undefined) return false;
      if (folder.name === inbox) {
        // RFC 9051 section 6.3.6: renaming INBOX moves its messages, and INBOX remains.
        make(to, folder.messages, folder.uidNext);
        folder.messages = [];
        folder.version += 1;
        return true;
      }
      for (const inferior of [...folders.values()].filter((each) => isBelow(each.name, folder.name))) {
        move(inferior, to + inferior.name.slice(folder.name.length));
      }
      move(folder, to);
      return true;
    },
  };

  function find(name: string): MutableFolder | undefined {
    return folders.get(folderName(name));
  }

  function make(name: string, messages: Writable<StoredMessage>[] = [], uidNext = 1): void {
    const folder: MutableFolder = {
      name: folderName(name),
      uidValidity: nextUidValidity,
      uidNext,
      messages,
      version: 0,
      subscribed: false,
      firstRecent: 1,
    };
    nextUidValidity += 1;
    folders.set(folder.name, folder);
  }

  function move(folder: MutableFolder, to: string): void {
    folders.delete(folder.name);
    folder.name = to;
    folders.set(to, folder);
  }
}
