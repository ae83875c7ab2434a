import type { Diagnostic } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import type { Span } from '../source.ts';
import { onceEach } from './diagnostics.ts';
import { validateConfig, validateScenario } from './generated/validators.js';
import { newerLanguage } from './language-version.ts';
import { modifiers } from './step-keys.ts';
import { headOf, type MapNode, type Node } from './tree.ts';

type SchemaError = NonNullable<typeof validateScenario.errors>[number];

const validators = { scenario: validateScenario, config: validateConfig };

/**
 * Checks a document against its schema: one diagnostic for each error, at the exact place, in the order of the file.
 */
export function validate(root: Node, as: keyof typeof validators): readonly Diagnostic[] {
  const newer = as === 'scenario' ? newerLanguage(root) : undefined;
  if (newer !== undefined) return [newer];
  const validator = validators[as];
  if (validator(root.value)) return [];
  const errors = validator.errors ?? [];
  // For a map with an unknown key only that key is reported: it may be a misspelling of the missing one.
  const mistyped = new Set(
    errors.filter(({ keyword }) => keyword === 'additionalProperties').map(({ instancePath }) => instancePath),
  );
  const diagnostics: Diagnostic[] = [];
  const nodes = new Map<string, Node>();
  for (const error of errors) {
    if (mistyped.has(error.instancePath) && error.keyword !== 'additionalProperties') continue;
    const node = nodes.get(error.instancePath) ?? nodeAt(root, error.instancePath);
    nodes.set(error.instancePath, node);
    const diagnostic = words[error.keyword]?.(error, node);
    if (diagnostic !== undefined) diagnostics.push(diagnostic);
  }
  return onceEach(diagnostics);
}

/** One row for each schema keyword; keywords without a row are not reported themselves (`if`). */
const words: Readonly<Record<string, (error: SchemaError, node: Node) => Diagnostic | undefined>> = {
  additionalProperties: unknownKey,
  required: missingKey,
  dependentRequired: missingKey,
  oneOf: notOneAction,
  type: wrongType,
  enum: notListed,
  const: notListed,
  pattern: malformed,
  propertyNames: badName,
  minimum: (error, node) => invalid(error, node, `Must be ${error.params.limit} or more`),
  minLength: (error, node) => invalid(error, node, 'An empty string'),
  minItems: (error, node) => invalid(error, node, 'An empty list'),
  minProperties: (error, node) => invalid(error, node, 'An empty map'),
};

function nodeAt(root: Node, pointer: string): Node {
  let node = root;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const next =
      node.kind === 'map' ? node.entries.get(key)?.node : node.kind === 'list' ? node.items[Number(key)] : undefined;
    if (next === undefined) break;
    node = next;
  }
  return node;
}

function keySpanOf(node: Node, key: string): Span {
  return (node.kind === 'map' ? node.entries.get(key)?.keySpan : undefined) ?? headOf(node);
}

/** The keys that the schema allows in this place. */
function keysOf(error: SchemaError): readonly string[] {
  return Object.keys(error.parentSchema.properties ?? {});
}

function unknownKey(error: SchemaError, node: Node): Diagnostic {
  const key = String(error.params.additionalProperty);
  const known = keysOf(error);
  const near = nearest(
    key,
    known.filter((each) => node.kind !== 'map' || !node.entries.has(each)),
  );
  // `[/no: such user/]`: YAML reads the text before ": " as a key.
  const pattern = key.startsWith('/') ? 'Quote a pattern that contains ": "' : undefined;
  const hint = pattern ?? (near === undefined ? `The keys are ${known.join(', ')}` : `Did you mean "${near}"?`);
  return { code: 'key.unknown', message: `Unknown key "${key}"`, span: keySpanOf(node, key), hint };
}

function missingKey(error: SchemaError, node: Node): Diagnostic | undefined {
  // The branches of a step's action are reported together.
  if (/\/oneOf\/\d+\/required$/.test(error.schemaPath)) return undefined;
  const key = String(error.params.missingProperty);
  const example = exampleOf(error.parentSchema.properties?.[key]);
  const { property } = error.params;
  if (property !== undefined) {
    return {
      code: 'key.missing',
      message: `"${property}" requires "${key}"`,
      span: keySpanOf(node, String(property)),
      hint: `It belongs to "${key}"`,
    };
  }
  const hint = example === undefined ? `Add "${key}"` : `For example: ${key}: ${example}`;
  return { code: 'key.missing', message: `The key "${key}" is missing`, span: headOf(node), hint };
}

function actionsOf(step: MapNode): readonly { readonly key: string; readonly keySpan: Span }[] {
  return [...step.entries.values()].filter(({ key }) => !modifiers.includes(key));
}

function notOneAction(error: SchemaError, node: Node): Diagnostic | undefined {
  if (node.kind !== 'map') return undefined;
  const [first, second] = actionsOf(node);
  if (first !== undefined && second !== undefined) {
    return {
      code: 'step.two-actions',
      message: `The step has two actions, "${first.key}" and "${second.key}"`,
      span: second.keySpan,
      hint: 'A step is one action and what it expects: begin another step with "- "',
    };
  }
  // `with`, `tag` and `early` without their action are reported by what they require.
  if (first !== undefined || ['with', 'tag', 'early'].some((key) => node.entries.has(key))) return undefined;
  const named = branchesOf(error).filter((key) => !modifiers.includes(key));
  return {
    code: 'step.no-action',
    message: 'The step does nothing',
    span: headOf(node),
    hint: `A step has one of ${named.join(', ')}, or only "expect"`,
  };
}

/** The actions, as the branches of the step's `oneOf` name them. */
function branchesOf(error: SchemaError): readonly string[] {
  return (error.schema as readonly { readonly required: readonly string[] }[]).flatMap(({ required }) => required);
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'nothing',
  array: 'a list',
  object: 'a map',
};

interface Kind {
  readonly code: Diagnostic['code'];
  /** The subject of the message: `"x" …`. */
  readonly what: string;
  readonly hint: (text: string) => string;
}

const nameKind: Kind = {
  code: 'value.invalid',
  what: 'is not a name',
  hint: () => 'A name is a letter or "_", then letters, digits, "_" and "-"',
};

/** Definitions of the schema, by title, whose errors have messages of their own. */
const kinds: Readonly<Record<string, Kind>> = {
  Duration: { code: 'value.duration', what: 'is not a duration', hint: durationHint },
  Size: { code: 'value.size', what: 'is not a size', hint: () => sizeHint },
  Name: nameKind,
  Day: { code: 'value.invalid', what: 'is not a day', hint: () => 'Write it as 2027-03-01' },
  Count: { code: 'value.invalid', what: 'is not a whole number', hint: () => 'Write a whole number' },
  Flag: { code: 'value.invalid', what: 'is neither true nor false', hint: () => 'Write true or false' },
  Pattern: {
    code: 'value.invalid',
    what: 'is not a pattern',
    hint: () => 'Write it between slashes: /queued as (\\S+)/',
  },
  Fails: {
    code: 'value.invalid',
    what: 'is not a pattern',
    hint: () => 'Write true, or a pattern between slashes: /certificate has expired/',
  },
  Tag: { code: 'value.invalid', what: 'cannot be a tag', hint: () => 'A tag is one word, without parentheses' },
};

export const sizeHint = 'Write a number of octets, or one with a unit: 512KiB, 10MB, 10MiB';

export function durationHint(text: string): string {
  return /^[0-9.]+$/.test(text)
    ? `Write the unit: ${text}s or ${text}ms`
    : 'Write a number and its unit: 500ms, 2s, 1m30s, 1h, 1d';
}

function ownWords(error: SchemaError, node: Node): Diagnostic | undefined {
  const kind = kinds[error.parentSchema.title ?? ''];
  if (kind === undefined) return undefined;
  const { code, what, hint } = kind;
  return node.kind === 'scalar' && node.value !== null
    ? { code, message: `"${node.text}" ${what}`, span: node.span, hint: hint(node.text) }
    : { code, message: `${capital(found(node))} ${what}`, span: headOf(node), hint: hint('') };
}

function wrongType(error: SchemaError, node: Node): Diagnostic {
  const types = [error.params.type].flat().map(String);
  const scalar = node.kind === 'scalar' && node.value !== null;
  const own = scalar || types.length === 1 ? ownWords(error, node) : undefined;
  if (own !== undefined) return own;
  const wanted = types.filter((type) => type !== 'null' || types.length === 1).map((type) => typeWords[type] ?? type);
  const message =
    types.length === 1 && types[0] === 'null'
      ? `This takes no value, but has ${found(node)}`
      : `Expected ${listed(wanted)}, not ${found(node)}`;
  return { code: 'value.type', message, span: scalar ? node.span : headOf(node), ...exampleHint(error) };
}

function found(node: Node): string {
  if (node.kind !== 'scalar') return node.kind === 'list' ? 'a list' : 'a map';
  if (node.value === null) return 'nothing';
  return typeof node.value === 'boolean' ? String(node.value) : (typeWords[typeof node.value] ?? '');
}

function notListed(error: SchemaError, node: Node): Diagnostic | undefined {
  // Keys of a step with an unknown action: the step is reported as a whole.
  if (error.schemaPath.includes('/propertyNames/') || node.kind === 'map') return undefined;
  const allowed = [error.params.allowedValues ?? error.params.allowedValue].flat().map(String);
  const span = node.kind === 'scalar' ? node.span : headOf(node);
  const text = node.kind === 'scalar' && node.value !== null ? `"${node.text}"` : capital(found(node));
  const near = node.kind === 'scalar' ? nearest(node.text, allowed) : undefined;
  const hint = near === undefined ? `Write ${listed(allowed)}` : `Did you mean "${near}"?`;
  if (error.parentSchema.title !== 'BareStep')
    return {
      code: 'value.invalid',
      message: allowed.length === 1 ? `${text} is not ${allowed[0]}` : `${text} is not one of ${allowed.join(', ')}`,
      span,
      hint,
    };
  return {
    code: 'step.no-action',
    message: `${text} is not a step that takes no arguments`,
    span,
    hint: near === undefined ? `Those are ${allowed.join(', ')}; others are written "- send: …"` : hint,
  };
}

/** A key that is not a valid name. */
function badName(error: SchemaError, node: Node): Diagnostic | undefined {
  // A branch of a step's action: the step is reported as a whole.
  if (error.schemaPath.includes('/oneOf/')) return undefined;
  const name = String(error.params.propertyName);
  return {
    code: 'value.invalid',
    message: `"${name}" ${nameKind.what}`,
    span: keySpanOf(node, name),
    hint: nameKind.hint(''),
  };
}

function malformed(error: SchemaError, node: Node): Diagnostic | undefined {
  // `propertyNames` reports the pattern of a key.
  if (node.kind !== 'scalar') return undefined;
  return ownWords(error, node) ?? invalid(error, node, 'An invalid value');
}

function invalid(error: SchemaError, node: Node, message: string): Diagnostic {
  return {
    code: 'value.invalid',
    message,
    span: node.kind === 'scalar' ? node.span : headOf(node),
    ...exampleHint(error),
  };
}

function exampleHint(error: SchemaError): { readonly hint?: string } {
  const example = exampleOf(error.parentSchema);
  return example === undefined ? {} : { hint: `For example: ${example}` };
}

/** An example in YAML's flow style; `undefined` if it would be long. */
function exampleOf(place: SchemaError['parentSchema'] | undefined): string | undefined {
  const example = place?.examples?.find((each) => each !== null);
  const text = example === undefined ? undefined : flow(example);
  return text !== undefined && text.length <= 80 ? text : undefined;
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, each]) => `${key}: ${flow(each)}`)
      .join(', ')} }`;
  }
  return typeof value === 'string' && !/^[A-Za-z.][\w./@: <>-]*$/.test(value) ? JSON.stringify(value) : String(value);
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** `a, b or c` */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}
