import type { Did, Exchange, Part } from '../authoring/exchange.ts';
import type { Written, WrittenMap } from '../authoring/written.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { protocols } from '../protocol/protocols.ts';
import { withPrelude } from './prelude.ts';
import { allOf, protocolOfLines, replyPattern, ScriptBuilder, type ScriptFormat, slashed } from './script.ts';

/**
 * Tests for James MPT: `C:` is sent, and `S:` is a pattern that a line of the reply must match. Lines between `SUB {`
 * and `}` may come in any order, which is the case for all lines here.
 */
export const jamesMpt: ScriptFormat = {
  name: 'a script of James MPT',
  recognizes: (lines) =>
    lines.some((line) => /^S: /.test(line)) &&
    (lines.some((line) => /^C: /.test(line)) || lines.every((line) => known.test(line))),
  read(lines, { protocol: given }) {
    const said = lines.flatMap((line) => /^[CS]: (.*)$/.exec(line)?.[1]?.replaceAll('\\', '') ?? []);
    const isTagged = lines.some((line) => /^S: \S+ (?:OK|NO|BAD|\(OK)/.test(line));
    const protocol = given ?? protocolOfLines(isTagged ? ['* OK', ...said] : said) ?? protocols.smtp;
    const script = new ScriptBuilder();
    const sessions = lines.flatMap((line) => /^SESSION: *(\d+)/.exec(line)?.[1] ?? []);
    const most = Math.max(1, ...sessions.map(Number));
    const names = most > 1 ? Array.from({ length: most }, (_, index) => `c${index + 1}`) : undefined;
    let on: Pick<Exchange, 'on'> = names === undefined ? {} : { on: 'c1' };
    let literal: Literal | undefined;
    let tag: string | undefined;
    /** Lines of a message or literal are not commands. */
    let inMessage: string[] | undefined;
    const replyOf = createReplies(script, protocol);
    for (const [at, line] of lines.entries()) {
      const [, side, text = ''] = /^([CS]):(?: (.*))?$/.exec(line) ?? [];
      if (literal !== undefined && side !== undefined) {
        // The request for a literal that the server is asked to wait for.
        if (side === 'S' && literal.content.length === 0 && /^\\?\+/.test(text)) continue;
        if (side === 'S' || !goesOn(literal, text)) {
          script.add({ did: didOf(literal), ...on });
          literal = undefined;
        }
        if (side === 'C') continue;
      }
      if (side === 'C' && inMessage !== undefined) {
        if (text !== '.') inMessage.push(text);
        else {
          script.add({ did: { kind: 'message', text: inMessage.map((each) => `${each}\n`).join('') } });
          inMessage = undefined;
        }
      } else if (side === 'C') {
        tag = protocol.createTags === undefined ? undefined : /^(\S+) /.exec(text)?.[1];
        const command = tag === undefined ? text : text.slice(tag.length + 1);
        literal = protocol.literals === undefined ? undefined : literalOf(command);
        if (literal === undefined) script.add({ did: { kind: 'line', text: command }, ...on });
      } else if (side === 'S') {
        const asked = script.last?.did.kind === 'line' ? script.last.did.text : undefined;
        script.expect(expected(text, tag, protocol, asked), together, replyOf(text, lines[at + 1]));
        const { last } = script;
        if (text.startsWith('354') && last?.did.kind === 'line') inMessage = [];
      } else if (/^SESSION: *\d+/.test(line) && names !== undefined) on = { on: `c${/\d+/.exec(line)?.[0] ?? 1}` };
      else if (/^REINIT/.test(line)) script.add({ did: { kind: 'close' }, ...on });
      else if (/^WAIT +\d+/.test(line))
        script.add({ did: { kind: 'written', step: { wait: `${/\d+/.exec(line)?.[0]}ms` } } });
      else if (/^#+$/.test(line)) continue;
      else if (remark.test(line)) script.comment(line.replace(/^(?:#+ ?|LOG \w+ )/, '').replace(/ *#*$/, ''));
      else if (!/^(?:SUB\s*\{|\}|\s*)$/.test(line)) script.unread(line);
    }
    if (literal !== undefined) script.add({ did: didOf(literal), ...on });
    const { exchanges, rest } = script.finish();
    return {
      protocol,
      where: {},
      ...(names && { connections: names }),
      dialogues: [{ exchanges: withPrelude(exchanges, protocol), rest }],
      unread: script.unreadLines,
    };
  },
};

/** Lines that neither send nor check anything. */
const remark = /^(?:#|LOG |TIMER )/;
const known = /^(?:[CS]:|#|LOG |TIMER |SESSION:|REINIT|A?WAIT|SUB\s*\{|\}|\s*$)/;

/** A command with an incomplete literal. */
interface Literal {
  readonly before: string;
  readonly octets: number;
  readonly plus: boolean;
  readonly content: string[];
}

function literalOf(command: string): Literal | undefined {
  const [, before, octets, plus] = /^(.*)\{(\d+)(\+?)\}$/.exec(command) ?? [];
  return before === undefined ? undefined : { before, octets: Number(octets), plus: plus === '+', content: [] };
}

/** Adds a line; returns whether octets of the literal are missing. */
function goesOn({ content, octets }: Literal, line: string): boolean {
  content.push(line);
  return Buffer.byteLength(content.join('\r\n')) < octets;
}

/** If an announced literal was never sent, the line is an ordinary command. */
function didOf(literal: Literal): Did {
  const { before, content, octets, plus } = literal;
  return content.length === 0
    ? { kind: 'line', text: `${before}{${octets}${plus ? '+' : ''}}` }
    : { kind: 'parts', parts: partsOf(literal) };
}

function partsOf({ before, content, octets, plus }: Literal): readonly Part[] {
  const all = Buffer.from(content.join('\r\n'));
  const rest = all.subarray(octets).toString();
  return [
    { text: before },
    { literal: all.subarray(0, octets).toString(), plus },
    ...(rest === '' ? [] : [{ text: rest }]),
  ];
}

function expected(line: string, tag: string | undefined, protocol: Protocol, asked: string | undefined): Written {
  // A challenge of ManageSieve is a string.
  if (protocol.literals !== undefined && !protocol.replies.untagged && /^"[^"]*"$/.test(line) && isLogin(asked))
    return '+';
  // The size of a literal looks like a repetition.
  const source = line.replace(/(?<=[ ~])\{(\d+)\}$/, '\\{$1\\}\\r?');
  // No line may contain it: the script says so with a look-ahead, which RE2 does not support.
  const absent = /^\^\(\(\?!((?:[^()\\]|\\.)*)\)\.\)\*\$$/.exec(source)?.[1];
  if (absent !== undefined)
    return protocol.replies.untagged ? { untagged: [{ none: `/${absent}/` }] } : { lines: { excludes: `/${absent}/` } };
  const untagged = /^\\?\* (.*)$/.exec(source)?.[1];
  // Before the first command, it is the greeting.
  if (untagged !== undefined && asked === undefined && /^(?:OK|PREAUTH|BYE)\b/.test(untagged))
    return replyPattern(untagged, protocol);
  if (untagged !== undefined && protocol.replies.untagged) return { untagged: [`/(?im)^${slashed(untagged)}$/`] };
  const final = tag !== undefined && source.startsWith(`${tag} `) ? source.slice(tag.length + 1) : source;
  const found = replyPattern(final.replace(/^\\\+/, '+'), protocol);
  // The lines of a literal, which are part of an untagged response.
  const isInside = protocol.replies.untagged && isMap(found) && 'lines' in found;
  return isInside ? { untagged: [`/(?m)^${slashed(source)}\\r?$/`] } : found;
}

function isLogin(command: string | undefined): boolean {
  return command !== undefined && /^AUTHENTICATE\b/i.test(command);
}

/** Determines which command a line of the server answers, if a script sends several before it expects anything. */
function createReplies(
  script: ScriptBuilder,
  { replies: { status } }: Protocol,
): (line: string, next?: string) => number {
  let seen = 0;
  let current = 0;
  return (line, next = '') => {
    const last = script.length - 1;
    if (status.form !== 'code') return last;
    if (seen !== script.length) current = Math.min(script.unanswered, last);
    seen = script.length;
    const index = current;
    // "250.*" is the first of several lines if a line "250-" follows.
    const goesOn = /^\d{3}-/.test(line) || (!/^\d{3} /.test(line) && /^S: \d{3}-/.test(next));
    if (!goesOn && current < last) current++;
    return index;
  };
}

/** Combines untagged responses with the status of their command. */
function together(before: Written, next: Written): Written {
  if (!isMap(before) || !isMap(next))
    return isMap(before) && 'untagged' in before ? withStatus(before, next) : allOf(before, next);
  if (!('untagged' in before)) return allOf(before, next);
  const list = (value: Written | undefined): readonly Written[] =>
    Array.isArray(value) ? (value as readonly Written[]) : [];
  return { ...before, ...next, untagged: [...list(before['untagged']), ...list(next['untagged'])] };
}

function withStatus(before: WrittenMap, status: Written): Written {
  return typeof status === 'string' ? { status, ...before } : allOf(before, status);
}

function isMap(value: Written): value is WrittenMap {
  return typeof value === 'object' && !Array.isArray(value);
}
