import type { Condition, Text } from '../plan.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { protocols } from '../protocol/protocols.ts';
import type { Span } from '../source.ts';

/** The meaning of a short form, or why the text is not a short form. */
export type ShortForm =
  | { readonly conditions: readonly Condition[] }
  | { readonly mistake: string; readonly hint: string };

/** The syntax of a protocol's short forms. */
interface Grammar {
  readonly protocol: Protocol;
  /** Matches the status and the separator after it. */
  readonly head: RegExp;
  readonly hint: string;
  condition(status: string, span: Span): Condition;
}

const code = (status: string, span: Span): Condition => ({ kind: 'code', codes: [status.toLowerCase()], span });
const status = (word: string, span: Span): Condition => ({ kind: 'status', statuses: [word.toUpperCase()], span });

function grammarOf(protocol: Protocol): Grammar | undefined {
  const { status: form } = protocol.replies;
  switch (form.form) {
    case 'code':
      return {
        protocol,
        // RFC 5321 section 4.2; `x` matches any digit.
        head: /^([1-5](?:[0-9]{2}|[0-9]x|xx))(?:[ -]+|$)/i,
        hint: `Write a reply code of three digits, and then what a line begins with: ${form.examples}; or a pattern: /text/`,
        condition: code,
      };
    case 'word':
      return {
        protocol,
        head: new RegExp(`^(${form.words.map((word) => word.replace(/\W/g, '\\$&')).join('|')})(?:\\s+|$)`, 'i'),
        hint: `Write a status, and then what the text begins with: ${form.examples}; or a pattern: /text/`,
        condition: status,
      };
    case 'none':
      return undefined;
  }
}

const grammars: readonly Grammar[] = Object.values(protocols).flatMap((protocol) => grammarOf(protocol) ?? []);

/** RFC 2034 section 4, with `x` for any number, which plain text cannot express. */
const enhancedPattern = /^[245]\.(?:\d{1,3}|x)\.(?:\d{1,3}|x)$/i;

/**
 * Reads a protocol's short form such as `250-AUTH`, `NO [AUTHENTICATIONFAILED]` or `+OK`. If the protocol is not known
 * (the server is not configured), any that fits is used.
 */
export function readShortForm(text: Text, protocol: Protocol | undefined, span: Span): ShortForm {
  const [first, ...rest] = typeof text === 'string' ? [text] : text.parts;
  const own = protocol && grammars.find((grammar) => grammar.protocol === protocol);
  if (protocol !== undefined && own === undefined) return { conditions: [{ kind: 'begins', text, span }] };
  const untagged = typeof first === 'string' ? /^\*\s+/.exec(first) : null;
  if (untagged !== null && protocol?.replies.untagged !== false) {
    const want = { form: 'begins', text: without(text, untagged[0].length) } as const;
    return { conditions: [{ kind: 'untagged', want: [{ forbidden: false, want, span }], span }] };
  }
  for (const grammar of own === undefined ? grammars : [own]) {
    const head = typeof first === 'string' ? grammar.head.exec(first) : null;
    // `250${x}` is neither `250 ${x}` nor a code: the status would end where the literal text ends.
    const whole = head !== null && (head[0] !== head[1] || rest.length === 0);
    if (head?.[1] === undefined || !whole) continue;
    const conditions = [grammar.condition(head[1], span)];
    const begins = without(text, head[0].length);
    if (begins === '') return { conditions };
    if (typeof begins === 'string' && /x/i.test(begins) && enhancedPattern.test(begins) && grammar.condition === code) {
      return { conditions: [...conditions, { kind: 'enhanced', codes: [begins.toLowerCase()], span }] };
    }
    return { conditions: [...conditions, { kind: 'begins', text: begins, span }] };
  }
  if (own === undefined) return { conditions: [{ kind: 'begins', text, span }] };
  const shown = typeof text === 'string' ? `"${text}"` : 'A string whose status is known only during the run';
  return { mistake: `${shown} is not ${own.protocol.replies.noun}`, hint: own.hint };
}

/** The text without its first characters. */
export function without(text: Text, length: number): Text {
  if (typeof text === 'string') return text.slice(length);
  const [first, ...rest] = text.parts;
  if (typeof first !== 'string') return text;
  return { parts: first.length === length ? rest : [first.slice(length), ...rest] };
}
