import { writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { readNamed } from '../access/open.ts';
import { ArgumentError, DiagnosticError } from '../diagnostic.ts';
import { decodeText } from '../encoding.ts';
import type { Mbox } from '../importing/imaptest-beginning.ts';
import { formatNames, importText } from '../importing/import.ts';
import { mboxDates } from '../importing/mbox-dates.ts';
import { many, systemReason } from '../phrase.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { schemeOf } from '../protocol/server-url.ts';
import type { Arguments, Main, Terminal } from './command.ts';
import { mostOctets, readOctets } from './read-input.ts';
import { probe, urlOf } from './single-server.ts';

export const main: Main = async (args, terminal) => {
  const { positionals } = args;
  if (positionals.length === 0)
    throw new ArgumentError(
      'Cannot import: no file is named',
      'Write "mailspec import session.txt", or "-" for standard input',
    );
  const format = args.value('format');
  if (format !== undefined && !formatNames.includes(format))
    throw new ArgumentError(
      `Unknown format "${format}"`,
      `The formats are ${formatNames.map((name) => `"${name}"`).join(', ')}`,
    );
  const octets = await Promise.all(positionals.map((path) => read(path, terminal)));
  // UTF-8, or Latin-1 if it is not valid: a transcript may contain anything that a server sent.
  const texts = octets.map((each) => decodeText(each));
  const server = args.value('server');
  const mbox = await mboxBeside(positionals, terminal);
  const title = positionals.map((path) => (path === '-' ? 'standard input' : basename(path))).join(', ');
  const imported = importText(texts, {
    title,
    server,
    format,
    encoding: octets.every((each, index) => Buffer.from(texts[index] ?? '').equals(each)) ? 'utf8' : 'latin1',
    loose: args.has('loose'),
    only: args.value('module'),
    ...(mbox !== undefined && { mbox }),
    protocol: server === undefined ? undefined : await protocolOf(server, args, terminal),
  });
  if ('problem' in imported)
    throw new ArgumentError(`Cannot import ${positionals.map(named).join(', ')}: ${imported.problem}`, imported.hint);
  await write(imported.text, args, terminal);
  const unread = imported.unread === 0 ? '' : `; ${many(imported.unread, 'line')} could not be read, see the comments`;
  terminal.stderr.write(`read as ${imported.format}: ${many(imported.steps, 'step')}${unread}\n`);
  return 0;
};

function named(path: string): string {
  return path === '-' ? 'standard input' : `"${path}"`;
}

/** The protocol by the scheme of a URL, or of the URL of a configured server. */
async function protocolOf(server: string, args: Arguments, terminal: Terminal): Promise<Protocol | undefined> {
  const given = schemeOf(server)?.protocol;
  if (given !== undefined) return given;
  try {
    return urlOf(await probe(server, 'connect', args, terminal), server).protocol;
  } catch (error) {
    if (args.value('config') !== undefined || args.value('profile') !== undefined) throw error;
    // A name in the file need not be configured yet.
    if (error instanceof DiagnosticError || error instanceof ArgumentError) return undefined;
    throw error;
  }
}

/**
 * Messages for imaptest: `NAME.mbox` in the script's folder, else `default.mbox`. The scenario refers to it by a
 * relative path.
 */
async function mboxBeside([path = '-']: readonly string[], terminal: Terminal): Promise<Mbox | undefined> {
  if (path === '-') return undefined;
  for (const name of [`${basename(path)}.mbox`, 'default.mbox']) {
    try {
      const octets = await readNamed(resolve(terminal.cwd, dirname(path), name));
      const dates = mboxDates(octets.toString('latin1'));
      if (dates.length > 0) return { path: name, dates };
    } catch {
      // It does not exist.
    }
  }
  return undefined;
}

async function read(path: string, terminal: Terminal): Promise<Buffer> {
  if (path === '-') return readOctets(terminal, 'the session');
  try {
    return await readNamed(resolve(terminal.cwd, path), mostOctets);
  } catch (error) {
    throw new ArgumentError(`Cannot read "${path}": ${systemReason(error)}`);
  }
}

async function write(text: string, args: Arguments, terminal: Terminal): Promise<void> {
  const file = args.value('output');
  if (file === undefined) return void terminal.raw.stdout.write(text);
  try {
    await writeFile(resolve(terminal.cwd, file), text, { flag: 'wx' });
  } catch (error) {
    throw new ArgumentError(`Cannot write "${file}": ${systemReason(error)}`);
  }
}
