import { basename } from 'node:path';
import { followLogs } from '../checks/log-follow.ts';
import { ArgumentError } from '../diagnostic.ts';
import { decodeText } from '../encoding.ts';
import type { Listener } from '../engine/listener.ts';
import type { Plan } from '../plan.ts';
import { createRedactor, type Redactor } from '../printing/redact.ts';
import { noteWords } from '../words/problem.ts';
import type { Terminal } from './command.ts';

/** Shows dialogues and logs during a run. */
export interface Follower {
  readonly listener: Listener;
  stop(): Promise<void>;
}

/** The longest line that is awaited as a whole; longer ones are shown in pieces. */
const longestLine = 64 * 1024;
/** Erases a progress line. */
const eraseLine = '\r\x1b[K';

/** `--follow-logs`: shows the lines of the configured logs together with the dialogues, as they arrive. */
export async function startFollowing(plan: Plan, terminal: Terminal): Promise<Follower> {
  if (plan.logs.length === 0)
    throw new ArgumentError(
      'Cannot follow logs: the configuration names none',
      'Write "logs: [/var/log/mail.log]" into mailspec.yaml',
    );
  const { raw, stderr } = terminal;
  const start = performance.now();
  const show = (mark: string, text: string, redactor: Redactor, isCut = false) => {
    if (raw.stderr.isTTY) raw.stderr.write(eraseLine);
    const time = `+${((performance.now() - start) / 1000).toFixed(2)}s`;
    stderr.write(`${time.padStart(9)} ${mark} ${redactor.redact(text, { start: isCut, end: isCut })}\n`);
  };
  const known = createRedactor(plan.secrets);
  const files = new Set(plan.logs.map((file) => basename(file))).size === plan.logs.length ? basename : String;
  const follower = await followLogs(plan.logs, ({ file, text }) => show('L', `${files(file)}: ${text}`, known));
  return {
    listener: (scenario, redactor) => {
      show('-', scenario.name, redactor);
      return (connection) => {
        const name = connection === '' ? '' : `${connection} `;
        const lines = (mark: string) => {
          let rest = Buffer.alloc(0);
          return (octets: Buffer) => {
            rest = Buffer.concat([rest, octets]);
            for (let at = rest.indexOf(0x0a); at !== -1 || rest.length > longestLine; at = rest.indexOf(0x0a)) {
              const end = at === -1 ? longestLine : at;
              show(mark, `${name}${decodeText(rest.subarray(0, end)).replace(/\r$/, '')}`, redactor, at === -1);
              rest = Buffer.from(rest.subarray(at === -1 ? end : end + 1));
            }
          };
        };
        return {
          received: lines('S'),
          sent: lines('C'),
          note: (note) => show('*', `${name}${typeof note === 'string' ? note : noteWords(note)}`, redactor),
        };
      };
    },
    stop: () => follower.stop(),
  };
}
