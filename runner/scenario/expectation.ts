import { nearest } from '../nearest.ts';
import type { Condition, Expectation, Framing, Matcher, ProtocolName, Text, Untagged } from '../plan.ts';
import type { Span } from '../source.ts';
import { isOperators, type MatcherContext, readMatcher, readMatchers, readOperator } from './matcher.ts';
import { looksLikePattern, readPattern } from './pattern.ts';
import { readDuration, readText, readTexts, scalar } from './read.ts';
import { readShortForm, without } from './short-form.ts';
import { child, type Entry, entriesOf, type MapNode, type Node, type ScalarNode } from './tree.ts';
import { listed } from './validate.ts';
import { expandQuietly, toText } from './variables.ts';

export interface ExpectationContext extends MatcherContext {
  /** Unknown where the server is: everything is let pass then. */
  readonly protocol: ProtocolName | undefined;
}

/** Silence is told after this long, unless `nothing: 2s` says otherwise. */
const defaultSilence = 500;

/** An `expect`, short, long or a list. `undefined` where a mistake was reported. */
function readExpectation(context: ExpectationContext, node: Node): Expectation | undefined {
  const special = readSpecial(context, node);
  if (special !== undefined) return special;
  const gathered = readReply(context, node);
  return (
    gathered && {
      kind: 'reply',
      conditions: gathered.conditions,
      span: node.span,
      ...(gathered.framing && { framing: gathered.framing }),
    }
  );
}

/** `closed`, `nothing` and `{ nothing: 2s }`: what is no reply. */
function readSpecial({ scope }: ExpectationContext, node: Node): Expectation | undefined {
  const { span } = node;
  if (node.value === 'closed') return { kind: 'closed', span };
  if (node.value === 'nothing') return { kind: 'nothing', for: defaultSilence, span };
  const silence = child(node, 'nothing');
  if (node.kind !== 'map' || silence === undefined) return undefined;
  const other = entriesOf(node).find(({ key }) => key !== 'nothing');
  if (other !== undefined) {
    scope.shared.report({
      code: 'value.invalid',
      message: `"nothing" and "${other.key}" cannot both hold`,
      span: other.keySpan,
      hint: 'Where there is no reply there is nothing to look at: use "one_of" for alternatives',
    });
  }
  return { kind: 'nothing', for: readDuration(scope, silence) ?? defaultSilence, span };
}

interface Gathered {
  readonly conditions: readonly Condition[];
  readonly framing?: Framing | undefined;
}

function readReply(context: ExpectationContext, node: Node): Gathered | undefined {
  switch (node.kind) {
    case 'list':
      return readAll(context, node.items);
    case 'map':
      return readLongForm(context, node);
    case 'scalar':
      return readScalarForm(context, node);
  }
}

/** A list holds when every entry holds, on the same reply. */
function readAll(context: ExpectationContext, items: readonly Node[]): Gathered {
  const conditions: Condition[] = [];
  let framing: Framing | undefined;
  for (const item of items) {
    const special = readSpecial(context, item);
    if (special !== undefined) {
      context.scope.shared.report({
        code: 'value.invalid',
        message: `"${special.kind}" cannot hold together with a reply`,
        span: item.span,
        hint: 'A list holds when every entry holds: use "one_of" for alternatives',
      });
      continue;
    }
    const gathered = readReply(context, item);
    // `[250-STARTTLS, 250-AUTH]` asks for one code, once.
    conditions.push(
      ...(gathered?.conditions ?? []).filter((condition) => !conditions.some((other) => sameStatus(condition, other))),
    );
    framing = gathered?.framing ?? framing;
  }
  return { conditions, framing };
}

function sameStatus(one: Condition, other: Condition): boolean {
  if (one.kind === 'code' && other.kind === 'code') return sameTexts(one.codes, other.codes);
  return one.kind === 'status' && other.kind === 'status' && sameTexts(one.statuses, other.statuses);
}

function sameTexts(one: readonly Text[], other: readonly Text[]): boolean {
  return one.length === other.length && one.every((text, index) => typeof text === 'string' && text === other[index]);
}

function readScalarForm(context: ExpectationContext, node: ScalarNode): Gathered | undefined {
  const { scope, protocol } = context;
  if (node.value === null) return undefined;
  if (looksLikePattern(node.text)) {
    const pattern = readPattern(scope, node);
    return (
      pattern && {
        conditions: [{ kind: 'text', matcher: { kind: 'matches', pattern, span: node.span }, span: node.span }],
      }
    );
  }
  const text = readText(scope, node);
  // An unknown variable, which has been reported.
  if (text === undefined) return undefined;
  if (text === '') return readEmptyForm(context, node);
  const short = readShortForm(text, protocol, node.span);
  if ('conditions' in short) return short;
  scope.shared.report({ code: 'value.invalid', message: short.mistake, span: node.span, hint: short.hint });
  return undefined;
}

/** An empty line of a line-based service: every line begins with nothing. Elsewhere it would expect nothing at all. */
function readEmptyForm({ scope, protocol }: ExpectationContext, { span }: ScalarNode): Gathered | undefined {
  if (protocol === 'line')
    return { conditions: [{ kind: 'text', matcher: { kind: 'equals', value: '', span }, span }] };
  scope.shared.report({
    code: 'value.invalid',
    message: 'An empty expectation',
    span,
    hint: 'Write what the server must answer, or "expect: nothing" where it must be silent',
  });
  return undefined;
}

type Key = (context: ExpectationContext, node: Node, span: Span) => readonly Condition[];

const smtpOnly: readonly ProtocolName[] = ['smtp', 'lmtp'];
const worded: readonly ProtocolName[] = ['imap', 'pop3', 'sieve'];
const unframed: readonly ProtocolName[] = ['line', 'pop3'];

const alternatives =
  (kind: 'code' | 'enhanced'): Key =>
  (context, node, span) => {
    const codes = readTexts(context.scope, node);
    const pattern = kind === 'code' ? /^[1-5](?:[0-9x]{2})$/i : /^[245]\.(?:\d{1,3}|x)\.(?:\d{1,3}|x)$/i;
    const wrong = (code: Text) => typeof code === 'string' && !pattern.test(code);
    const bad = codes.find(wrong);
    if (bad === undefined)
      return [{ kind, codes: codes.map((code) => (typeof code === 'string' ? code.toLowerCase() : code)), span }];
    context.scope.shared.report({
      code: 'value.invalid',
      message: kind === 'code' ? `"${bad}" is not a reply code` : `"${bad}" is not an enhanced status code`,
      span: placeOfItem(node, codes, wrong),
      hint:
        kind === 'code'
          ? 'Write three digits, with x for any: 250, 2xx, [450, 451]'
          : 'Write it as 5.7.1, with x for any number: 5.7.x',
    });
    return [];
  };

/** The entry of a list that is wrong, where each entry gave one text. */
function placeOfItem(node: Node, texts: readonly Text[], wrong: (text: Text) => boolean): Span {
  const items = node.kind === 'list' && node.items.length === texts.length ? node.items : [];
  return items[texts.findIndex(wrong)]?.span ?? node.span;
}

/** `true` or `false`, written there or the value of the variable that stands there: policy may say which. */
function wholeFlag({ scope }: ExpectationContext, node: Node): boolean | undefined {
  if (typeof node.value === 'boolean') return node.value;
  if (node.kind !== 'scalar' || !/^\$\{[^}]*\}$/.test(node.text)) return undefined;
  const text = toText(expandQuietly(scope, node));
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

const keyed =
  (kind: 'extension' | 'capability'): Key =>
  (context, node) =>
    entriesOf(node).flatMap(({ key, keySpan, node: value }): readonly Condition[] => {
      const keyword = key.toUpperCase();
      const want = wholeFlag(context, value) ?? readMatcher(context, value);
      return want === undefined ? [] : [{ kind, keyword, want, span: keySpan }];
    });

const matched =
  (kind: 'response_code' | 'text'): Key =>
  (context, node, span) => {
    const matcher = readMatcher(context, node);
    return matcher === undefined ? [] : [{ kind, matcher, span }];
  };

const timed =
  (kind: 'within' | 'after'): Key =>
  ({ scope }, node, span) => {
    const ms = readDuration(scope, node);
    return ms === undefined ? [] : [{ kind, ms, span }];
  };

const none: Key = () => [];

/** One row a key of the long form. */
const keys: Readonly<
  Record<string, { readonly read: Key; readonly protocols?: readonly ProtocolName[]; readonly instead?: string }>
> = {
  code: { read: alternatives('code'), protocols: smtpOnly, instead: 'Its replies have a "status"' },
  enhanced: { read: alternatives('enhanced'), protocols: smtpOnly, instead: 'Look at "response_code" or "text"' },
  status: { read: readStatuses, protocols: worded, instead: 'Its replies have a "code"' },
  response_code: { read: matched('response_code'), protocols: worded, instead: 'Look at "enhanced" or "text"' },
  extensions: { read: keyed('extension'), protocols: smtpOnly, instead: 'Write "capabilities"' },
  capabilities: { read: keyed('capability'), protocols: worded, instead: 'Write "extensions"' },
  untagged: {
    read: readUntagged,
    protocols: ['imap'],
    instead: 'Untagged responses are IMAP\'s: look at "lines" or "text"',
  },
  lines: { read: readLines },
  text: { read: matched('text') },
  one_of: { read: readOneOf },
  not: { read: readNot },
  within: { read: timed('within') },
  after: { read: timed('after') },
  nothing: { read: none },
  multiline: { read: none, protocols: unframed, instead: 'Its protocol says how a reply ends' },
  until: { read: none, protocols: unframed, instead: 'Its protocol says how a reply ends' },
};

const protocolWords: Readonly<Record<ProtocolName, string>> = {
  smtp: 'SMTP',
  lmtp: 'LMTP',
  imap: 'IMAP',
  pop3: 'POP3',
  sieve: 'ManageSieve',
  line: 'a line-based service',
};

export function nameOfProtocol(protocol: ProtocolName): string {
  return protocolWords[protocol];
}

function readLongForm(context: ExpectationContext, node: MapNode): Gathered {
  const { protocol } = context;
  const conditions: Condition[] = [];
  for (const { key, keySpan, node: value } of node.entries.values()) {
    const row = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (row === undefined) continue;
    if (row.protocols && protocol !== undefined && !row.protocols.includes(protocol)) {
      context.scope.shared.report({
        code: 'step.protocol',
        message: `"${key}" is not for ${protocolWords[protocol]}, but for ${listed(row.protocols.map((each) => protocolWords[each]))}`,
        span: keySpan,
        ...(row.instead !== undefined && { hint: hintFor(key, protocol, row.instead) }),
      });
      continue;
    }
    conditions.push(...row.read(context, value, value.span));
  }
  return { conditions, framing: readFraming(context, node) };
}

/** A line-based service has neither codes nor words: only its lines. */
function hintFor(key: string, protocol: ProtocolName, instead: string): string {
  return protocol === 'line' && key !== 'untagged' ? 'Look at "lines" or "text"' : instead;
}

function readFraming({ scope }: ExpectationContext, node: MapNode): Framing | undefined {
  const until = child(node, 'until');
  const line = until && readText(scope, until);
  if (line !== undefined) return { ends: 'line', line };
  return child(node, 'multiline')?.value === true ? { ends: 'dot' } : undefined;
}

/** RFC 9051 section 7.1, RFC 1939 section 3, RFC 5804 section 1.2 */
const statusWords: Readonly<Partial<Record<ProtocolName, readonly string[]>>> = {
  imap: ['OK', 'NO', 'BAD', 'BYE', 'PREAUTH', '+'],
  pop3: ['+OK', '-ERR', '+'],
  sieve: ['OK', 'NO', 'BYE'],
};

function readStatuses(context: ExpectationContext, node: Node, span: Span): readonly Condition[] {
  const { scope, protocol } = context;
  const statuses = readTexts(scope, node).map((each) => (typeof each === 'string' ? each.toUpperCase() : each));
  const known = protocol === undefined ? undefined : statusWords[protocol];
  const wrong = (each: Text) => typeof each === 'string' && known !== undefined && !known.includes(each);
  const bad = statuses.find(wrong);
  if (bad === undefined || known === undefined) return [{ kind: 'status', statuses, span }];
  const near = nearest(String(bad), known);
  scope.shared.report({
    code: 'value.invalid',
    message: `"${bad}" is not a status of ${protocol === undefined ? 'any protocol' : protocolWords[protocol]}`,
    span: placeOfItem(node, statuses, wrong),
    hint: near === undefined ? `Write ${listed(known)}` : `Did you mean "${near}"?`,
  });
  return [];
}

function readUntagged(context: ExpectationContext, node: Node, span: Span): readonly Condition[] {
  const items = node.kind === 'list' ? node.items : [node];
  const want = items.flatMap((item) => readUntaggedItem(context, item, false));
  return want.length === 0 ? [] : [{ kind: 'untagged', want, span }];
}

function readUntaggedItem(context: ExpectationContext, node: Node, forbidden: boolean): readonly Untagged[] {
  const { scope } = context;
  const { span } = node;
  if (node.kind === 'scalar') {
    if (looksLikePattern(node.text)) {
      const pattern = readPattern(scope, node);
      return pattern === undefined
        ? []
        : [{ forbidden, want: { form: 'text', matcher: { kind: 'matches', pattern, span } }, span }];
    }
    const text = readText(scope, node);
    if (text === undefined) return [];
    const star = /^\*\s+/.exec(typeof text === 'string' ? text : String(text.parts[0]))?.[0].length ?? 0;
    return [{ forbidden, want: { form: 'begins', text: without(text, star) }, span }];
  }
  if (node.kind !== 'map') return [];
  if (isOperators(node)) {
    const matcher = readMatcher(context, node);
    return matcher === undefined ? [] : [{ forbidden, want: { form: 'text', matcher }, span }];
  }
  return entriesOf(node).flatMap((entry) => readUntaggedData(context, entry, forbidden));
}

function readUntaggedData(
  context: ExpectationContext,
  { key, keySpan, node }: Entry,
  forbidden: boolean,
): readonly Untagged[] {
  if (key === 'none') return readUntaggedItem(context, node, true);
  const matcher = readMatcher(context, node);
  return matcher === undefined
    ? []
    : [{ forbidden, want: { form: 'data', name: key.toUpperCase(), matcher }, span: keySpan }];
}

function readLines(context: ExpectationContext, node: Node, span: Span): readonly Condition[] {
  if (node.kind !== 'map') return [{ kind: 'lines', order: 'any', items: readMatchers(context, node), span }];
  const matchers: Matcher[] = [];
  const conditions: Condition[] = [];
  for (const entry of node.entries.values()) {
    if (entry.key === 'ordered' || entry.key === 'exactly') {
      conditions.push({
        kind: 'lines',
        order: entry.key,
        items: readMatchers(context, entry.node),
        span: entry.node.span,
      });
    } else {
      const matcher = readOperator(context, entry);
      if (matcher !== undefined) matchers.push(matcher);
    }
  }
  const [first] = matchers;
  if (
    first !== undefined &&
    matchers.some(isOfOneLine) &&
    matchers.every((each) => each.kind === 'capture' || isOfOneLine(each))
  ) {
    const item: Matcher = matchers.length === 1 ? first : { kind: 'all_of', of: matchers, span };
    return [...conditions, { kind: 'lines', order: 'any', items: [item], span }];
  }
  return [...conditions, ...matchers.map((matcher) => ({ kind: 'lines_value' as const, matcher, span: matcher.span }))];
}

/** `lines: { starts_with: SIZE }` is about some line, as `lines: /^SIZE/` is: a list of lines begins with nothing. */
function isOfOneLine(matcher: Matcher): boolean {
  switch (matcher.kind) {
    case 'contains':
    case 'starts_with':
    case 'ends_with':
    case 'matches':
    case 'base64':
      return true;
    case 'one_of':
      return matcher.of.every((each) => each.kind === 'equals' || isOfOneLine(each));
    default:
      return false;
  }
}

function readOneOf(context: ExpectationContext, node: Node, span: Span): readonly Condition[] {
  const items = node.kind === 'list' ? node.items : [];
  return [{ kind: 'one_of', of: items.flatMap((item) => readExpectation(context, item) ?? []), span }];
}

function readNot(context: ExpectationContext, node: Node, span: Span): readonly Condition[] {
  const of = readExpectation(context, node);
  return of === undefined ? [] : [{ kind: 'not', of, span }];
}

/** A step's `expect`. */
export function expectAt(context: ExpectationContext, step: Node): Expectation | undefined {
  const node = child(step, 'expect');
  if (node === undefined || (node.kind === 'scalar' && scalar(node) === undefined)) return undefined;
  return readExpectation(context, node);
}
