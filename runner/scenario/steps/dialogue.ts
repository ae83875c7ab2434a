import { type Step, type StepKind, stepFacts } from '../../steps.ts';
import { readString } from '../read.ts';
import { noteCapture } from '../scope.ts';
import { child, headOf, type MapNode, type Node, sizeOf } from '../tree.ts';
import { baseOf } from './base.ts';
import type { DialogueContext, StepContext } from './context.ts';
import { readers } from './table.ts';

/** The action in a step's map; `expect` if there is no other. */
function kindOf(node: Node): StepKind | undefined {
  if (node.kind === 'scalar') return isKind(node.text) ? node.text : undefined;
  if (node.kind === 'list') return undefined;
  for (const key of node.entries.keys()) if (key !== 'expect' && isKind(key)) return key;
  return node.entries.has('expect') ? 'expect' : undefined;
}

function isKind(key: string): key is StepKind {
  return Object.hasOwn(readers, key);
}

/** Reads a list of steps in order: later steps can use what earlier ones capture. */
export function readDialogue(context: DialogueContext, node: Node | undefined): readonly Step[] {
  const items = node?.kind === 'list' ? node.items : [];
  return items.flatMap((item) => readStep(context, item) ?? []);
}

export function readStep(context: DialogueContext, node: Node): Step | undefined {
  context.scope.shared.spend('values', sizeOf(node), headOf(node));
  const kind = kindOf(node);
  // If a nested dialogue has an error, only the affected steps in it are left out.
  if (kind === undefined || (stepFacts[kind].holds !== 'dialogue' && context.broken(node))) {
    // Its captures still count; otherwise every later use of them would be reported as well.
    noteCaptures(context, node);
    return undefined;
  }
  const step = node.kind === 'map' ? node : bareStep(node);
  const action = child(step, kind) ?? { kind: 'scalar', span: node.span, value: null, text: '' };
  const captured: string[] = [];
  const named = nameOf(context, step, kind);
  // A check does not use the protocol, and may be what finds out where the connection leads.
  const speaks = named !== undefined && usesOf(step, kind) !== 'if named';
  const protocol = speaks ? context.connections.resolve(named)?.protocol : undefined;
  const inner = stepContext(context, step, protocol, (name) => captured.push(name));
  const read = readAction(inner, kind, action, named);
  for (const name of captured) noteCapture(context.scope, name);
  return read;
}

/** Copied field by field: a spread costs more than everything else that is done for a step. */
function stepContext(
  { scope, access, connections, servers, fragments, store, on, using, broken, dialogue }: DialogueContext,
  step: MapNode,
  protocol: StepContext['protocol'],
  captures: StepContext['captures'],
): StepContext {
  return {
    scope,
    access,
    connections,
    servers,
    fragments,
    store,
    on,
    using,
    broken,
    dialogue,
    step,
    protocol,
    captures,
  };
}

function readAction(context: StepContext, kind: StepKind, action: Node, on: string | undefined): Step | undefined {
  const { protocol } = context;
  const row = readers[kind];
  if (row.fits && protocol !== undefined && !row.fits(protocol)) {
    context.scope.shared.report({
      code: 'step.protocol',
      message: `"${kind}" is not for ${protocol.title}`,
      span: context.step.entries.get(kind)?.keySpan ?? action.span,
      ...(row.instead !== undefined && { hint: row.instead }),
    });
    return undefined;
  }
  return row.read(context, action, baseOf(context, kind, action, on ?? '', row));
}

/** The connection's name; `undefined` if the step uses none, or an error was reported. */
function nameOf(context: DialogueContext, step: MapNode, kind: StepKind): string | undefined {
  const node = child(step, 'on');
  const uses = usesOf(step, kind);
  if (uses === 'never') return undefined;
  if (uses === 'if named' && node === undefined) return context.on ?? context.connections.only();
  const on = node ? readString(context.scope, node, 'A connection') : context.on;
  if (node !== undefined && on === undefined) return undefined;
  return context.connections.name(on, node?.span ?? step.entries.get(kind)?.keySpan ?? step.span);
}

function usesOf(step: MapNode, kind: StepKind): 'always' | 'never' | 'if named' {
  const { connection } = stepFacts[kind];
  if (connection !== 'unless server') return connection;
  const action = child(step, kind);
  return action !== undefined && child(action, 'server') === undefined ? 'always' : 'never';
}

function bareStep(node: Node): MapNode {
  return { kind: 'map', span: node.span, value: {}, entries: new Map() };
}

/** Notes every name that is captured anywhere below. */
function noteCaptures(context: DialogueContext, node: Node): void {
  if (node.kind === 'list') for (const item of node.items) noteCaptures(context, item);
  if (node.kind !== 'map') return;
  for (const { key, node: value } of node.entries.values()) {
    if (key !== 'capture') noteCaptures(context, value);
    else if (value.kind === 'map') for (const name of value.entries.keys()) noteCapture(context.scope, name);
    else if (value.kind === 'scalar') noteCapture(context.scope, value.text);
  }
}
