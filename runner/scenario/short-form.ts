import type { Condition, ProtocolName, Text } from '../plan.ts';
import type { Span } from '../source.ts';

/** What a short form says, or why it is none. */
export type ShortForm =
  | { readonly conditions: readonly Condition[] }
  | { readonly mistake: string; readonly hint: string };

interface Grammar {
  /** For messages: `an SMTP reply`. */
  readonly noun: string;
  /** The status, and the rest. */
  readonly head: RegExp;
  condition(status: string, span: Span): Condition;
  readonly hint: string;
}

const code = (status: string, span: Span): Condition => ({ kind: 'code', codes: [status.toLowerCase()], span });
const status = (word: string, span: Span): Condition => ({ kind: 'status', statuses: [word.toUpperCase()], span });

const smtpHint =
  'Write a reply code of three digits, and then what a line begins with: 250, 2xx, 250-AUTH, "550 5.1.1"; or a pattern: /text/';

/** RFC 5321 section 4.2; `x` stands for any digit. */
const smtp: Grammar = {
  noun: 'an SMTP reply',
  head: /^([1-5](?:[0-9]{2}|[0-9]x|xx))(?:[ -]+|$)/i,
  condition: code,
  hint: smtpHint,
};

const grammars: Readonly<Record<Exclude<ProtocolName, 'line'>, Grammar>> = {
  smtp,
  lmtp: { ...smtp, noun: 'an LMTP reply' },
  // RFC 9051 section 7.1
  imap: {
    noun: 'an IMAP response',
    head: /^(OK|NO|BAD|BYE|PREAUTH|\+)(?:\s+|$)/i,
    condition: status,
    hint: 'Write a status, and then what the text begins with: OK, "NO [AUTHENTICATIONFAILED]", +, "* BYE"; or a pattern: /text/',
  },
  // RFC 1939 section 3, RFC 5034 section 4
  pop3: {
    noun: 'a POP3 response',
    head: /^(\+OK|-ERR|\+)(?:\s+|$)/i,
    condition: status,
    hint: 'Write a status, and then what the text begins with: +OK, -ERR, "+OK Logged in", +; or a pattern: /text/',
  },
  // RFC 5804 section 1.2
  sieve: {
    noun: 'a ManageSieve response',
    head: /^(OK|NO|BYE)(?:\s+|$)/i,
    condition: status,
    hint: 'Write a status, and then what the text begins with: OK, NO, BYE; or a pattern: /text/',
  },
};

/** RFC 2034 section 4, with `x` for any number: a plain text cannot say that. */
const enhancedPattern = /^[245]\.(?:\d{1,3}|x)\.(?:\d{1,3}|x)$/i;

/**
 * Reads `250-AUTH`, `NO [AUTHENTICATIONFAILED]`, `+OK`, … of a protocol; where that is not known
 * (a server that is not configured), of whichever fits.
 */
export function readShortForm(text: Text, protocol: ProtocolName | undefined, span: Span): ShortForm {
  const [first, ...rest] = typeof text === 'string' ? [text] : text.parts;
  if (protocol === 'line') return { conditions: [{ kind: 'begins', text, span }] };
  const untagged = typeof first === 'string' ? /^\*\s+/.exec(first) : null;
  if (untagged !== null && (protocol === 'imap' || protocol === undefined)) {
    const want = { form: 'begins', text: without(text, untagged[0].length) } as const;
    return { conditions: [{ kind: 'untagged', want: [{ forbidden: false, want, span }], span }] };
  }
  for (const grammar of protocol === undefined ? Object.values(grammars) : [grammars[protocol]]) {
    const head = typeof first === 'string' ? grammar.head.exec(first) : null;
    // `250${x}` is neither `250 ${x}` nor a code: the status ends where its text ends.
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
  if (protocol === undefined) return { conditions: [{ kind: 'begins', text, span }] };
  const shown = typeof text === 'string' ? `"${text}"` : 'A text whose status is known only while running';
  return { mistake: `${shown} is not ${grammars[protocol].noun}`, hint: grammars[protocol].hint };
}

/** The text without its first characters. */
export function without(text: Text, length: number): Text {
  if (typeof text === 'string') return text.slice(length);
  const [first, ...rest] = text.parts;
  if (typeof first !== 'string') return text;
  return { parts: first.length === length ? rest : [first.slice(length), ...rest] };
}
