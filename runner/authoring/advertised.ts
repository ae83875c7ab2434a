import { repliesLike } from '../protocol/protocols.ts';
import type { Reply } from '../protocol/reply.ts';
import { type Fields, isWords, type Value } from '../value.ts';
import type { Generalize } from './generalize.ts';
import { escapeText, isPlain } from './pieces.ts';
import type { Written, WrittenMap } from './written.ts';

export interface ReplyContext {
  readonly generalize: Generalize;
  /** Only the status, for a reply of a server other than the one to test. */
  readonly loose?: boolean | undefined;
  /** The command that the reply answers, without its tag; absent for a greeting. */
  readonly command?: string | undefined;
  /** The protocol's command that names the client, whose reply lists extensions. */
  readonly hello?: string | undefined;
}

/**
 * What a reply advertises, as `extensions` or `capabilities`; `undefined` if it advertises nothing. `written`: how to
 * write values.
 */
export function advertisedIn(
  reply: Reply,
  { command, hello }: ReplyContext,
  written: (value: Value, keyword: string) => Written = parametersOf,
): WrittenMap | undefined {
  const { advertises } = repliesLike(reply);
  if (advertises === undefined) return undefined;
  // Every 250 reply has lines that could be keywords.
  const only = advertises.kind === 'extension' ? (hello ?? '') : advertises.command;
  if (only !== undefined && command?.split(' ')[0]?.toUpperCase() !== only) return undefined;
  const fields = advertises.of(reply);
  const entries =
    fields === undefined ? [] : Object.entries(fields).flatMap((entry) => keywordOf(entry, fields, written));
  if (entries.length === 0) return undefined;
  return { [advertises.kind === 'extension' ? 'extensions' : 'capabilities']: Object.fromEntries(entries) };
}

/** A keyword that can be a key, with its parameters. */
function keywordOf(
  [keyword, value]: [string, Value],
  fields: Fields,
  written: (value: Value, keyword: string) => Written,
): [string, Written][] {
  if (!/^[A-Za-z0-9][A-Za-z0-9=+.:/_-]*$/.test(keyword)) return [];
  // `AUTH=PLAIN` is also among the parameters of `AUTH`.
  const equals = keyword.indexOf('=');
  if (equals > 0 && Object.hasOwn(fields, keyword.slice(0, equals))) return [];
  return [[keyword, written(value, keyword)]];
}

/** All parameters; `true` if there are none, or if they are text for people, such as a version. */
export function parametersOf(value: Value): Written {
  if (!isWords(value)) return true;
  const plain = value.words.filter((word) => word !== '' && isPlain(word));
  const [only, ...more] = plain;
  if (only === undefined) return true;
  if (more.length === 0 && /^[1-9][0-9]{0,14}$/.test(only)) return Number(only);
  return [...new Set(plain.map(escapeText))];
}
