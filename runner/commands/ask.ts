import { createInterface } from 'node:readline';
import type { Arguments, Terminal } from './command.ts';

/** Whether there is a person to ask. */
export function canAsk({ stdin, stderr }: Terminal): boolean {
  return stdin?.isTTY === true && stderr.isTTY === true;
}

/** The line that the person types; `undefined` without an answer. */
export async function ask(question: string, { stdin, raw, signal }: Terminal): Promise<string | undefined> {
  if (stdin === undefined) return undefined;
  const lines = createInterface({ input: stdin, output: raw.stderr, terminal: true });
  try {
    return await new Promise<string | undefined>((resolve) => {
      const end = () => resolve(undefined);
      lines.once('SIGINT', end);
      lines.once('close', end);
      signal.addEventListener('abort', end, { once: true });
      lines.question(`${question} `, (answer) => resolve(answer.trim()));
    });
  } finally {
    lines.close();
  }
}

/** Anything but a yes means no. */
export async function confirm(question: string, terminal: Terminal): Promise<boolean> {
  return /^y(?:es)?$/i.test((await ask(`${question} [y/N]`, terminal)) ?? '');
}

/**
 * Asks before something that others may notice. Returns why it is not permitted, and what would permit it, or `undefined`
 * if it is. The advice is only about this option: "--yes" would permit other things as well.
 */
export async function refusal(
  option: string,
  question: string,
  args: Arguments,
  terminal: Terminal,
): Promise<string | undefined> {
  if (args.has(option)) {
    const then = args.has('yes') ? '' : canAsk(terminal) ? ', and answer yes' : ', and add "--yes"';
    return `you gave "--${option}"; leave it out${then}`;
  }
  if (args.has('yes')) return undefined;
  if (!canAsk(terminal)) return 'without a terminal, mailspec cannot ask; add "--yes"';
  return (await confirm(question, terminal)) ? undefined : 'you did not answer yes; answer yes, or add "--yes"';
}
