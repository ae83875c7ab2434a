import { decodeText } from '../encoding.ts';
import type { Note } from '../result.ts';
import type { Fields, Value } from '../value.ts';
import { aside } from './aside.ts';
import type { Seen } from './check.ts';
import { evaluateJsonPath, parseJson } from './json.ts';
import { shownLine, shownLines } from './shown.ts';

export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** What the expectation looks up in the body. */
export interface Lookups {
  readonly xpaths: readonly string[];
  readonly jsonPaths: readonly string[];
}

/** The result of a request. Throws a `CheckError` if XML or JSON is looked up in a body that is not that. */
export async function toSeen(
  input: Lookups,
  url: URL,
  response: HttpResponse,
  notes: readonly (string | Note)[],
  signal: AbortSignal,
): Promise<Seen> {
  const body = textOf(response);
  // The body of an error response is not the expected document.
  const looks = response.status >= 200 && response.status < 300;
  return {
    evidence: {
      status: response.status,
      headers: headerFields(response),
      body,
      url: url.href,
      ...(looks && input.xpaths.length > 0 && { xml: await xmlIn(body, input.xpaths, signal) }),
      ...(looks && input.jsonPaths.length > 0 && { json: found(parseJson(body), input.jsonPaths) }),
    },
    transcript: notes,
    text: body,
  };
}

function xmlIn(text: string, expressions: readonly string[], signal: AbortSignal): Promise<Fields> {
  return aside({ kind: 'xml', text, expressions }, signal);
}

function found(document: unknown, expressions: readonly string[]): Fields {
  const fields: Record<string, Value> = {};
  for (const expression of expressions) {
    const value = evaluateJsonPath(document, expression);
    if (value !== undefined) fields[expression] = value;
  }
  return fields;
}

/**
 * Header fields, with names in lower case. RFC 9110 section 5.2: several values are joined by commas, except cookies.
 */
function headerFields({ headers }: HttpResponse): Fields {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      if (value === undefined) return [];
      return [
        [
          name.toLowerCase(),
          Array.isArray(value) && name.toLowerCase() !== 'set-cookie' ? value.join(', ') : value,
        ] as const,
      ];
    }),
  );
}

/** Decodes the body by the charset that the server names; otherwise as UTF-8 if it is valid, else as Latin-1. */
function textOf({ headers, body }: HttpResponse): string {
  const charset = /;\s*charset="?([\w-]+)/i.exec(single(headers['content-type']) ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    try {
      return new TextDecoder(charset).decode(body);
    } catch {
      // An unknown charset is ignored.
    }
  }
  return decodeText(body);
}

/** A response as the transcript shows it. */
export function described(response: HttpResponse): Seen['transcript'] {
  const headers = Object.entries(headerFields(response)).map(([name, value]) => shownLine(String(value), `${name}: `));
  return [`${response.status} ${response.statusText}`.trim(), ...headers, ...shownLines(textOf(response))];
}

export function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
