import { type Answered, asWritten, crlf, type Offer, type Serving } from './serving.ts';

/** RFC 5804 section 1.7: what every server advertises, unless an expectation says otherwise. */
const always: readonly Offer[] = [
  { keyword: 'IMPLEMENTATION', values: ['mailspec'] },
  { keyword: 'SIEVE', values: ['fileinto'] },
  { keyword: 'VERSION', values: ['1.0'] },
];

/** RFC 5804 section 1.2. */
export const sieveServing: Serving = {
  reply({ status = 'OK', responseCode, texts, lines, offers }, answered) {
    const said = [...lines, ...(advertises(answered) ? withUsual(offers) : offers).map(offered)];
    const code = responseCode === undefined ? [] : [`(${responseCode})`];
    return crlf([...said, [status, ...code, ...texts.map(textOf)].join(' ')]);
  },
  written: asWritten,
  challenge: (text) => `"${text}"\r\n`,
  quotes: true,
};

function advertises({ what, line }: Answered): boolean {
  return what === 'greeting' || what === 'capabilities' || /^CAPABILITY\b/i.test(line);
}

function withUsual(offers: readonly Offer[]): readonly Offer[] {
  return [...always.filter(({ keyword }) => !offers.some((each) => each.keyword === keyword)), ...offers];
}

/** A response code, or the human-readable text. */
function textOf(text: string): string {
  return /^[("]/.test(text) ? text : quoted(text);
}

function offered({ keyword, values }: Offer): string {
  return values.length === 0 ? quoted(keyword) : `${quoted(keyword)} ${quoted(values.join(' '))}`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
