import { defined } from '../../defined.ts';
import { strictBase64 } from '../../encoding.ts';
import type { Text } from '../../plan.ts';
import type { Protocol } from '../../protocol/protocol.ts';
import { protocolsWhere } from '../../protocol/protocols.ts';
import type { CommandPart, Sending } from '../../sending.ts';
import type { Step } from '../../steps.ts';
import { refuseLineBreak, refuseWideCharacter } from '../octets.ts';
import { readDuration, readFlag, readText, scalar } from '../read.ts';
import type { Scope } from '../scope.ts';
import { child, type ListNode, type MapNode, type Node } from '../tree.ts';
import type { StepBase, StepContext, StepReader } from './context.ts';
import { readContentFile } from './file.ts';
import { suspectLine } from './suspicions.ts';

const tagged = titlesWhere(({ createTags }) => createTags !== undefined);
const inParts = titlesWhere(({ literals }) => literals !== undefined);

function titlesWhere(holds: (protocol: Protocol) => boolean): string {
  return protocolsWhere(holds)
    .map(({ title }) => title)
    .join(' and ');
}

export const send: StepReader<'send'> = {
  label(action) {
    switch (action.kind) {
      case 'scalar':
        return action.text;
      // Only the command's beginning: the content of literals is long, or a credential.
      case 'list':
        return action.items[0]?.kind === 'scalar' ? `${action.items[0].text.trimEnd()} …` : 'send';
      case 'map':
        return `send ${[...action.entries.keys()][0] ?? ''}`;
    }
  },
  read: readSend,
};

export function readSend(
  context: StepContext,
  action: Node,
  base: StepBase,
): Extract<Step, { kind: 'send' }> | undefined {
  const what = readSending(context, action);
  const tag = child(context.step, 'tag');
  if (tag !== undefined && context.protocol !== undefined && context.protocol.createTags === undefined) {
    context.scope.shared.report({
      code: 'step.protocol',
      message: `Only ${tagged}'s commands have tags`,
      span: tag.span,
    });
  }
  const tagText = tag && readLine(context.scope, tag);
  const early = readFlag(context.scope, child(context.step, 'early')) === true;
  // Only in a pipeline; elsewhere `wait` is a step.
  const wait = readDuration(context.scope, child(context.step, 'wait'));
  return what && { ...base, kind: 'send', what, ...defined({ tag: tagText, wait }), ...(early && { early }) };
}

function readSending(context: StepContext, action: Node): Sending | undefined {
  switch (action.kind) {
    case 'scalar': {
      const text = readLine(context.scope, action);
      if (text === undefined) return undefined;
      suspectLine(context, action, text);
      return { form: 'line', text };
    }
    case 'list':
      return readParts(context, action);
    case 'map':
      return readForm(context.scope, action);
  }
}

/** Reads text without a line break. */
function readLine(scope: Scope, node: Node): Text | undefined {
  const text = readText(scope, node);
  if (text !== undefined && node.kind === 'scalar') refuseLineBreak(scope, node, text);
  return text;
}

function readForm(scope: Scope, node: MapNode): Sending | undefined {
  const raw = scalar(child(node, 'raw'));
  const lines = child(node, 'lines');
  const [wrong] = [...node.entries.values()].filter(({ key }) => (raw === undefined) !== (key === 'lines'));
  if (raw === undefined && lines === undefined) {
    scope.shared.report({
      code: 'key.missing',
      message: 'Neither "raw" nor "lines" says what to send',
      span: node.span,
      hint: 'For example: send: { raw: "QUIT\\r\\n" }',
    });
    return undefined;
  }
  if (wrong !== undefined) {
    const beside = raw === undefined ? 'lines' : 'raw';
    scope.shared.report({
      code: 'value.invalid',
      message: `"${wrong.key}" does not go with "${beside}"`,
      span: wrong.keySpan,
      hint: 'It belongs to "raw"',
    });
  }
  if (raw === undefined) {
    const items = lines?.kind === 'list' ? lines.items : [];
    return { form: 'lines', lines: items.flatMap((item) => readLine(scope, item) ?? []) };
  }
  const text = readText(scope, raw);
  if (text === undefined) return undefined;
  const encoding = child(node, 'encoding')?.value === 'utf-8' ? 'utf-8' : 'binary';
  if (encoding === 'binary') refuseWideCharacter(scope, raw, text);
  const chunk = child(node, 'chunk');
  const sizes = chunk?.kind === 'list' ? chunk.items.map(({ value }) => value) : [chunk?.value];
  const pieces = sizes.filter((each) => typeof each === 'number');
  const every = readDuration(scope, child(node, 'every'));
  return {
    form: 'raw',
    text,
    encoding,
    ...(pieces.length > 0 && { chunk: pieces }),
    ...(every !== undefined && { every }),
  };
}

/** RFC 9051 section 4.3, RFC 5804 section 1.6: one command in parts, with literals. */
function readParts(context: StepContext, node: ListNode): Sending | undefined {
  const { scope, protocol } = context;
  if (protocol !== undefined && protocol.literals === undefined) {
    scope.shared.report({
      code: 'step.protocol',
      message: `Only ${inParts} have commands in parts`,
      span: node.span,
      hint: 'Write "send: { lines: […] }" for several lines',
    });
    return undefined;
  }
  const parts = node.items.flatMap((item): readonly CommandPart[] => {
    if (item.kind !== 'map') {
      const text = readLine(scope, item);
      return text === undefined ? [] : [{ text }];
    }
    const plus = readFlag(scope, child(item, 'plus')) ?? false;
    const literal = child(item, 'literal');
    if (literal?.kind === 'map') {
      const octets = child(literal, 'base64');
      if (octets !== undefined) {
        const base64 = readBase64(scope, literal, octets);
        return base64 === undefined ? [] : [{ literal: { base64 }, plus }];
      }
      const file = readContentFile(context, literal);
      return file === undefined ? [] : [{ literal: { file }, plus }];
    }
    const text = readText(scope, literal);
    return text === undefined ? [] : [{ literal: text, plus }];
  });
  return { form: 'parts', parts };
}

/** The octets of a literal that cannot be written as text. */
function readBase64(scope: Scope, literal: MapNode, node: Node): Text | undefined {
  const other = [...literal.entries.values()].find(({ key }) => key !== 'base64');
  if (other !== undefined) {
    scope.shared.report({
      code: 'value.invalid',
      message: `"${other.key}" does not go with "base64"`,
      span: other.keySpan,
      hint: '"base64" is the whole literal',
    });
  }
  const text = readText(scope, node);
  if (typeof text !== 'string' || strictBase64(text) !== undefined) return text;
  scope.shared.report({
    code: 'value.invalid',
    message: `"${text}" is not base64`,
    span: node.span,
    hint: 'Give the octets as "base64 -w0 FILE" prints them',
  });
  return undefined;
}
