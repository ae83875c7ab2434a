import type { Written } from '../authoring/written.ts';
import { literalMarks } from './imaptest-arguments.ts';
import type { NextMessage } from './imaptest-beginning.ts';
import { base64Mark } from './imaptest-literals.ts';
import type { Variables } from './imaptest-variables.ts';

const [opens, closes] = literalMarks;

/** The value of `send`: a line, or parts with literals. `undefined` if one of its variables has no value. */
export function sendingOf(text: string, variables: Variables, message: NextMessage | undefined): Written | undefined {
  const isWhole = text.includes(opens) || /\bcatenate\b/i.test(text);
  if (/^append\b/i.test(text) && !isWhole) {
    const [, mailbox = '$mailbox', rest = ''] = /^append(?: +(\S+)(.*))?$/i.exec(text) ?? [];
    const command = variables.fill(`APPEND ${mailbox}${rest} ${message?.date ?? ''}`);
    return command === undefined || message === undefined ? undefined : [command, { literal: message.literal }];
  }
  if (!isWhole) return variables.fill(text);
  const parts: Written[] = [];
  for (const [index, piece] of text.split(new RegExp(`${opens}|${closes}`)).entries()) {
    if (piece.startsWith(base64Mark)) {
      parts.push({ literal: { base64: piece.slice(base64Mark.length) } });
      continue;
    }
    const filled = variables.fill(piece);
    if (filled === undefined) return undefined;
    // RFC 3516 section 4.4: "~" before a literal that contains NUL.
    if (index % 2 === 1) parts.push({ literal: filled });
    else if (filled !== '') parts.push(filled);
  }
  return parts;
}
