import { decodeText } from '../encoding.ts';
import { inertPart } from '../printing/inert.ts';
import type { Redactor } from '../printing/redact.ts';
import type { Note } from '../result.ts';
import { visible } from '../visible.ts';
import { noteWords } from '../words/problem.ts';
import type { Terminal } from './command.ts';

/** Shows a session while it goes on. */
export interface Display {
  octets(from: 'client' | 'server', octets: Buffer): void;
  /** Shows and returns an incomplete line of the server, such as a prompt. */
  flush(): string;
  note(note: string | Note): void;
  /** Shows a remark of mailspec. */
  remark(text: string): void;
  /** Shows an error of the server. */
  finding(text: string): void;
  /** Whether to show lines that are sent: those that a person typed are on the screen already. */
  showSent: boolean;
  /** Called before and after output, to move the prompt out of the way. */
  around: { before(): void; after(): void };
}

/**
 * On a terminal, everything is shown there. In a pipe, standard output has exactly what the server sends, and standard
 * error the rest.
 */
export function createDisplay({ stdin, raw: { stdout, stderr } }: Terminal, redactor: Redactor): Display {
  const shown = (text: string) => inertPart(visible(redactor.redact(text)));
  const isTerminal = stdin?.isTTY === true && stdout.isTTY === true;
  const aside = isTerminal ? stdout : stderr;
  const paint = (code: string, text: string) => (isTerminal ? `\x1b[${code}m${text}\x1b[0m` : text);
  const rest = { client: Buffer.alloc(0), server: Buffer.alloc(0) };

  function write(stream: typeof stdout, text: string): void {
    display.around.before();
    stream.write(text);
    display.around.after();
  }

  function line(from: 'client' | 'server', octets: Buffer): void {
    const text = shown(decodeText(octets));
    if (from === 'server') write(stdout, `${text}\n`);
    else if (display.showSent) write(aside, `${paint('2', `> ${text}`)}\n`);
  }

  const display: Display = {
    showSent: !isTerminal,
    around: { before() {}, after() {} },
    octets(from, octets) {
      let all = Buffer.concat([rest[from], octets]);
      for (let at = all.indexOf(0x0a); at !== -1; at = all.indexOf(0x0a)) {
        line(from, all.subarray(0, all[at - 1] === 0x0d ? at - 1 : at));
        all = all.subarray(at + 1);
      }
      rest[from] = Buffer.from(all);
    },
    flush() {
      const left = rest.server;
      rest.server = Buffer.alloc(0);
      if (left.length > 0) line('server', left);
      return decodeText(left);
    },
    note: (note) => write(aside, `${paint('2', `* ${shown(typeof note === 'string' ? note : noteWords(note))}`)}\n`),
    remark: (text) => write(aside, `${paint('2', `* ${shown(text)}`)}\n`),
    finding: (text) => write(aside, `${paint('31', `! ${shown(text)}`)}\n`),
  };
  return display;
}
