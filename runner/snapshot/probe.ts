import type { Written, WrittenMap } from '../authoring/written.ts';

/** Expectations that the server's replies fill in. */
export type Open =
  /** The whole reply. */
  | { readonly kind: 'reply' }
  /**
   * The whole reply, and whether it is delayed; the scenario ends at a refusal, since nothing after it can be observed.
   */
  | { readonly kind: 'gate' }
  /** Only its status. */
  | { readonly kind: 'status' }
  /**
   * The whole reply; if the server ends the connection, `refused` or the end: whether its last reply is read before
   * octets in excess cause a reset (RFC 9293 section 3.10.7.4) differs each time.
   */
  | {
      readonly kind: 'end';
      readonly refused: Written;
      /** So much is sent that any refusal may be lost in this way: only an acceptance is recorded. */
      readonly mayBeLost: boolean;
    }
  /**
   * After a reply of kind `end`: the server may read what it did not want of a long command as another one, and answer
   * that a little later, or end the connection.
   */
  | { readonly kind: 'rest' }
  /**
   * Its status, and the time it took; `worded`: also the whole reply; `works`: the server does something first that
   * takes a while, such as checking a password or storing a message.
   */
  | { readonly kind: 'time'; readonly worded?: true; readonly works?: true }
  /** Nothing for so long; a server that says something may have any reason, so that is not recorded. */
  | { readonly kind: 'silence'; readonly within: string }
  /** A UIDL listing: the form of the ids (RFC 1939 section 7). */
  | { readonly kind: 'uidl' }
  /** A FETCH of a message's header or text: each line in order. */
  | { readonly kind: 'header' }
  /** The message with this scenario's id, as stored in a Maildir. */
  | { readonly kind: 'stored' }
  /** Lines of a log: those of these patterns that some line matches. */
  | { readonly kind: 'logged'; readonly patterns: readonly string[] }
  /** These fields of a check's result. */
  | { readonly kind: 'fields'; readonly fields: readonly string[] };

/** A placeholder in a probe's steps for a future expectation; it does not occur in files. */
const mark = '\0open ';

function opened(open: Open): Written {
  return `${mark}${JSON.stringify(open)}`;
}

export const reply = opened({ kind: 'reply' });
export const gate = opened({ kind: 'gate' });
export const status = opened({ kind: 'status' });
export const end = (refused: Written, mayBeLost: boolean): Written => opened({ kind: 'end', refused, mayBeLost });
export const rest = opened({ kind: 'rest' });
export const time = opened({ kind: 'time' });
export const worked = opened({ kind: 'time', works: true });
export const refused = opened({ kind: 'time', worded: true, works: true });
export const silence = (within: string): Written => opened({ kind: 'silence', within });
export const uidl = opened({ kind: 'uidl' });
export const header = opened({ kind: 'header' });
export const stored = opened({ kind: 'stored' });
export const logged = (patterns: readonly string[]): Written => opened({ kind: 'logged', patterns });
export const fields = (...names: readonly string[]): Written => opened({ kind: 'fields', fields: names });

function openIn(value: Written | undefined): Open | undefined {
  return typeof value === 'string' && value.startsWith(mark)
    ? (JSON.parse(value.slice(mark.length)) as Open)
    : undefined;
}

/** Effects on a server that other people may notice. */
export type Trace = 'mail' | 'failed logins';

/** One observable property: a scenario whose expectations the server's replies fill in. */
export interface Probe {
  /** The name of its file, without extension. */
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
  readonly steps: readonly Written[];
  /** The same for all probes of its file. */
  readonly after?: readonly Written[];
  readonly leaves?: Trace;
  /** The next step, depending on what was observed; `undefined` at the end. Only for steps that need no connection. */
  readonly next?: (seen: readonly Readonly<Record<string, unknown>>[]) => Written | undefined;
}

/** Sends a command, and keeps the reply. */
export function ask(command: string): Written {
  return { send: command, expect: reply };
}

/** The open expectations in the order of the steps, each with its step in the dialogue. */
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

/** The steps with each open expectation replaced; `undefined` removes the key. `label` names the step. */
export function filled(
  steps: readonly Written[],
  fill: (index: number, open: Open, step: WrittenMap) => Written | undefined,
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
      const written = fill(index, open, value as WrittenMap);
      if (written !== undefined) entries.push([key, written]);
      if (label !== undefined) entries.push(['name', label(index)]);
    }
    return Object.fromEntries(entries);
  };
  return steps.map(walk);
}
