import type { Did } from '../authoring/exchange.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { protocols } from '../protocol/protocols.ts';
import { allOf, protocolOfLines, replyPattern, ScriptBuilder, type ScriptFormat } from './script.ts';

/**
 * Scripts for the client of Exim's test suite: `??? TEXT` is how the next line of a reply must begin, `????TEXT` how it
 * must begin if there is one, `???*` the end of the connection, `+++ N` a pause in seconds, `>>> TEXT` octets without a
 * line ending. Anything else is sent as a line.
 */
export const eximClient: ScriptFormat = {
  name: 'a client script of Exim',
  recognizes: (lines) => lines.some((line) => /^\?\?\?/.test(line)),
  read(lines, { protocol: given }) {
    const start = lines.findIndex((line) => /^client(?:-\w+)? /.test(line));
    const end = lines.findIndex((line, at) => at > start && /^\*{4}$/.test(line));
    const body = lines.slice(start + 1, end === -1 ? undefined : end);
    const options = lines[start] ?? '';
    const [, host, port] = /^client(?:-\w+)?(?: +-\S+(?: +\S+)?)*? +([\w.:]+) +(\S+)/.exec(lines[start] ?? '') ?? [];
    const expected = body.flatMap((line) => /^\?\?\?+ ?(.*)$/.exec(line)?.[1] ?? []);
    const protocol = given ?? protocolOfLines([...expected, ...body]) ?? protocols.smtp;
    const script = new ScriptBuilder();
    let inMessage: string[] | undefined;
    let isAnswered = true;
    /** The previous line was the last one of the reply to one of several commands that were sent at once. */
    let isOver = false;
    let severalSent = false;
    for (const line of body) {
      const [, text] = /^\?\?\?\+* ?(.*)$/.exec(line) ?? [];
      if (inMessage !== undefined && text === undefined) {
        if (line === '.') {
          script.add({ did: { kind: 'message', text: inMessage.map((each) => `${each}\n`).join('') } });
          inMessage = undefined;
          isAnswered = false;
        } else inMessage.push(line.startsWith('..') ? line.slice(1) : line);
      } else if (text === '*') script.another('closed');
      else if (/^\?{4}/.test(line)) script.comment(`may be there: ${line.slice(4)}`);
      else if (text !== undefined) {
        // Scripts expect each line of a reply separately.
        const pinned = replyPattern(unescaped(text).replace(/[\\^$.|?*+()[\]{}/]/g, '\\$&'), protocol);
        if (isAnswered && (isOver || !isContinued(text, script.last?.pinned))) script.another(pinned);
        else script.expect(pinned, allOf);
        isAnswered = true;
        isOver = severalSent && /^\d{3}(?: |$)/.test(text);
        const isData = script.last?.did.kind === 'line' && /^data\s*$/i.test(script.last.did.text);
        if (isData && text.startsWith('354')) inMessage = [];
      } else if (/^\+\+\+ *\d+/.test(line)) {
        script.add({ did: { kind: 'written', step: { wait: `${/\d+/.exec(line)?.[0]}s` } } });
        isAnswered = true;
      } else if (/^>>> /.test(line)) {
        script.add({ did: { kind: 'raw', octets: octetsOf(unescaped(line.slice(4))) } });
        isAnswered = false;
      } else if (/^<<< /.test(line)) script.unread(`the steps of another file: ${line.slice(4)}`);
      else if (/^stoptls$/i.test(line))
        script.unread('TLS ends, and the connection goes on without it: no protocol knows that');
      else if (/^\s*#/.test(line) || line === '') script.comment(line.replace(/^\s*# ?/, ''));
      else {
        const did = sent(line, protocol);
        script.add({ did });
        isAnswered = false;
        severalSent = did.kind === 'raw' && did.octets.indexOf('\n') < did.octets.length - 1;
        isOver = false;
      }
    }
    return {
      protocol,
      where: {
        ...(host !== undefined && { host }),
        ...(port !== undefined && /^\d+$/.test(port) && { port: Number(port) }),
        ...(/ -tls-on-connect /.test(options) && { implicitTls: true }),
      },
      dialogues: [script.finish()],
      unread: script.unreadLines,
    };
  },
};

/** What the client does for a line. `starttls_wait` asks for TLS without a handshake. */
function sent(line: string, { starttls }: Protocol): Did {
  const text = unescaped(line);
  if (text === 'starttls_wait') return { kind: 'line', text: 'STARTTLS' };
  if (text.trim().toUpperCase() === starttls?.command) return { kind: 'starttls' };
  // An escape may have produced octets that a line cannot contain, so they are sent as octets.
  return /^[\x20-\x7e\x80-\xff\t]*$/.test(text)
    ? { kind: 'line', text }
    : { kind: 'raw', octets: octetsOf(`${text}\r\n`) };
}

/** One character for each octet. */
function octetsOf(text: string): string {
  return /[^\0-\xff]/.test(text) ? Buffer.from(text).toString('latin1') : text;
}

/** The client's escapes: a character after a backslash is itself, with three exceptions. */
function unescaped(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (_whole, hex: string | undefined, letter: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return letter === 'n' ? '\n' : letter === 'r' ? '\r' : letter;
  });
}

/** Whether `250-` lines precede, which belong to the same reply. */
function isContinued(text: string, before: unknown): boolean {
  const code = /^(\d{3})/.exec(text)?.[1];
  const known = JSON.stringify(before ?? null);
  return code !== undefined && (known.includes(`"code":${code}`) || known === code || known.startsWith(`[${code}`));
}
