import { client, marked, nothing, server } from './marked.ts';
import type { Format } from './pasted.ts';
import { isReply } from './said.ts';

/** SendEmail joins several lines of a reply like this. */
const joined = /, (?=\d{3}[ -])/;
const sendEmailReply = /^(.*sendEmail\[\d+\]: (?:SUCCESS|ERROR) => Received: \t)(.*)$/;

function withSplitReplies(format: Format): Format {
  return {
    ...format,
    read: (lines) =>
      format.read(
        lines.flatMap((line) => {
          const [, before, replies] = sendEmailReply.exec(line) ?? [];
          return replies === undefined ? [line] : replies.split(joined).map((reply) => `${before}${reply}`);
        }),
      ),
  };
}

/** Fetchmail breaks long lines of the server after a space, at this column or later. */
const fetchmailBreaks = 50;

function withWholeLines(format: Format): Format {
  return {
    ...format,
    read(lines) {
      const whole: string[] = [];
      for (const line of lines) {
        const last = whole.at(-1) ?? '';
        const [, text] = /^fetchmail: \w+< (.*)$/.exec(line) ?? [];
        const isMore = text !== undefined && !isReply(text) && text !== '.';
        if (isMore && last.length >= fetchmailBreaks && /^fetchmail: \w+< .* $/.test(last))
          whole.push(`${whole.pop()}${text}`);
        else whole.push(line);
      }
      return format.read(whole);
    },
  };
}

/** Mutt logs pipelined commands as one entry, in which only the first line has a time. */
function withTimes(format: Format): Format {
  return {
    ...format,
    read(lines) {
      let client: string | undefined;
      return format.read(
        lines.map((line) => {
          if (line.startsWith('[')) client = /^\[[^\]]*\] \d+> /.exec(line)?.[0];
          return line.startsWith('[') || client === undefined || line === '' ? line : `${client}${line}`;
        }),
      );
    },
  };
}

/** Logs of mail programs with marks that say who sent a line; all other lines are about the program. */
export const programLogs: readonly Format[] = [
  withWholeLines(
    marked(
      'fetchmail -v',
      [/^fetchmail: (?:IMAP|POP[23]|[EL]?SMTP|LMTP)> /, /fetchmail: (?:IMAP|POP[23]|[EL]?SMTP|LMTP)< /],
      [
        { pattern: /fetchmail: (?:IMAP|POP[23]|[EL]?SMTP|LMTP)> ?(.*)$/, reads: client },
        { pattern: /fetchmail: (?:IMAP|POP[23]|[EL]?SMTP|LMTP)< ?(.*)$/, reads: server },
        { pattern: /^Trying to connect to [^ ]+\.\.\.connected\.$/, reads: () => ({ kind: 'connected', where: {} }) },
        { pattern: /^/, reads: nothing },
      ],
      { hidden: /^(?:RETR|TOP) +\d/i, of: /fetchmail: (IMAP|POP[23]|[EL]?SMTP|LMTP)[<>] / },
    ),
  ),
  marked(
    'mbsync -D',
    [/^(?:\(\d+ in progress\) )?[A-Z]: >>> \d+ /, /^[A-Z]: (?:\* |\d+ (?:OK|NO|BAD) )/],
    [
      { pattern: /^(?:\(\d+ in progress\) )?[A-Z]: >(?:>>|\+>) ?(.*)$/, reads: client },
      { pattern: /^[A-Z]: ((?:\* |\+|\d+ (?:OK|NO|BAD)\b|\)).*)$/, reads: server },
      { pattern: /^/, reads: nothing },
    ],
    { of: /^(?:\(\d+ in progress\) )?([A-Z]): (?:>|\* |\+|\d+ (?:OK|NO|BAD)\b|\))/ },
  ),
  withTimes(
    marked(
      "mutt's log",
      [/^(?:\[[-\d]+ [\d:]+\] )?\d+> /, /^(?:\[[-\d]+ [\d:]+\] )?\d+< /],
      [
        { pattern: /^(?:\[[-\d]+ [\d:]+\] )?\d+> ?(.*)$/, reads: client },
        { pattern: /^(?:\[[-\d]+ [\d:]+\] )?\d+< ?(.*)$/, reads: server },
        { pattern: /^/, reads: nothing },
      ],
      { of: /^(?:\[[-\d]+ [\d:]+\] )?(\d+)[<>] / },
    ),
  ),
  marked(
    'sieve-connect',
    [/^<<< "IMPLEMENTATION" /, /^>>> [A-Z]/],
    [
      { pattern: /^<<< ?(.*?)(?:\\r\\n)?$/, reads: server },
      { pattern: /^>>> ?(.*?)(?:\\r\\n)?$/, reads: client },
      { pattern: /^/, reads: nothing },
    ],
  ),
  withSplitReplies(
    marked(
      'sendEmail',
      [/ sendEmail\[\d+\]: INFO => Sending: /],
      [
        { pattern: / sendEmail\[\d+\]: INFO => Sending: \t(.*)$/, reads: client },
        { pattern: / sendEmail\[\d+\]: (?:SUCCESS|ERROR) => Received: \t(.*)$/, reads: server },
        { pattern: /^/, reads: nothing },
      ],
    ),
  ),
  marked(
    'mailx',
    [/^\S+: >>> SERVER: /],
    [
      { pattern: /^\S+: >>> SERVER: ?(.*)$/, reads: server },
      { pattern: /^\S+: >>> ?(.*)$/, reads: client },
      { pattern: /^/, reads: nothing },
    ],
  ),
];
