import { createRequire } from 'node:module';

export interface XPathExpression {
  evaluate(options: object): XPathValue;
}

/** How the library hands over a value: as one of these. */
export interface XPathValue {
  readonly b?: unknown;
  readonly num?: unknown;
  readonly str?: unknown;
  toUnsortedArray?(): readonly unknown[];
}

// Loaded with the first expression. Its own types leave out parse(), and bring those of browsers along.
let library: { parse(expression: string): XPathExpression } | undefined;

/** An XPath 1.0 expression; `undefined` for what is not one: why, the library seldom says. */
export function parseXPath(text: string): XPathExpression | undefined {
  library ??= createRequire(import.meta.url)('xpath') as NonNullable<typeof library>;
  try {
    return library.parse(text);
  } catch {
    return undefined;
  }
}

export const xpathHint = 'For example: "//incomingServer[@type=\'imap\']/hostname"';
