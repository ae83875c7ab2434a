import { ends } from '../end.ts';
import type { Condition, Expectation, Framing, Text } from '../plan.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { ExpectationContext, ReadKey } from './expectation-context.ts';
import { type KeyRow, replyKeys } from './expectation-keys.ts';
import { looksLikePattern, readPattern } from './pattern.ts';
import { readDuration, readText, readTexts, scalar } from './read.ts';
import type { Scope } from './scope.ts';
import { readShortForm } from './short-form.ts';
import { child, entriesOf, type MapNode, type Node, type ScalarNode } from './tree.ts';
import { listed } from './validate.ts';

/** How long `nothing` waits by default, in milliseconds. */
const defaultSilence = 500;

/** Reads an `expect` in its short form, its long form or as a list. `undefined` if an error was reported. */
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

/** `closed`, `{ closed: RST }`, `nothing` and `{ nothing: 2s }`: expectations other than a reply. */
function readSpecial({ scope }: ExpectationContext, node: Node): Expectation | undefined {
  const { span } = node;
  if (node.value === 'closed') return { kind: 'closed', span };
  const end = child(node, 'closed');
  if (node.kind === 'map' && end !== undefined) return readEnd(scope, node, end);
  if (node.value === 'nothing') return { kind: 'nothing', for: defaultSilence, span };
  const silence = child(node, 'nothing');
  if (node.kind !== 'map' || silence === undefined) return undefined;
  refuseOthers(scope, node, 'nothing');
  return { kind: 'nothing', for: readDuration(scope, silence) ?? defaultSilence, span };
}

/** `{ closed: RST }`: how the server must end the connection. */
function readEnd(scope: Scope, node: MapNode, end: Node): Expectation {
  refuseOthers(scope, node, 'closed');
  const texts = readTexts(scope, end);
  const by = ends.filter((each) => texts.includes(each));
  const wrong = texts.find((text) => !ends.some((each) => each === text));
  if (wrong !== undefined)
    scope.shared.report({
      code: 'value.invalid',
      message: `"${typeof wrong === 'string' ? wrong : 'A string that is known only during the run'}" is not how a connection ends`,
      span: end.span,
      hint: `Write ${listed(ends)}, or a list of them`,
    });
  return { kind: 'closed', by, span: node.span };
}

/** Such an expectation cannot be combined with other keys. */
function refuseOthers(scope: Scope, node: MapNode, kind: 'closed' | 'nothing'): void {
  const other = entriesOf(node).find(({ key }) => key !== kind);
  if (other === undefined) return;
  scope.shared.report({
    code: 'value.invalid',
    message: `"${kind}" and "${other.key}" cannot be combined`,
    span: other.keySpan,
    hint: 'Without a reply there is nothing else to match: use "one_of" for alternatives',
  });
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

/** A list is met if every entry is met by the same reply. */
function readAll(context: ExpectationContext, items: readonly Node[]): Gathered {
  const conditions: Condition[] = [];
  let framing: Framing | undefined;
  for (const item of items) {
    const special = readSpecial(context, item);
    if (special !== undefined) {
      context.scope.shared.report({
        code: 'value.invalid',
        message: `"${special.kind}" cannot be combined with a reply`,
        span: item.span,
        hint: 'Every entry of a list must match: use "one_of" for alternatives',
      });
      continue;
    }
    const gathered = readReply(context, item);
    // `[250-STARTTLS, 250-AUTH]` requires one code, once.
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
  // An unknown variable has been reported already.
  if (text === undefined) return undefined;
  if (text === '') return readEmptyForm(context, node);
  const short = readShortForm(text, protocol, node.span);
  if ('conditions' in short) return short;
  scope.shared.report({ code: 'value.invalid', message: short.mistake, span: node.span, hint: short.hint });
  return undefined;
}

/** An empty line of a line-based service. An empty text would otherwise match every line or expect nothing at all. */
function readEmptyForm({ scope, protocol }: ExpectationContext, { span }: ScalarNode): Gathered | undefined {
  if (protocol?.replies.status.form === 'none')
    return { conditions: [{ kind: 'text', matcher: { kind: 'equals', value: '', span }, span }] };
  scope.shared.report({
    code: 'value.invalid',
    message: 'An empty expectation',
    span,
    hint: 'Write what the server must answer, or "expect: nothing" where it must be silent',
  });
  return undefined;
}

const readOneOf: ReadKey = (context, node, span) => {
  const items = node.kind === 'list' ? node.items : [];
  return [{ kind: 'one_of', of: items.flatMap((item) => readExpectation(context, item) ?? []), span }];
};

const readNot: ReadKey = (context, node, span) => {
  const of = readExpectation(context, node);
  return of === undefined ? [] : [{ kind: 'not', of, span }];
};

/** One row for each key of the long form. */
const keys: Readonly<Record<string, KeyRow>> = { ...replyKeys, one_of: { read: readOneOf }, not: { read: readNot } };

function readLongForm(context: ExpectationContext, node: MapNode): Gathered {
  const { protocol } = context;
  const conditions: Condition[] = [];
  for (const { key, keySpan, node: value } of node.entries.values()) {
    const row = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (row === undefined) continue;
    if (row.protocols && protocol !== undefined && !row.protocols.includes(protocol)) {
      context.scope.shared.report({
        code: 'step.protocol',
        message: `"${key}" is not for ${protocol.title}, but for ${listed(row.protocols.map(({ title }) => title))}`,
        span: keySpan,
        ...(row.instead !== undefined && { hint: hintFor(key, protocol, row.instead) }),
      });
      continue;
    }
    conditions.push(...row.read(context, value, value.span));
  }
  return { conditions, framing: readFraming(context, node) };
}

/** A line-based service has neither codes nor status words, only lines. */
function hintFor(key: string, { replies }: Protocol, instead: string): string {
  return replies.status.form === 'none' && key !== 'untagged' ? 'Use "lines" or "text"' : instead;
}

function readFraming({ scope }: ExpectationContext, node: MapNode): Framing | undefined {
  const until = child(node, 'until');
  const line = until && readText(scope, until);
  if (line !== undefined) return { ends: 'line', line };
  return child(node, 'multiline')?.value === true ? { ends: 'dot' } : undefined;
}

/** Reads a step's `expect`. */
export function expectAt(context: ExpectationContext, step: Node): Expectation | undefined {
  const node = child(step, 'expect');
  if (node === undefined || (node.kind === 'scalar' && scalar(node) === undefined)) return undefined;
  return readExpectation(context, node);
}
