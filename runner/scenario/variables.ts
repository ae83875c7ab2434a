import type { Hole, Text } from '../plan.ts';
import type { Span } from '../source.ts';
import { filtered } from './apply-filters.ts';
import { TooCostly } from './budget.ts';
import { type UnsetEnvironment, unsetEnvironment } from './environment.ts';
import { type Expanded, joined, lengthOf, noTaint, refuseLong, vagueValue } from './expanded.ts';
import { interpolate, placeOfReference, type Reference } from './interpolation.ts';
import { limits } from './limits.ts';
import { type Definition, definitionOf, namesOf, type Scope } from './scope.ts';
import type { ScalarNode } from './tree.ts';

/** Names whose values are known only at run time. */
const runtimeNames: readonly string[] = ['scenario.id', 'now', 'server.host', 'server.port'];

/** Expands the variables of a scalar. `quote` makes values match literally in a pattern. */
export function expand(scope: Scope, node: ScalarNode, quote: (value: string) => string = (value) => value): Expanded {
  const expanded = expandIn(scope, node, node.text, [], quote);
  if (expanded.environment !== undefined) {
    scope.shared.report(unsetEnvironment(expanded.environment));
    return { parts: expanded.parts, taint: expanded.taint, vague: true };
  }
  if (expanded.unset !== undefined) {
    scope.shared.report({
      code: 'variable.unset',
      message: expanded.unset,
      span: expanded.place ?? node.span,
      hint: unsetHint,
    });
    return { parts: expanded.parts, taint: expanded.taint, vague: true };
  }
  return expanded;
}

const unsetHint = 'Give it a value in the configuration or with --var, or list it under "requires" to skip without it';

/** The unset environment variable that a name's value needs. */
export function environmentLackedBy(scope: Scope, name: string): UnsetEnvironment | undefined {
  const definition = definitionOf(scope, name);
  if (definition === undefined || definition === 'unset' || definition.from === 'literal') return undefined;
  return expandQuietly(definition.scope ?? scope, definition.node, [name]).environment;
}

/** A name's value as far as it is known before the run; `undefined` if it has none. Nothing is reported. */
export function knownValue(scope: Scope, name: string): Text | undefined {
  if (scope.promised.has(name)) return { parts: [] };
  const definition = definitionOf(scope, name);
  if (definition === undefined || definition === 'unset') return undefined;
  if (definition.from === 'literal') return definition.value;
  const expanded = expandQuietly(definition.scope ?? scope, definition.node, [name]);
  if (expanded.unset !== undefined) return undefined;
  return expanded.vague ? { parts: [] } : toText(expanded);
}

/** Registers a secret's value, whether or not a scenario uses it. */
export function noteSecret(scope: Scope, name: string): void {
  const definition = definitionOf(scope, name);
  if (definition === undefined || definition === 'unset') return;
  if (definition.from === 'literal') {
    scope.shared.book.add(name, definition.value);
    return;
  }
  const text = toText(expandQuietly(scope, definition.node, [name]));
  if (typeof text === 'string') scope.shared.book.add(name, text);
}

/** Expands without reporting; `unset` says whether the text has a value at all. */
export function expandQuietly(scope: Scope, node: ScalarNode, stack: readonly string[] = []): Expanded {
  const silent = { ...scope, shared: { ...scope.shared, report: () => {}, unknown: () => {} } };
  return expandIn(silent, node, node.text, stack, (value) => value);
}

interface Located extends Expanded {
  /** The reference without a value. */
  readonly place?: Span;
}

function expandIn(
  scope: Scope,
  node: ScalarNode,
  text: string,
  stack: readonly string[],
  quote: (value: string) => string,
): Located {
  if (!text.includes('${')) return { parts: text === '' ? [] : [text], taint: noTaint, vague: false };
  const { tokens, mistake } = interpolate(text);
  if (mistake !== undefined) {
    scope.shared.report({
      code: 'value.invalid',
      message: mistake.message,
      span: placeOfReference(node, mistake),
      hint: mistake.hint,
    });
    return { parts: [], taint: noTaint, vague: true };
  }
  const parts: (string | Hole)[] = [];
  let taint = noTaint;
  let vague = false;
  for (const token of tokens) {
    if (typeof token === 'string') {
      parts.push(token);
      continue;
    }
    const place = placeOfReference(node, token);
    scope.shared.spend('references', 1, place);
    const value = filtered(scope, token, place, resolve(scope, token, node, place, stack));
    if (value.unset !== undefined) {
      const { unset, environment } = value;
      return { parts: [], taint, unset, ...(environment && { environment }), vague: true, place };
    }
    for (const part of value.parts) parts.push(typeof part === 'string' ? quote(part) : part);
    if (value.taint.size > 0) taint = new Set([...taint, ...value.taint]);
    vague ||= value.vague;
  }
  const whole = joined(parts);
  refuseLong(whole, node.span);
  scope.shared.spend('texts', lengthOf(whole), node.span);
  return { parts: whole, taint, vague };
}

function holeFor(name: string, span: Span): Expanded {
  return { parts: [{ name, filters: [], span }], taint: noTaint, vague: false };
}

function resolve(
  scope: Scope,
  reference: Reference,
  node: ScalarNode,
  place: Span,
  stack: readonly string[],
): Expanded {
  const { shared } = scope;
  const { name } = reference;
  if (scope.captured.has(name) && !scope.shadowed.has(name)) return holeFor(name, place);
  if (scope.absent.has(name)) return vagueValue;
  const definition = definitionOf(scope, name);
  if (definition !== undefined && definition !== 'unset')
    return expandDefinition(scope, name, definition, place, stack);
  if (name === 'run.id') return { parts: [shared.runId], taint: noTaint, vague: false };
  if (runtimeNames.includes(name) || scope.promised.has(name) || (name === 'index' && scope.repeats))
    return holeFor(name, place);
  if (name.startsWith('env.')) return environment(scope, reference, node, place, stack.length > 0);
  if (definition === 'unset') return { ...vagueValue, unset: `The variable "${name}" has no value` };
  if (name === 'index') {
    shared.report({
      code: 'variable.unknown',
      message: 'The variable "index" exists only inside "repeat"',
      span: place,
    });
  } else {
    shared.unknown(name, place, () => namesOf(scope));
  }
  return vagueValue;
}

/** Marks, among the names being expanded, that those before it are from another place and refer to other variables. */
const outside = '';

function expandDefinition(
  scope: Scope,
  name: string,
  definition: Definition,
  place: Span,
  stack: readonly string[],
): Expanded {
  const here = stack.slice(stack.lastIndexOf(outside) + 1);
  if (stack.length >= limits.variableDepth)
    throw new TooCostly(`Variables refer to each other more than ${limits.variableDepth} levels deep`, place);
  if (here.includes(name)) {
    const circle = [...here.slice(here.indexOf(name)), name].map((each) => `"${each}"`).join(' needs ');
    scope.shared.report({
      code: 'variable.cycle',
      message: `The variable "${name}" refers to itself: ${circle}`,
      span: place,
    });
    return vagueValue;
  }
  const value: Located =
    definition.from === 'literal'
      ? { parts: [definition.value], taint: noTaint, vague: false }
      : // A parameter is looked up where it was given, because its name refers to another variable there.
        expandIn(
          definition.scope ? { ...definition.scope, shared: scope.shared } : scope,
          definition.node,
          definition.node.text,
          [...stack, definition.scope ? outside : name],
          (text) => text,
        );
  if (value.unset !== undefined)
    return {
      ...vagueValue,
      unset: `The variable "${name}" has no value: ${lowerFirst(value.unset)}`,
      ...(value.environment && { environment: value.environment }),
    };
  if (!scope.shared.secretNames.has(name)) return value;
  for (const part of value.parts) {
    // Part of a secret that is completed at run time is not registered if it is too short to hide safely.
    if (typeof part === 'string' && (value.parts.length === 1 || part.length >= 4)) scope.shared.book.add(name, part);
  }
  return { ...value, taint: new Set([...value.taint, name]) };
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

/** `defines`: the text is the value of a variable or a secret. */
function environment(scope: Scope, reference: Reference, node: ScalarNode, place: Span, defines: boolean): Expanded {
  const { shared } = scope;
  const { fallback } = reference;
  const name = reference.name.slice('env.'.length);
  if (shared.configFile === undefined || node.span.file !== shared.configFile) {
    shared.report({
      code: 'access.denied',
      message: 'Scenario files cannot read environment variables',
      span: place,
      hint: `Give it a name under "variables" or "secrets" of the configuration: ${name.toLowerCase()}: "\${env.${name}}"`,
    });
    return vagueValue;
  }
  const value = Object.hasOwn(shared.env, name) ? shared.env[name] : undefined;
  // As in a shell, a default also replaces an empty variable.
  const given = fallback !== undefined && value === '' ? fallback : (value ?? fallback);
  // CI servers set the variable of a secret that does not exist to the empty string.
  const isEmpty = fallback === undefined && value === '' && defines && node.text.trim() === reference.raw;
  if (given === undefined || isEmpty) {
    const environment: UnsetEnvironment = { name, span: place, state: isEmpty ? 'empty' : 'not set' };
    return { ...vagueValue, unset: unsetEnvironment(environment).message, environment };
  }
  return { parts: [given], taint: noTaint, vague: false };
}

export function toText({ parts }: Expanded): Text {
  const [first, ...more] = parts;
  if (first === undefined) return '';
  return more.length === 0 && typeof first === 'string' ? first : { parts };
}
