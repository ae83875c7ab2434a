import { isUtf8 } from 'node:buffer';
import { type Finding, type FindingName, finding } from './findings.ts';
import { contentLength, endsWithCrlf } from './octets.ts';
import type { SentOctets } from './sent-octets.ts';

const CR = 0x0d;
const TAB = 0x09;
const SPACE = 0x20;
const DELETE = 0x7f;

const codeLength = 3;

/** RFC 5321 section 4.5.3.1.5: including the code and CRLF. */
const longestReplyLine = 512;
/** RFC 4954 section 4: the longest line of a challenge. */
const longestChallengeLine = 12_288;

/** RFC 5321 section 4.2, "textstring": tabs, spaces and printable characters. */
const textstring = /^[\t -~]*$/;

const nothing: readonly Finding[] = [];

/** Collects violations in the octets of a reply's lines. */
export class SmtpFlaws {
  readonly #found: Finding[] = [];
  readonly #sent: SentOctets;

  constructor(sent: SentOctets) {
    this.#sent = sent;
  }

  /** `text`: the decoded line. `smtputf8`: whether the client asked for it (RFC 6531 section 3.7.4.1). */
  examine(line: Buffer, text: string, code: number, smtputf8: boolean): void {
    const end = contentLength(line);
    if (!endsWithCrlf(line)) this.add('smtp.reply.bare-lf', 'a line ends with LF, not with CRLF', line);
    const longest = code === 334 ? longestChallengeLine : longestReplyLine;
    if (line.length > longest) {
      const message = `a line has ${line.length} octets, more than the ${longest} that are allowed`;
      this.add('smtp.reply.length', message, line);
    }
    // RFC 5321 section 4.2, "Reply-code".
    if ((line[1] ?? 0) > 0x35) this.add('smtp.reply.range', `the second digit of ${code} is not from 0 to 5`, line);
    if (!textstring.test(text)) this.#examineText(line, end, smtputf8);
  }

  #examineText(line: Buffer, end: number, smtputf8: boolean): void {
    let isEightBit = false;
    for (let at = codeLength + 1; at < end; at++) {
      const octet = line[at] ?? 0;
      if (this.#sent.has(octet)) continue;
      if (octet > DELETE) isEightBit = true;
      else if (octet === DELETE || (octet < SPACE && octet !== TAB)) {
        this.add('smtp.reply.control', `${controlName(octet)} within a line`, line);
      }
    }
    if (isEightBit && !(smtputf8 && isUtf8(line.subarray(0, end)))) {
      this.add('smtp.reply.eight-bit', 'octets above 127 in a line', line);
    }
  }

  /**
   * RFC 2034 section 4: class 2, 4 and 5 go with 2yz, 4yz and 5yz. Section 3: all lines of a reply have the same code.
   * `first`: the code of the lines so far. `promised`: the server advertises ENHANCEDSTATUSCODES; other servers may
   * send what they like.
   */
  examineEnhanced(
    code: number,
    enhanced: string | undefined,
    first: string | undefined,
    promised: boolean,
    line: Buffer,
  ): void {
    if (enhanced === undefined) {
      if (first !== undefined && promised)
        this.add('smtp.enhanced-code.codes', `a line without the enhanced status code ${first} of the first`, line);
      return;
    }
    if (promised && /\.0\d/.test(enhanced))
      this.add('smtp.enhanced-code.syntax', `the enhanced status code ${enhanced} has a leading zero`, line);
    if (first !== undefined && first !== enhanced) {
      this.add('smtp.enhanced-code.codes', `the enhanced status code ${enhanced} after ${first} in one reply`, line);
    }
    const replyClass = Math.floor(code / 100);
    if (replyClass === 3 || Number(enhanced[0]) === replyClass) return;
    this.add('smtp.enhanced-code.class', `the enhanced status code ${enhanced} in a reply ${code}`, line);
  }

  add(name: FindingName, message: string, line: Buffer, about?: Finding['about']): void {
    if (!this.#found.some((each) => each.name === name)) this.#found.push(finding(name, message, line, about));
  }

  take(): readonly Finding[] {
    return this.#found.length === 0 ? nothing : this.#found.splice(0);
  }
}

export function controlName(octet: number): string {
  if (octet === 0) return 'NUL';
  return octet === CR ? 'CR' : `the control character 0x${octet.toString(16).padStart(2, '0')}`;
}
