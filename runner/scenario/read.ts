import type { Diagnostic } from '../diagnostic.ts';
import { parseDuration, parseSize } from '../matchers/quantity.ts';
import type { Text } from '../plan.ts';
import type { Expanded } from './expanded.ts';
import type { Scope } from './scope.ts';
import type { Node, ScalarNode } from './tree.ts';
import { durationHint, sizeHint } from './validate.ts';
import { expand, toText } from './variables.ts';

/*
 * Readers turn a node into a value of the plan, with its variables expanded. What the schema has rejected already
 * becomes `undefined` here, without another report.
 */

/** A scalar that is not `null`. */
export function scalar(node: Node | undefined): ScalarNode | undefined {
  return node?.kind === 'scalar' && node.value !== null ? node : undefined;
}

/** Reads a text; captured values remain holes. */
export function readText(scope: Scope, node: Node | undefined): Text | undefined {
  const found = scalar(node);
  const expanded = found && expand(scope, found);
  return expanded === undefined || expanded.vague ? undefined : toText(expanded);
}

/** Reads a text that is neither sent nor compared, such as an address. It must not contain secrets. */
export function readPublicText(scope: Scope, node: Node | undefined): Text | undefined {
  const found = scalar(node);
  const expanded = found && expand(scope, found);
  return found === undefined || expanded === undefined || expanded.vague || refuseSecrets(scope, found, expanded)
    ? undefined
    : toText(expanded);
}

/** Reports a secret in a text that people may read or that decides what is done. Returns whether there is one. */
export function refuseSecrets(scope: Scope, { span }: ScalarNode, { taint }: Pick<Expanded, 'taint'>): boolean {
  const [secret] = taint;
  if (secret === undefined) return false;
  scope.shared.report({
    code: 'secret.misplaced',
    message: `The secret "${secret}" cannot be used here`,
    span,
    hint: 'A secret can only be sent or compared: for anything else, define it under "variables"',
  });
  return true;
}

export function readTexts(scope: Scope, node: Node | undefined): readonly Text[] {
  const nodes = node?.kind === 'list' ? node.items : node === undefined ? [] : [node];
  return nodes.flatMap((each) => readText(scope, each) ?? []);
}

/** Reads a text that must be known before the run and must not contain secrets; `what` names it in messages. */
export function readString(scope: Scope, node: Node | undefined, what: string): string | undefined {
  return readKnown(scope, node, what, refuseSecrets);
}

/** The same for a text that is passed to a program and so may contain secrets. */
export function readSent(scope: Scope, node: Node | undefined, what: string): string | undefined {
  return readKnown(scope, node, what, () => false);
}

function readKnown(
  scope: Scope,
  node: Node | undefined,
  what: string,
  refused: typeof refuseSecrets,
): string | undefined {
  const found = scalar(node);
  if (found === undefined) return undefined;
  const expanded = expand(scope, found);
  if (refused(scope, found, expanded) || expanded.vague) return undefined;
  const text = toText(expanded);
  if (typeof text === 'string') return text;
  const hole = text.parts.find(
    (part) => typeof part !== 'string' && (!scope.promised.has(part.name) || scope.named?.has(part.name)),
  );
  // The value comes from a service: planning is repeated when the services have started.
  if (typeof hole !== 'object') return undefined;
  scope.shared.report({
    code: 'value.invalid',
    message: `"\${${hole.name}}" is known only during the run`,
    span: found.span,
    hint: `${what} must be known before the run`,
  });
  return undefined;
}

function refined<Value>(
  scope: Scope,
  node: Node | undefined,
  what: string,
  parse: (text: string) => Value | undefined,
  wrong: (text: string) => Pick<Diagnostic, 'code' | 'message' | 'hint'>,
): Value | undefined {
  const text = readString(scope, node, what);
  if (text === undefined || node === undefined) return undefined;
  const value = parse(text);
  if (value === undefined) scope.shared.report({ ...wrong(text), span: node.span });
  return value;
}

/**
 * Milliseconds in a week. Node's timers accept up to 24.8 days and fire at once beyond that, and durations are added
 * up.
 */
const longestDuration = 7 * 86_400_000;

/** In milliseconds. */
export function readDuration(scope: Scope, node: Node | undefined): number | undefined {
  const parse = (text: string) => {
    const ms = parseDuration(text);
    return ms === undefined || ms > longestDuration ? undefined : ms;
  };
  const wrong = (text: string) => ({
    code: 'value.duration' as const,
    ...(parseDuration(text) === undefined
      ? { message: `"${text}" is not a duration`, hint: durationHint(text) }
      : { message: `"${text}" is too long`, hint: 'The longest duration is 7d' }),
  });
  return refined(scope, node, 'A duration', parse, wrong);
}

/** In octets. */
export function readSize(scope: Scope, node: Node | undefined): number | undefined {
  const wrong = (text: string) => ({ code: 'value.size' as const, message: `"${text}" is not a size`, hint: sizeHint });
  return refined(scope, node, 'A size', (text) => (/^\d+$/.test(text) ? Number(text) : parseSize(text)), wrong);
}

/** A whole number from 0. */
export function readCount(scope: Scope, node: Node | undefined): number | undefined {
  const parse = (text: string) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);
  return refined(scope, node, 'A number', parse, (text) => ({
    code: 'value.invalid',
    message: `"${text}" is not a whole number`,
  }));
}

export function readFlag(scope: Scope, node: Node | undefined): boolean | undefined {
  const parse = (text: string) => (text === 'true' ? true : text === 'false' ? false : undefined);
  return refined(scope, node, 'A setting', parse, (text) => ({
    code: 'value.invalid',
    message: `"${text}" is neither true nor false`,
  }));
}
