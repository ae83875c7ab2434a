import type { Document, Element, Node as XmlNode } from '@xmldom/xmldom';
import { parseXPath, type XPathValue } from '../matchers/xpath.ts';
import { messageOf } from '../phrase.ts';
import type { Fields, Value } from '../value.ts';
import { CheckError } from './check.ts';
import { limits } from './limits.ts';

/**
 * What each expression finds; those that find nothing are left out. Runs in a separate thread, since its time depends
 * on the document.
 */
export async function findInXml(text: string, expressions: readonly string[]): Promise<Fields> {
  const document = await parseXml(text);
  const found = expressions.map((expression) => [expression, evaluateXPath(document, expression)] as const);
  return Object.fromEntries(found.flatMap(([expression, value]) => (value === undefined ? [] : [[expression, value]])));
}

interface XmlDocument {
  readonly document: Document;
  /** The same document without namespaces. */
  readonly bare: Document;
  /** The prefixes that are declared anywhere in it, with the outermost declaration of each. */
  readonly prefixes: Readonly<Record<string, string>>;
}

/**
 * Parses well-formed XML within limits. Entities that a document declares are never expanded, and external ones are
 * never fetched: a reference to one is an error. Throws a `CheckError`, `check.mismatch`, that says what is wrong and
 * where.
 */
async function parseXml(text: string): Promise<XmlDocument> {
  const { DOMParser, onErrorStopParsing } = await import('@xmldom/xmldom');
  refuseDeep(text);
  try {
    const source = text.replace(/^\uFEFF/, '').trimStart();
    const parse = () => new DOMParser({ onError: onErrorStopParsing }).parseFromString(source, 'application/xml');
    const document = parse();
    return { document, bare: withoutNamespaces(parse()), prefixes: prefixesOf(document) };
  } catch (cause) {
    throw notXml(messageOf(cause).split('\n')[0] ?? '', cause);
  }
}

function notXml(reason: string, cause?: unknown): CheckError {
  return new CheckError('check.mismatch', `the body is not well-formed XML: ${reason}`, { cause });
}

/** An attribute's value may contain ">". */
const tags = /<[A-Za-z_:\u0080-\uffff/](?:[^<>"']|"[^"]*"|'[^']*')*>/g;

/** Counted before the document is built, since the parser and XPath are recursive. */
function refuseDeep(text: string): void {
  let depth = 0;
  let elements = 0;
  for (const [tag] of text.matchAll(tags)) {
    if (tag.startsWith('</')) depth--;
    else {
      elements++;
      if (!tag.endsWith('/>')) depth++;
    }
    if (depth > limits.xmlDepth) throw notXml(`more than ${limits.xmlDepth} elements are nested in one another`);
    if (elements > limits.xmlElements) throw notXml(`it has more than ${limits.xmlElements} elements`);
  }
}

function prefixesOf(document: Document): Readonly<Record<string, string>> {
  const prefixes: Record<string, string> = {};
  for (const element of document.getElementsByTagName('*')) {
    for (const attribute of element.attributes) {
      if (attribute.prefix === 'xmlns') prefixes[attribute.localName ?? ''] ??= attribute.value;
    }
  }
  return prefixes;
}

function withoutNamespaces(document: Document): Document {
  for (const element of document.getElementsByTagName('*')) {
    for (const node of [element, ...element.attributes]) Object.assign(node, { namespaceURI: null });
  }
  return document;
}

/** A prefix in an expression, outside quoted strings. */
const prefixed = /[\w.-]:(?!:)[\w*]/;

function namesPrefix(expression: string): boolean {
  return prefixed.test(expression.replaceAll(/"[^"]*"|'[^']*'/g, '""'));
}

type Evaluated = string | number | boolean | readonly XmlNode[];

/**
 * What an XPath 1.0 expression finds: a string, a number, a boolean, or the strings of several nodes; `undefined` for
 * no node. If no name in it has a prefix, namespaces are ignored; otherwise prefixes are those that the document
 * declares. Throws a `CheckError`, `input.value`, for an invalid expression.
 */
function evaluateXPath({ document, bare, prefixes }: XmlDocument, expression: string): Value | undefined {
  const parsed = parseXPath(expression);
  if (parsed === undefined) throw notEvaluated(expression, 'it is not an XPath expression');
  let result: Evaluated;
  try {
    const options = {
      node: namesPrefix(expression) ? document : bare,
      namespaces: (prefix: string) => prefixes[prefix] ?? '',
      allowAnyNamespaceForNoPrefix: true,
    };
    result = unboxed(parsed.evaluate(options));
  } catch (cause) {
    throw notEvaluated(expression, messageOf(cause), cause);
  }
  if (typeof result !== 'object') return typeof result === 'string' ? result.trim() : result;
  const texts = result.slice(0, limits.foundValues).map((node) => (node.textContent ?? node.nodeValue ?? '').trim());
  return texts.length > 1 ? texts : texts[0];
}

function notEvaluated(expression: string, reason: string, cause?: unknown): CheckError {
  return new CheckError('input.value', `Cannot evaluate the XPath "${expression}": ${reason}`, { cause });
}

function unboxed(value: XPathValue): Evaluated {
  if (value.toUnsortedArray !== undefined) return inDocumentOrder(value.toUnsortedArray() as readonly XmlNode[]);
  if (typeof value.b === 'boolean') return value.b;
  return typeof value.num === 'number' ? value.num : String(value.str);
}

/** The library's own sorting compares siblings by counting them, which is slow. */
function inDocumentOrder(nodes: readonly XmlNode[]): readonly XmlNode[] {
  const [first] = nodes;
  if (first === undefined || nodes.length === 1) return nodes;
  const wanted = new Set(nodes);
  const ordered: XmlNode[] = [];
  const walk = (node: XmlNode): void => {
    if (wanted.has(node)) ordered.push(node);
    for (const attribute of 'attributes' in node ? [...(node as Element).attributes] : [])
      if (wanted.has(attribute)) ordered.push(attribute);
    for (let child = node.firstChild; child !== null; child = child.nextSibling) walk(child);
  };
  walk(first.ownerDocument ?? first);
  return ordered;
}
