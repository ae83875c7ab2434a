import { pop3Command } from '../pop3-commands.ts';
import { type Answered, asWritten, crlf, type Offer, type Serving } from './serving.ts';

/** RFC 1939 section 3. */
export const pop3Serving: Serving = {
  reply({ status = '+OK', responseCode, texts, lines, offers }, answered) {
    const code = responseCode === undefined ? [] : [`[${responseCode}]`];
    const text = [...code, ...texts].join(' ') || wordsFor(answered);
    const first = `${status} ${text}`;
    if (status !== '+OK' || !hasBody(answered)) return crlf([first]);
    const body = [...lines, ...offers.map(offered)].map((line) => (line.startsWith('.') ? `.${line}` : line));
    return crlf([first, ...body, '.']);
  },
  written: asWritten,
  challenge: (text) => `+ ${text}\r\n`,
};

function hasBody({ line, framing }: Answered): boolean {
  return framing?.ends === 'dot' || pop3Command(line).hasBody;
}

function wordsFor({ what, host }: Answered): string {
  return what === 'greeting' ? `${host} ready` : 'Done';
}

function offered({ keyword, values }: Offer): string {
  return [keyword, ...values].join(' ');
}
