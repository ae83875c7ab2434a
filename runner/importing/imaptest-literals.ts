import { decodeText } from '../encoding.ts';
import { literalMarks } from './imaptest-arguments.ts';

/** Marks a literal to send that is not UTF-8: its content is in base64. */
export const base64Mark = '\u0003';

interface Open {
  readonly before: string;
  readonly isBinary: boolean;
  readonly content: string[];
}

/**
 * The lines of a script, with each literal on one line between marks. Lines of `{{{` end with CRLF when they are sent;
 * those of `~{{{` as in the file. The last line ending is not part of the literal.
 */
export function joined(lines: readonly string[], encoding: 'utf8' | 'latin1'): readonly string[] {
  const result: string[] = [];
  let open: Open | undefined;
  const push = (line: string): void => {
    if (line.endsWith('{{{')) open = { before: line.slice(0, -3), isBinary: line.endsWith('~{{{'), content: [] };
    else result.push(line);
  };
  for (const exact of lines) {
    const line = exact.replace(/\r+$/, '');
    const literal: Open | undefined = open;
    if (literal === undefined) push(line);
    else if (line.startsWith('}}}')) {
      open = undefined;
      push(`${literal.before}${literalMarks[0]}${contentOf(literal, encoding)}${literalMarks[1]}${line.slice(3)}`);
    } else literal.content.push(literal.isBinary ? exact : line);
  }
  return result;
}

function contentOf({ before, isBinary, content }: Open, encoding: 'utf8' | 'latin1'): string {
  const octets = Buffer.from(content.join(isBinary ? '\n' : '\r\n'), encoding);
  // Replies are compared as text: UTF-8, or one character for each octet if they are not UTF-8.
  const text = decodeText(octets);
  const isCommand = !/^[*!?] /.test(before);
  return isCommand && !Buffer.from(text).equals(octets) ? `${base64Mark}${octets.toString('base64')}` : text;
}
