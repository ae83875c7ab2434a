import { type Answered, asWritten, crlf, type Offer, type Serving } from './serving.ts';

/** Commands whose usual code is not 250: RFC 5321 section 4.3.2, RFC 3207, Postfix's XCLIENT. */
const usual: readonly (readonly [RegExp, string])[] = [
  [/^QUIT\b/i, '221'],
  [/^DATA\b/i, '354'],
  [/^VRFY\b/i, '252'],
  [/^(?:STARTTLS|XCLIENT)\b/i, '220'],
  [/^AUTH\b/i, '334'],
  [/^(?:HELP)\b/i, '214'],
];

/** The code that represents a whole class. */
const ofClass: Readonly<Record<string, string>> = { 2: '250', 3: '354', 4: '450', 5: '550' };

const words: Readonly<Record<string, string>> = {
  221: 'Bye',
  235: 'Authentication successful',
  250: 'OK',
  354: 'End data with <CR><LF>.<CR><LF>',
};

/** RFC 5321 section 4.2. */
export const smtpServing: Serving = {
  reply({ status, enhanced, texts, lines, offers }, answered) {
    const code = codeFor(status, answered);
    const isHello = /^(?:EHLO|LHLO)\b/i.test(answered.line) && code === '250';
    const all = [...(isHello ? [answered.host] : []), ...texts, ...lines, ...offers.map(offered)];
    const [first = wordsFor(code, answered), ...more] = all;
    const said = [enhanced === undefined ? first : `${enhanced} ${first}`, ...more];
    return crlf(said.map((line, at) => `${code}${at === said.length - 1 ? ' ' : '-'}${line}`));
  },
  written: asWritten,
  challenge: (text) => `334 ${text}\r\n`,
};

function codeFor(wanted: string | undefined, { what, line }: Answered): string {
  const byCommand = usual.find(([command]) => command.test(line))?.[1] ?? '250';
  const here = { greeting: '220', login: '235', message: '250', capabilities: '250', command: byCommand }[what];
  if (wanted === undefined) return here;
  const pattern = new RegExp(`^${wanted.toLowerCase().replaceAll('x', '\\d')}$`);
  return (
    [here, ofClass[wanted[0] ?? ''] ?? ''].find((code) => pattern.test(code)) ??
    wanted.toLowerCase().replaceAll('x', '0')
  );
}

function wordsFor(code: string, { what, host }: Answered): string {
  if (what === 'greeting') return `${host} ESMTP`;
  return words[code] ?? (code < '400' ? 'OK' : 'Refused');
}

function offered({ keyword, values }: Offer): string {
  return [keyword, ...values].join(' ');
}
