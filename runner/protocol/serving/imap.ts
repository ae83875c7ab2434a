import { type Answered, crlf, type Offer, type Serving } from './serving.ts';

/** RFC 9051 section 7. */
export const imapServing: Serving = {
  reply({ status, responseCode, texts, lines, offers, untagged }, answered) {
    const capabilities = offers.length === 0 ? undefined : `CAPABILITY ${offers.map(offered).join(' ')}`;
    const inGreeting = answered.what === 'greeting';
    const code = responseCode ?? (inGreeting ? capabilities : undefined);
    const before = [...untagged, ...(inGreeting || capabilities === undefined ? [] : [capabilities])];
    // RFC 9051 section 7.1: a status is followed by text.
    const said = before.map(
      (text) => `* ${/^(?:OK|NO|BAD|BYE|PREAUTH)$/i.test(text) ? `${text} ${answered.host}` : text}`,
    );
    // RFC 2177 section 3: between "+" and the end of IDLE there are only untagged responses.
    if (status === undefined && answered.continuing && said.length > 0) return crlf(said);
    // RFC 9051 section 7.1: the greeting, which an expectation describes as an untagged response.
    if (inGreeting && status === undefined && untagged.some((text) => /^(?:OK|PREAUTH|BYE)\b/i.test(text)))
      return crlf(said);
    const text = [...(code === undefined ? [] : [`[${code}]`]), ...texts, ...lines].join(' ');
    const words = /^(?:\[[^\]]*\])?$/.test(text) ? [text, wordsFor(answered)].join(' ').trimStart() : text;
    return crlf([...said, `${prefix(status ?? 'OK', answered)}${words}`]);
  },
  written: (lines, answered) =>
    lines.map((line) => (/^(?:OK|NO|BAD)\b/i.test(line) && answered.tag ? `${answered.tag} ${line}` : line)),
  challenge: (text) => `+ ${text}\r\n`,
  goAhead: '+ Ready for the literal\r\n',
  quotes: true,
};

/** RFC 9051 section 7.1.5: BYE and the greeting are untagged. */
function prefix(status: string, { what, tag }: Answered): string {
  if (status === '+') return '+ ';
  if (what === 'greeting' || tag === undefined || status === 'BYE') return `* ${status} `;
  return `${tag} ${status} `;
}

function wordsFor({ what, host }: Answered): string {
  return what === 'greeting' ? `${host} ready` : 'Completed';
}

/** Clients accept any case, but people expect this one. */
const asRegistered: Readonly<Record<string, string>> = { IMAP4REV1: 'IMAP4rev1', IMAP4REV2: 'IMAP4rev2' };

/** RFC 9051 section 7.2.2. */
function offered({ keyword, values }: Offer): string {
  const name = asRegistered[keyword] ?? keyword;
  return values.length === 0 ? name : values.map((value) => `${name}=${value}`).join(' ');
}
