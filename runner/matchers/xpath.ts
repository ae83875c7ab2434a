import { createRequire } from 'node:module';

export interface XPathExpression {
  evaluate(options: object): XPathValue;
}

/** The library's result: one of these. */
export interface XPathValue {
  readonly b?: unknown;
  readonly num?: unknown;
  readonly str?: unknown;
  toUnsortedArray?(): readonly unknown[];
}

// Loaded with the first expression. The library's own types lack parse() and include those of browsers.
let library: { parse(expression: string): XPathExpression } | undefined;

/** An XPath 1.0 expression; `undefined` if it is not one. The library rarely says why. */
export function parseXPath(text: string): XPathExpression | undefined {
  library ??= createRequire(import.meta.url)('xpath') as NonNullable<typeof library>;
  try {
    return library.parse(text);
  } catch {
    return undefined;
  }
}

export const xpathHint = 'For example: "//incomingServer[@type=\'imap\']/hostname"';
