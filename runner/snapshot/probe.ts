import type { Written } from '../authoring/written.ts';

/** What an expectation is that the server fills in. */
export type Open =
  /** The whole reply. */
  | { readonly kind: 'reply' }
  /** The whole reply, and whether it is held back; the scenario ends with a refusal, since nothing of what comes next can be seen then. */
  | { readonly kind: 'gate' }
  /** Its status only. */
  | { readonly kind: 'status' }
  /**
   * The whole reply; where the server ends the connection, `refused` or the end: whether its last words are read before
   * what was sent too much resets the connection (RFC 9293 section 3.10.7.4) differs each time.
   */
  | {
      readonly kind: 'end';
      readonly refused: Written;
      /** So much is sent that any refusal may be lost in this way, even if none was lost during the observations. */
      readonly mayBeLost: boolean;
    }
  /** Its status, and how long it took; `worded`: and the whole reply. */
  | { readonly kind: 'time'; readonly worded?: true }
  /** A listing of UIDL: the form of the ids (RFC 1939 section 7). */
  | { readonly kind: 'uidl' }
  /** A FETCH of a message's header, or of its text: each line in its place. */
  | { readonly kind: 'header' }
  /** The message with this scenario's id, as a Maildir has it. */
  | { readonly kind: 'stored' }
  /** These fields of what a check sees. */
  | { readonly kind: 'fields'; readonly fields: readonly string[] };

/** Stands in the steps of a probe where an expectation is going to be; no file has such a text. */
const mark = '\0open ';

function opened(open: Open): Written {
  return `${mark}${JSON.stringify(open)}`;
}

export const reply = opened({ kind: 'reply' });
export const gate = opened({ kind: 'gate' });
export const status = opened({ kind: 'status' });
export const end = (refused: Written, mayBeLost: boolean): Written => opened({ kind: 'end', refused, mayBeLost });
export const time = opened({ kind: 'time' });
export const timed = opened({ kind: 'time', worded: true });
export const uidl = opened({ kind: 'uidl' });
export const header = opened({ kind: 'header' });
export const stored = opened({ kind: 'stored' });
export const fields = (...names: readonly string[]): Written => opened({ kind: 'fields', fields: names });

function openIn(value: Written | undefined): Open | undefined {
  return typeof value === 'string' && value.startsWith(mark)
    ? (JSON.parse(value.slice(mark.length)) as Open)
    : undefined;
}

/** What is done to a server that somebody else may notice. */
export type Trace = 'mail' | 'failed logins';

/** One thing observable: a scenario whose expectations the server fills in. */
export interface Probe {
  /** The file that it goes into, without its extension. */
  readonly file: string;
  readonly name: string;
  readonly description?: string;
  readonly references?: readonly string[];
  readonly server?: string;
  readonly connections?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly exclusive?: readonly string[];
  readonly provokes?: readonly string[];
  readonly timeout?: string;
  /** Runs without a difference before it counts as stable, where the reply of kind `end` refuses and the server was not seen to end the connection. */
  readonly proofsOfRefusal?: number;
  readonly steps: readonly Written[];
  /** The same for every probe of its file. */
  readonly after?: readonly Written[];
  readonly leaves?: Trace;
  /** What is looked at next, seeing what came; nothing where that is all. Only for steps that need no connection. */
  readonly next?: (seen: readonly Readonly<Record<string, unknown>>[]) => Written | undefined;
}

/** Sends a command, and keeps what comes back. */
export function ask(command: string): Written {
  return { send: command, expect: reply };
}

/** Each expectation that is open, in the order of its steps, and by the step of the dialogue that it is in. */
export function opensOf(steps: readonly Written[]): readonly { readonly open: Open; readonly top: number }[] {
  return steps.flatMap((step, top) => opensIn(step).map((open) => ({ open, top })));
}

function opensIn(value: Written): readonly Open[] {
  const open = openIn(value);
  if (open !== undefined) return [open];
  if (Array.isArray(value)) return (value as readonly Written[]).flatMap(opensIn);
  if (typeof value !== 'object') return [];
  return Object.values(value as Readonly<Record<string, Written>>).flatMap(opensIn);
}

/** The steps with something in the place of each open expectation; `undefined` leaves the key out. `label` names the step. */
export function filled(
  steps: readonly Written[],
  fill: (index: number, open: Open) => Written | undefined,
  label?: (index: number) => string,
): readonly Written[] {
  let count = 0;
  const walk = (value: Written): Written => {
    if (Array.isArray(value)) return (value as readonly Written[]).map(walk);
    if (typeof value !== 'object') return value;
    const entries: [string, Written][] = [];
    for (const [key, inner] of Object.entries(value as Readonly<Record<string, Written>>)) {
      const open = openIn(inner);
      if (open === undefined) {
        entries.push([key, walk(inner)]);
        continue;
      }
      const index = count++;
      const written = fill(index, open);
      if (written !== undefined) entries.push([key, written]);
      if (label !== undefined) entries.push(['name', label(index)]);
    }
    return Object.fromEntries(entries);
  };
  return steps.map(walk);
}
