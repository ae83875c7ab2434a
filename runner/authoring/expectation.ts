import { ends } from '../end.ts';
import { repliesLike } from '../protocol/protocols.ts';
import type { Reply } from '../protocol/reply.ts';
import { advertisedIn, type ReplyContext } from './advertised.ts';
import type { Generalize } from './generalize.ts';
import { escapeText, isPlain, type Piece, sourceOf, textOf } from './pieces.ts';
import { untaggedIn } from './untagged.ts';
import type { Written, WrittenMap } from './written.ts';

/** The end of a connection; `truncated`: TLS ended without close_notify (RFC 8446 section 6.1). */
export type Ended = 'closed' | 'truncated';

/** A reply, or the end of the connection. */
export type Came = Reply | Ended;

export function isEnd(came: Came | undefined): came is Ended {
  return typeof came === 'string';
}

/** If a server does not send close_notify, a run accepts any end: a plain `closed` would require the alert. */
export function endExpectation(ended: Ended): Written {
  return ended === 'closed' ? 'closed' : { closed: ends };
}

/** Longer lists are left out, since people would not read them. */
const mostLines = 40;

/**
 * An expectation that this reply meets, and that the server's next reply to the same command will meet: what varies
 * becomes a pattern or a variable.
 */
export function expectationOf(came: Came, context: ReplyContext): Written {
  if (isEnd(came)) return endExpectation(came);
  const status = statusOf(came);
  const { status: known } = repliesLike(came);
  // An expectation cannot contain a status that the protocol does not define.
  if (known.form === 'word' && status !== undefined && status !== '*' && !known.words.includes(status))
    return lineOf(came.text, context.generalize);
  if (context.loose === true && status !== undefined)
    return status === '*' ? { untagged: untaggedOf(came, context) } : statusAlone(came);
  const advertised = advertisedIn(came, context);
  if (advertised !== undefined) return { ...statusKey(came), ...advertised };
  const untagged = untaggedOf(came, context);
  if (untagged.length > 0) return { ...statusKey(came), ...responseCodeKey(came), untagged };
  if (status === undefined) return lineOf(came.text, context.generalize);
  // A challenge is data, which differs each time.
  if (repliesLike(came).asksForMore(came) === true) return statusAlone(came);
  const code = 'responseCode' in came ? came.responseCode : undefined;
  if (code !== undefined) return isPlain(code.name) ? shortForm(status, bracketed(came, code.name)) : statusAlone(came);
  return textual(came, status, context.generalize);
}

function untaggedOf(reply: Reply, { generalize, command }: ReplyContext): readonly Written[] {
  return 'untagged' in reply ? untaggedIn(reply.untagged, generalize, command) : [];
}

/** `250`, `OK`; `undefined` if replies have no status. */
function statusOf(reply: Reply): string | undefined {
  return 'code' in reply ? String(reply.code) : 'status' in reply ? reply.status : undefined;
}

/** The short form with only the status. */
function statusAlone(reply: Reply): Written {
  return 'code' in reply ? reply.code : (statusOf(reply) ?? '');
}

function statusKey(reply: Reply): WrittenMap {
  if ('code' in reply) return { code: reply.code };
  return 'status' in reply && reply.status !== '*' ? { status: reply.status } : {};
}

function responseCodeKey(reply: Reply): WrittenMap {
  const name = 'responseCode' in reply ? reply.responseCode?.name : undefined;
  return name === undefined || !isPlain(name) ? {} : { response_code: escapeText(name) };
}

/** The beginning of the text, up to the end of the response code's name. */
function bracketed(reply: Reply, name: string): string {
  return escapeText(reply.text.slice(0, 1 + name.length));
}

/** The human-readable text. The text of a body or listing varies from day to day, and so does its length. */
function textual(reply: Reply, status: string, generalize: Generalize): Written {
  const lines = 'code' in reply ? reply.lines : reply.text.split('\n');
  const written = lines.slice(0, mostLines).filter((line) => line !== '' && isPlain(line));
  const items = [...new Set(written.map((line) => itemOf(status, generalize(line))))];
  if (items.length === 0) return statusAlone(reply);
  const [only, ...more] = items;
  if (only !== undefined && more.length === 0) {
    return only.startsWith('/')
      ? { ...statusKey(reply), text: lines.length > 1 ? only : only.replace('(?m)', '') }
      : only;
  }
  return items.every((item) => item.startsWith('/')) ? [status, ...items] : items;
}

/** In a short form, `x` in an enhanced status code matches any number. */
const wildcard = /^[245]\.(?:\d{1,3}|x)\.(?:\d{1,3}|x)$/i;

/** A line as a short form, or as a pattern if something in it varies. */
function itemOf(status: string, pieces: readonly Piece[]): string {
  const text = textOf(pieces);
  const isShort = text !== undefined && /^[^\s-].*\S$|^[^\s-]$/.test(text) && !wildcard.test(text);
  const short = isShort ? shortForm(status, text) : undefined;
  return short ?? `/(?m)^${sourceOf(pieces)}$/`;
}

function shortForm(status: string, text: string): string {
  return `${status} ${text}`;
}

/** A reply code before text, as most services have it; a number of messages or the like is not one. */
const replyCode = /^[1-5]\d\d[ -](?=[A-Za-z<[])(?!(?:message|octet|byte|recipient|second)s?\b)/;

/** A line of a service whose replies have no status. */
function lineOf(line: string, generalize: Generalize): Written {
  if (!isPlain(line)) return { lines: { length: { at_least: 1 } } };
  const [code = ''] = replyCode.exec(line) ?? [];
  const pieces: readonly Piece[] = [{ kind: 'literal', text: code }, ...generalize(line.slice(code.length))];
  const text = textOf(pieces);
  return text === undefined ? `/^${sourceOf(pieces)}$/` : { text: { equals: text } };
}
