import type { Exchange } from '../authoring/exchange.ts';
import type { Written } from '../authoring/written.ts';
import { protocols } from '../protocol/protocols.ts';
import { ScriptBuilder, type ScriptFormat } from './script.ts';

const header = /^(capabilities|connections|messages|state|ignore_extra_untagged|user_start): *(.*)$/;
/** `[CONNECTION] STATUS COMMAND`; the status may have a response code. */
const command = /^(?:(\d+) +)?(ok|no|bad|""|"(?:ok|no|bad)[^"]*"|(?:ok|no|bad)(?:,(?:ok|no|bad))+) +(\S.*)$/i;

/** Scripts of Dovecot's imaptest: a header, commands with their status, and below each the untagged responses. */
export const imaptest: ScriptFormat = {
  name: 'a script of imaptest',
  recognizes: (lines) => lines.some((line) => command.test(line)) && lines.every((line) => !/^(?:C|S): /.test(line)),
  read(lines) {
    const settings = new Map(
      lines.flatMap((line) => {
        const [, name, value = ''] = header.exec(line) ?? [];
        return name === undefined ? [] : [[name, value.trim()] as const];
      }),
    );
    const count = Number(settings.get('connections') ?? 1);
    const names = count > 1 ? Array.from({ length: count }, (_, index) => `c${index + 1}`) : undefined;
    const script = new ScriptBuilder();
    for (const name of names ?? [undefined]) for (const each of beginning(settings, name)) script.add(each);
    let literal: string[] | undefined;
    for (const line of lines) {
      if (literal !== undefined) {
        if (line.startsWith('}}}')) literal = undefined;
        else literal.push(line);
        if (literal === undefined) script.comment('a literal of more than one line was left out');
        continue;
      }
      if (header.test(line) || line.trim() === '') continue;
      if (line.startsWith('#')) script.comment(line.replace(/^# ?/, ''));
      else if (line.includes('{{{')) {
        literal = [];
        script.comment(line);
      } else readLine(line, script, names);
    }
    return { protocol: protocols.imap, where: {}, macros, ...(names && { connections: names }), ...script.finish() };
  },
};

function readLine(line: string, script: ScriptBuilder, names: readonly string[] | undefined): void {
  const [, connection, status = '', text = ''] = command.exec(line) ?? [];
  const untagged = /^([*!]) +(.*)$/.exec(line);
  if (untagged !== null) {
    const [, sign, response = ''] = untagged;
    // What it gives names to, or compares in ways of its own, has no counterpart.
    if (/\$[!\w]/.test(response.replace(/\$\{?(?:mailbox|user|username|password)\}?/g, ''))) {
      script.comment(line);
      return;
    }
    const entry = named(response);
    script.expect({ untagged: [sign === '!' ? { none: entry } : entry] }, together);
    return;
  }
  if (text === '' || /\$[!]/.test(text) || /\$(?!\{?(?:mailbox|user|username|password)\b)\w/.test(text)) {
    script.comment(line);
    return;
  }
  const on = names?.[Math.max(0, Number(connection ?? 1) - 1)];
  const pinned = statusOf(status);
  script.add({
    did: { kind: 'line', text: named(text) },
    ...(pinned !== undefined && { pinned }),
    ...(on !== undefined && { on }),
  });
}

function statusOf(text: string): Written | undefined {
  const bare = text.replace(/^"|"$/g, '');
  if (bare === '') return undefined;
  const all = bare.split(',').map((each) => each.toUpperCase());
  return all.length > 1
    ? { status: all }
    : (all[0]?.replace(/^(OK|NO|BAD)(.*)$/i, (_, word: string, rest: string) => word.toUpperCase() + rest) ?? '');
}

/** What stands for our variables, whose values nobody knows here: as secrets, they are required. */
const macros: ReadonlyMap<string, string> = new Map([
  ['\u0000user', 'user'],
  ['\u0000password', 'password'],
]);

/** Its macros are our variables. */
function named(text: string): string {
  return text
    .replace(/\$\{?mailbox\}?/g, 'imaptest')
    .replace(/\$\{?user(?:name)?\}?/g, '\u0000user')
    .replace(/\$\{?password\}?/g, '\u0000password');
}

function together(before: Written, next: Written): Written {
  if (typeof before === 'string') return { status: before.split(' ')[0] ?? '', ...(next as object) } as Written;
  const list = (value: Written): readonly Written[] => {
    const found =
      typeof value === 'object' && !Array.isArray(value) ? (value as { untagged?: Written }).untagged : undefined;
    return Array.isArray(found) ? (found as readonly Written[]) : [];
  };
  return { ...(before as object), untagged: [...list(before), ...list(next)] } as Written;
}

type Step = Omit<Exchange, 'came' | 'comments'>;

/** What a script takes for granted by its `state`: logged in, a mailbox, messages in it, selected. */
function beginning(settings: ReadonlyMap<string, string>, name: string | undefined): readonly Step[] {
  const states = ['nonauth', 'auth', 'created', 'appended', 'selected'];
  const state = states.indexOf(settings.get('state') ?? 'selected');
  const on = name === undefined ? {} : { on: name };
  const isFirst = name === undefined || name === 'c1';
  const line = (text: string, pinned: Written): Step => ({ did: { kind: 'line', text }, pinned, ...on });
  const login: Step = { did: { kind: 'login', mechanism: 'login-command', credentials: {} }, pinned: 'OK', ...on };
  return [
    { did: { kind: 'wait' }, pinned: 'OK', ...on },
    ...(state >= 1 ? [login] : []),
    ...(state >= 2 && isFirst
      ? [line('DELETE imaptest', { status: ['OK', 'NO'] }), line('CREATE imaptest', 'OK')]
      : []),
    ...(state >= 4 ? [line('SELECT imaptest', 'OK')] : []),
  ];
}
