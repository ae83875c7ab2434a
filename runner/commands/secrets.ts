import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { ArgumentError } from '../diagnostic.ts';
import { systemReason } from '../phrase.ts';
import type { Arguments, Terminal } from './command.ts';

/**
 * The values of `--secret NAME` (asked for without an echo), `NAME=env:VARIABLE` and `NAME=file:PATH`. No message
 * quotes what follows the name: it may be the secret itself, in the wrong place.
 */
export async function requestedSecrets(args: Arguments, terminal: Terminal): Promise<Readonly<Record<string, string>>> {
  const secrets = new Map<string, string>();
  for (const text of args.values('secret')) {
    const [, name = '', from] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
    if (!/^[A-Za-z_][\w.-]*$/.test(name)) {
      throw new ArgumentError('Option "--secret" needs the name of a variable', howTo('NAME'));
    }
    const value = await readFrom(name, from, terminal);
    if (value === '') throw new ArgumentError(`The secret "${name}" is empty`, howTo(name));
    terminal.learn([{ name, forms: [value] }]);
    secrets.set(name, value);
  }
  return Object.fromEntries(secrets);
}

function howTo(name: string): string {
  return `Write "--secret ${name}" to be asked for it, "--secret ${name}=env:VARIABLE" or "--secret ${name}=file:PATH"`;
}

async function readFrom(name: string, from: string | undefined, terminal: Terminal): Promise<string> {
  if (from === undefined) return askSecret(name, name, terminal);
  if (from.startsWith('env:')) {
    const variable = from.slice('env:'.length);
    const value = Object.hasOwn(terminal.env, variable) ? terminal.env[variable] : undefined;
    if (value === undefined)
      throw new ArgumentError(`Cannot read the secret "${name}": the environment variable "${variable}" is not set`);
    return value;
  }
  if (!from.startsWith('file:'))
    throw new ArgumentError(`Cannot use the value given for "--secret ${name}"`, howTo(name));
  const path = from.slice('file:'.length);
  try {
    return (await readFile(resolve(terminal.cwd, path), 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    throw new ArgumentError(`Cannot read the secret "${name}" from "${path}": ${systemReason(error)}`);
  }
}

/** Asks the question on the terminal; what is typed is not shown. */
export async function askSecret(
  name: string,
  question: string,
  { stdin, raw, stderr, signal }: Terminal,
): Promise<string> {
  if (stdin?.isTTY !== true) {
    throw new ArgumentError(
      `Cannot ask for the secret "${name}": standard input is not a terminal`,
      `Write "--secret ${name}=env:VARIABLE" or "--secret ${name}=file:PATH"`,
    );
  }
  // Discards the echo.
  const nowhere = new Writable({ write: (_octets, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true });
  // Asked only now, because until readline is set up, the system itself would echo what is typed.
  raw.stderr.write(`${question}: `);
  try {
    return await new Promise<string>((resolve, reject) => {
      const end = () => reject(new ArgumentError(`The secret "${name}" was not given`));
      lines.once('line', resolve);
      lines.once('SIGINT', end);
      lines.once('close', end);
      signal.addEventListener('abort', end, { once: true });
    });
  } finally {
    lines.close();
    stderr.write('\n');
  }
}
