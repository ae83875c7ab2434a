import type { Protocol } from '../protocol/protocol.ts';
import { protocolsWhere } from '../protocol/protocols.ts';
import { keyed } from './expectation-advertised.ts';
import type { ReadKey } from './expectation-context.ts';
import { readLines } from './expectation-lines.ts';
import { alternatives, readStatuses } from './expectation-status.ts';
import { readUntagged } from './expectation-untagged.ts';
import { fit } from './fit.ts';
import { readMatcher } from './matcher.ts';
import { readDuration } from './read.ts';
import { suspectTruth } from './truths.ts';
import { listed } from './validate.ts';

/** A key of the long form. */
export interface KeyRow {
  readonly read: ReadKey;
  /** The protocols that have this key. Absent: all. */
  readonly protocols?: readonly Protocol[];
  /** What to write for other protocols. */
  readonly instead?: string;
}

const coded = protocolsWhere(({ replies }) => replies.status.form === 'code');
const worded = protocolsWhere(({ replies }) => replies.status.form === 'word');
const untagged = protocolsWhere(({ replies }) => replies.untagged);
const framed = (by: string) => protocolsWhere(({ replies }) => replies.framedBy === by);
const unframed = [...framed('expectation'), ...framed('either')];
const advertising = (kind: 'extension' | 'capability') =>
  protocolsWhere(({ replies }) => replies.advertises?.kind === kind);

const matched =
  (kind: 'response_code' | 'text' | 'raw'): ReadKey =>
  (context, node, span) => {
    const matcher = readMatcher(context, node);
    if (matcher === undefined) return [];
    if (kind !== 'response_code' && node.kind === 'scalar') suspectTruth(context.scope, matcher);
    const shape = kind !== 'response_code' ? 'text' : (context.protocol?.replies.shapes?.responseCode ?? 'any');
    return [{ kind, matcher: fit(context, matcher, shape), span }];
  };

const timed =
  (kind: 'within' | 'after'): ReadKey =>
  ({ scope }, node, span) => {
    const ms = readDuration(scope, node);
    return ms === undefined ? [] : [{ kind, ms, span }];
  };

/** For keys that are read elsewhere. */
const none: ReadKey = () => [];

/** The keys that do not contain expectations. */
export const replyKeys: Readonly<Record<string, KeyRow>> = {
  code: { read: alternatives('code'), protocols: coded, instead: 'Its replies have a "status"' },
  enhanced: { read: alternatives('enhanced'), protocols: coded, instead: 'Use "response_code" or "text"' },
  status: { read: readStatuses, protocols: worded, instead: 'Its replies have a "code"' },
  response_code: { read: matched('response_code'), protocols: worded, instead: 'Use "enhanced" or "text"' },
  extensions: { read: keyed('extension'), protocols: advertising('extension'), instead: 'Write "capabilities"' },
  capabilities: { read: keyed('capability'), protocols: advertising('capability'), instead: 'Write "extensions"' },
  untagged: {
    read: readUntagged,
    protocols: untagged,
    instead: `Untagged responses are ${listed(untagged.map(({ title }) => title))}'s: use "lines" or "text"`,
  },
  lines: { read: readLines },
  text: { read: matched('text') },
  raw: { read: matched('raw') },
  within: { read: timed('within') },
  after: { read: timed('after') },
  nothing: { read: none },
  closed: { read: none },
  multiline: { read: none, protocols: unframed, instead: 'Its protocol says how a reply ends' },
  until: { read: none, protocols: unframed, instead: 'Its protocol says how a reply ends' },
};
