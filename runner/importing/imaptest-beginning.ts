import type { Exchange } from '../authoring/exchange.ts';
import type { Written, WrittenMap } from '../authoring/written.ts';

export type Settings = ReadonlyMap<string, string>;

/** The messages of a script: an mbox file. */
export interface Mbox {
  readonly path: string;
  /** The date of each message in IMAP's format; empty if it is not known. */
  readonly dates: readonly string[];
}

/** What APPEND sends of a message. */
export interface NextMessage {
  /** Followed by a space; or empty. */
  readonly date: string;
  readonly literal: WrittenMap;
}

/** The message at this index; after the last one, starts again with the first. */
export function messageOf({ path, dates }: Mbox, index: number): NextMessage {
  const at = index % dates.length;
  const date = dates[at] ?? '';
  // Imaptest counts the empty line before the next "From " as part of the message.
  return { date: date === '' ? '' : `"${date}" `, literal: { mbox: path, number: at + 1, blank_line: true } };
}

type Step = Omit<Exchange, 'came' | 'comments'>;

const states = ['nonauth', 'auth', 'created', 'appended', 'selected'];

/**
 * What a script presupposes by its `state`; each state includes those before it: a login, no mailbox from an earlier
 * run, the mailbox, messages in it, and the mailbox being selected.
 */
export function beginning(settings: Settings, names: readonly string[] | undefined, mbox?: Mbox): readonly Step[] {
  const state = states.indexOf(settings.get('state') ?? 'selected');
  const written = (step: WrittenMap, on: Pick<Exchange, 'on'>): Step => ({ did: { kind: 'written', step }, ...on });
  const line = (send: Written, expect: Written, on: Pick<Exchange, 'on'>): Step => written({ send, expect }, on);
  return (names ?? [undefined]).flatMap((name, index): readonly Step[] => {
    const on = name === undefined ? {} : { on: name };
    const isFirst = index === 0;
    return [
      { did: { kind: 'wait' }, pinned: 'OK', ...on },
      ...(state < 1 ? [] : [login(on)]),
      ...(isFirst && state >= 1
        ? [...needs(settings).map((step) => written(step, on)), ...cleanUp.map((step) => written(step, on))]
        : []),
      ...(isFirst && state >= 2 ? [line('CREATE ${mailbox}', 'OK', on)] : []),
      ...(isFirst && state >= 3 ? messages(settings, mbox).map((step) => written(step, on)) : []),
      ...(state >= 4 ? [line('SELECT ${mailbox}', 'OK', on)] : []),
    ];
  });
}

function login(on: Pick<Exchange, 'on'>): Step {
  return { did: { kind: 'login', mechanism: 'login-command', credentials: {} }, pinned: 'OK', ...on };
}

/** Removes mailboxes that an earlier run left. */
const cleanUp: readonly WrittenMap[] = [
  {
    send: 'LIST "" "${mailbox}*"',
    expect: { status: 'OK', untagged: [{ all: { LIST: { encoded: { capture: 'left_over' } } } }] },
  },
  {
    repeat: {
      for: { old: 'left_over' },
      dialogue: [{ send: 'DELETE "${old}"', expect: { status: ['OK', 'NO'] } }],
    },
  },
];

/** The script is skipped if the server lacks a capability that it needs. */
function needs(settings: Settings): readonly WrittenMap[] {
  const wanted: { [keyword: string]: Written } = {};
  for (const each of (settings.get('capabilities') ?? '').split(/\s+/)) {
    const [keyword = '', parameter] = each.toUpperCase().split('=');
    if (keyword !== '') wanted[keyword] = parameter === undefined ? true : [parameter];
  }
  if (Object.keys(wanted).length === 0) return [];
  return [{ send: 'CAPABILITY', expect: { status: 'OK', capabilities: wanted }, otherwise: 'skip' }];
}

function messages(settings: Settings, mbox: Mbox | undefined): readonly WrittenMap[] {
  const wanted = settings.get('messages') ?? 'all';
  const count = wanted === 'all' ? (mbox?.dates.length ?? 0) : Number(wanted);
  if (mbox === undefined || count === 0) return [];
  return Array.from({ length: count }, (_, index) => {
    const { date, literal } = messageOf(mbox, index);
    return { send: [`APPEND \${mailbox} ${date}`, { literal }], expect: 'OK' };
  });
}
