import { conceal } from '../authoring/conceal.ts';
import type { Exchange } from '../authoring/exchange.ts';
import type { Vocabulary } from '../authoring/generalize.ts';
import { type Draft, scenarioFile } from '../authoring/scenario-file.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { blackbox } from './blackbox.ts';
import { withoutBroken } from './broken-patterns.ts';
import { exchangesOf } from './exchanges.ts';
import { eximClient } from './exim.ts';
import { imaptest } from './imaptest.ts';
import type { Mbox } from './imaptest-beginning.ts';
import { labelled } from './labelled.ts';
import { beyondLimits, beyondSteps } from './limits.ts';
import { programLogs } from './logs.ts';
import { markedFormats } from './marked.ts';
import { jamesMpt } from './mpt.ts';
import { packets } from './packets.ts';
import type { Format, Session } from './pasted.ts';
import { merged } from './rawlog.ts';
import type { Refused, Script, ScriptFormat } from './script.ts';
import { sessionsOf, urlOf } from './session.ts';
import { withoutShell } from './shell.ts';
import { together } from './together.ts';
import { trimmedLines } from './trimmed.ts';
import { namedPrograms, unmarkedFormats } from './unmarked.ts';

export interface ImportOptions {
  /** The server to write into the file: a configured name, or a URL. Default: what the text says. */
  readonly server?: string | undefined;
  readonly protocol?: Protocol | undefined;
  /** The name of a format. Absent: it is recognized. */
  readonly format?: string | undefined;
  /** Expect only statuses, for use with a different server. */
  readonly loose?: boolean;
  /** The name of the only dialogue of the text to import. */
  readonly only?: string | undefined;
  /** The messages that a script appends. */
  readonly mbox?: Mbox;
  /** How the octets were decoded. Default: utf8. */
  readonly encoding?: 'utf8' | 'latin1';
  /** The title for the suite. */
  readonly title: string;
}

export interface Imported {
  /** The scenario file. */
  readonly text: string;
  readonly format: string;
  readonly steps: number;
  /** How many lines became comments. */
  readonly unread: number;
}

/**
 * Formats that are tried before scripts: a test may look like a session on a terminal, but not like a format that
 * labels each line.
 */
const beforeScripts: readonly Format[] = [...markedFormats, ...programLogs, packets, ...namedPrograms, labelled];
const scripts: readonly ScriptFormat[] = [jamesMpt, eximClient, blackbox, imaptest];

export const formatNames: readonly string[] = [...scripts, ...beforeScripts, ...unmarkedFormats].map(
  ({ name }) => name,
);

/** Imports pasted sessions, the two files of a rawlog, or another program's test as a scenario file. */
export function importText(texts: readonly string[], options: ImportOptions): Imported | Refused {
  const lines = merged(texts.map(linesOf));
  const beyond = beyondLimits(lines);
  if (beyond !== undefined) return beyond;
  const pasted = withoutShell(trimmedLines(lines));
  const isAsked =
    (from: readonly string[]) =>
    ({ name, recognizes }: Format | ScriptFormat) =>
      options.format === undefined ? recognizes(from) : name === options.format;
  // A text without the marks of a session may still be a test.
  const told = beforeScripts.find(isAsked(pasted));
  const script = told === undefined ? scripts.find(isAsked(lines)) : undefined;
  if (script !== undefined) return importScript(script, lines, texts, options);
  const format = told ?? unmarkedFormats.find(isAsked(pasted));
  const found = format === undefined ? [] : sessionsOf(format.read(pasted), options.protocol);
  if (format === undefined || found.length === 0)
    return { problem: 'the protocol is not recognized', hint: 'Name the server: --server smtp://mail.example.com' };
  if (!found.some(({ entries }) => entries.some(({ kind }) => kind === 'server'))) return withoutReply(format.name);
  if (isOneSided(found)) return withoutCommand(format.name);
  return written(
    format.name,
    found.map((session) => ({ ...session, dialogues: [exchangesOf(session)] })),
    options,
  );
}

function importScript(
  script: ScriptFormat,
  lines: readonly string[],
  texts: readonly string[],
  options: ImportOptions,
): Imported | Refused {
  const { mbox, encoding = 'utf8', protocol, only } = options;
  const read = script.read(lines, { mbox, encoding, exact: texts.flatMap(exactLines), protocol, only });
  if ('problem' in read) return read;
  if (protocol !== undefined && read.protocol !== protocol)
    return { problem: `it tests ${read.protocol.title}`, hint: 'Name a server that speaks it' };
  return written(script.name, [withoutBroken(read)], options);
}

type Read = Omit<Script, 'where'> & Pick<Session, 'where' | 'on'>;

function written(format: string, all: readonly Read[], options: ImportOptions): Imported | Refused {
  const dialogues = all.flatMap((each) => each.dialogues);
  if (!dialogues.some(({ exchanges }) => exchanges.some(expectsSomething))) return withoutReply(format);
  const beyond = beyondSteps(dialogues.reduce((sum, { exchanges }) => sum + exchanges.length, 0));
  if (beyond !== undefined) return beyond;
  const server = options.server ?? serverOf(all[0] as Read);
  const { drafts, vocabulary } = draftsOf(all, server, options);
  const text = scenarioFile(drafts, {
    suite: `Imported from ${options.title}`,
    server,
    hello: undefined,
    loose: options.loose,
    comments: [`Imported by mailspec (${format}). Review what it expects before you rely on it.`],
    ...vocabulary,
  });
  const exchanges = dialogues.flatMap((each) => each.exchanges);
  const commented = [...dialogues.map(({ rest }) => rest), ...exchanges.map(({ comments = [] }) => comments)].flat();
  const unread = all.reduce<number | undefined>((sum, each) => each.unread ?? sum, undefined);
  return { text, format, steps: exchanges.length, unread: unread ?? commented.length };
}

/**
 * Whether a text lacks what the client sent: it has more than a greeting and the reply to a program's own login or
 * STARTTLS.
 */
function isOneSided(found: readonly Session[]): boolean {
  const all = found.flatMap(({ entries }) => entries);
  const replies = all.filter((entry) => entry.kind === 'server' && !/^(?:\* |\d{3}-)/.test(entry.text));
  return replies.length > 2 && !all.some(({ kind }) => kind === 'client' || kind === 'tls');
}

function withoutCommand(format: string): Refused {
  return {
    problem: 'it contains no command of a client',
    hint: `It was read as ${format}. In a pipe, telnet and nc show only what the server says: use "mailspec talk --save FILE" instead`,
  };
}

function withoutReply(format: string): Refused {
  return { problem: 'it contains no reply of a server', hint: `It was read as ${format}; --format names another one` };
}

function serverOf(read: Read): string {
  return urlOf(read) ?? read.protocol.title.toLowerCase();
}

/** A scenario for each dialogue. The same values get the same names in all of them. */
function draftsOf(
  all: readonly Read[],
  first: string,
  options: ImportOptions,
): { readonly drafts: readonly Draft[]; readonly vocabulary: Vocabulary } {
  let vocabulary: Vocabulary = {
    names: new Map(all.flatMap(({ names = new Map() }) => [...names])),
    secrets: new Map(all.flatMap(({ macros = new Map() }) => [...macros])),
  };
  const taken = new Set<string>();
  const drafts = all.flatMap((read) => {
    const { protocol, connections, captured, on: name } = read;
    const isMeant = name === undefined || protocol === options.protocol;
    const server = (isMeant ? options.server : undefined) ?? serverOf(read);
    const [on = name] = connections ?? [];
    return read.dialogues.map(({ name: own, exchanges, rest }): Draft => {
      const { exchanges: shown, ...found } = conceal(exchanges, protocol, vocabulary, rest);
      vocabulary = found;
      return {
        name: unused(own ?? `what ${server} answers`, taken),
        hello: protocol.hello,
        // Comments that belong to no connection go to the first one.
        exchanges: on === undefined ? shown : shown.map((each) => ({ on, ...each })),
        comments: rest,
        ...(server !== first && { server }),
        ...(connections && { connections: new Map(connections.map((each) => [each, server])) }),
        ...(name !== undefined && { connections: new Map([[name, server]]) }),
        ...(captured && { captured }),
      };
    });
  });
  return { drafts: together(drafts), vocabulary };
}

function unused(name: string, taken: Set<string>): string {
  let free = name;
  for (let count = 2; taken.has(free); count++) free = `${name}, session ${count}`;
  taken.add(free);
  return free;
}

function expectsSomething({ did, came, pinned }: Exchange): boolean {
  if (did.kind === 'pipeline') return did.exchanges.some(expectsSomething);
  if (did.kind === 'written') return true;
  return came.length > 0 || pinned !== undefined;
}

/** Removes what a terminal adds: colors, carriage returns. */
function linesOf(text: string): readonly string[] {
  return exactLines(text).flatMap((line) => withoutTypescript(line.replace(/\r+$/, '')));
}

function exactLines(text: string): readonly string[] {
  const lines = text
    .replace(/^\ufeff/, '')
    .replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '')
    .split('\n');
  return /^\r*$/.test(lines.at(-1) ?? '') ? lines.slice(0, -1) : lines;
}

/** Removes what script(1) writes around a session; its command is kept as a shell would show it. */
function withoutTypescript(line: string): readonly string[] {
  if (!/^Script (?:started|done) on /.test(line)) return [line];
  const command = /^Script +started .*\[COMMAND="(.*)"/.exec(line)?.[1];
  return command === undefined ? [] : [`$ ${command}`];
}
