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
import { markedFormats } from './marked.ts';
import { jamesMpt } from './mpt.ts';
import type { Format, Session } from './pasted.ts';
import { merged } from './rawlog.ts';
import type { Refused, Script, ScriptFormat } from './script.ts';
import { sessionOf, urlOf } from './session.ts';
import { namedPrograms, unmarkedFormats } from './unmarked.ts';

export interface ImportOptions {
  /** What to write as the server: a name of the configuration, or a URL. Default: what the text says. */
  readonly server?: string | undefined;
  readonly protocol?: Protocol | undefined;
  /** The name of a format, where it is not to be recognized. */
  readonly format?: string | undefined;
  /** Expect only statuses: for another server than the text's. */
  readonly loose?: boolean;
  /** The only one of a text's dialogues that is wanted, by its name. */
  readonly only?: string | undefined;
  /** The messages that a script appends. */
  readonly mbox?: Mbox;
  /** How the octets became text. Default: utf8. */
  readonly encoding?: 'utf8' | 'latin1';
  /** What the text is called. */
  readonly title: string;
}

export interface Imported {
  /** The scenario file. */
  readonly text: string;
  readonly format: string;
  readonly steps: number;
  /** Lines that became comments. */
  readonly unread: number;
}

const sessions: readonly Format[] = [...markedFormats, ...unmarkedFormats];
const scripts: readonly ScriptFormat[] = [jamesMpt, eximClient, blackbox, imaptest];

export const formatNames: readonly string[] = [...scripts, ...sessions].map(({ name }) => name);

/** Pasted sessions, the two files of a rawlog, or another program's test, as a scenario file. */
export function importText(texts: readonly string[], options: ImportOptions): Imported | Refused {
  const lines = merged(texts.map(linesOf));
  const isAsked = ({ name, recognizes }: Format | ScriptFormat) =>
    options.format === undefined ? recognizes(lines) : name === options.format;
  // What a session's marks are not found in may still be a test.
  const script = [...markedFormats, ...namedPrograms].some(isAsked) ? undefined : scripts.find(isAsked);
  if (script !== undefined) {
    const { mbox, encoding = 'utf8', protocol, only } = options;
    const read = script.read(lines, { mbox, encoding, exact: texts.flatMap(exactLines), protocol, only });
    if ('problem' in read) return read;
    if (protocol !== undefined && read.protocol !== protocol)
      return { problem: `it tests ${read.protocol.title}`, hint: 'Name a server that speaks it' };
    return written(script.name, withoutBroken(read), options);
  }
  const format = sessions.find(isAsked);
  const session = format && sessionOf(format.read(lines), options.protocol);
  if (format === undefined || session === undefined)
    return { problem: 'the protocol is not recognized', hint: 'Name the server: --server smtp://mail.example.com' };
  return written(format.name, { ...session, dialogues: [exchangesOf(session)] }, options);
}

function written(
  format: string,
  read: Omit<Script, 'where'> & Pick<Session, 'where'>,
  options: ImportOptions,
): Imported | Refused {
  const { dialogues, protocol, connections, captured, names = new Map(), macros = new Map() } = read;
  if (!dialogues.some(({ exchanges }) => exchanges.some(expectsSomething)))
    return { problem: 'no reply of a server is in it', hint: `It was read as ${format}; --format names another one` };
  const server = options.server ?? urlOf(read) ?? protocol.title.toLowerCase();
  const [first] = connections ?? [];
  let vocabulary: Vocabulary = { names, secrets: macros };
  const drafts = dialogues.map(({ name, exchanges, rest }): Draft => {
    const { exchanges: shown, ...found } = conceal(exchanges, protocol, vocabulary, rest);
    vocabulary = found;
    return {
      name: name ?? `what ${server} answers`,
      // What its text says of no connection is the first one's.
      exchanges: first === undefined ? shown : shown.map((each) => ({ on: first, ...each })),
      comments: rest,
      ...(connections && { connections }),
      ...(captured && { captured }),
    };
  });
  const text = scenarioFile(drafts, {
    suite: `Imported from ${options.title}`,
    server,
    hello: protocol.hello,
    loose: options.loose,
    comments: [`Imported by mailspec (${format}). Review what it expects before you rely on it.`],
    ...vocabulary,
  });
  const all = dialogues.flatMap(({ exchanges }) => exchanges);
  const commented = [...dialogues.map(({ rest }) => rest), ...all.map(({ comments = [] }) => comments)].flat();
  return { text, format, steps: all.length, unread: read.unread ?? commented.length };
}

function expectsSomething({ did, came, pinned }: Exchange): boolean {
  if (did.kind === 'pipeline') return did.exchanges.some(expectsSomething);
  if (did.kind === 'written') return true;
  return came.length > 0 || pinned !== undefined;
}

/** Without what a terminal adds: colors, carriage returns. */
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

/** What script(1) writes around a session; its command is the one that a shell would show. */
function withoutTypescript(line: string): readonly string[] {
  if (!/^Script (?:started|done) on /.test(line)) return [line];
  const command = /^Script +started .*\[COMMAND="(.*)"/.exec(line)?.[1];
  return command === undefined ? [] : [`$ ${command}`];
}
