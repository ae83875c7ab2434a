import type { CertificateFault, Fault } from './evidence.ts';
import type { WantedExpectation } from './mismatch.ts';

/** The action that a reply answers: the last one on its connection. */
export type Action =
  | { readonly kind: 'greeting' }
  /**
   * `label`: the step's name, with variables filled in. `line`: the line that was sent, if the step sends one line.
   * Redacted when shown.
   */
  | { readonly kind: 'command'; readonly label: string; readonly line?: string }
  /** `recipient`: the recipient that the reply is for, if an LMTP server sends several (RFC 2033 section 4.2). */
  | { readonly kind: 'message'; readonly recipient?: { readonly at: number; readonly of: number } }
  /** A chunk (RFC 3030 section 2). `at`: the offset of its first octet; absent for the last chunk. */
  | { readonly kind: 'chunk'; readonly at?: number }
  /** A response to a SASL challenge. */
  | { readonly kind: 'challenge'; readonly mechanism: string }
  | { readonly kind: 'handshake' }
  /** The capabilities that the server sends again after the TLS handshake (RFC 5804 section 2.2). */
  | { readonly kind: 'capabilities' };

/** The first line of a problem, as data; `problemWords` makes text of it. */
export type Headline =
  /** Text as it was thrown, or as another report worded it. */
  | { readonly kind: 'message'; readonly message: string }
  /** The certificate is not trusted. */
  | { readonly kind: 'certificate'; readonly fault: CertificateFault }
  /** The actual value does not meet the expectation. */
  | { readonly kind: 'mismatch' | 'nothing to capture'; readonly of: Action | Looked }
  | { readonly kind: 'not positive' | 'no reply' | 'closed'; readonly after: Action }
  /** `within`: milliseconds. */
  | { readonly kind: 'still open'; readonly within: number }
  | { readonly kind: 'late reply' | 'not taken'; readonly after: Action; readonly within: number }
  | { readonly kind: 'over limit'; readonly after: Action; readonly reason: string }
  /** `more`: the number of further violations. */
  | { readonly kind: 'violation'; readonly after: Action; readonly reason: string; readonly more?: number }
  /** Something arrived although silence or the end of the connection was expected. */
  | { readonly kind: 'unexpected'; readonly came: 'reply' | 'fragment'; readonly expected: WantedExpectation }
  | { readonly kind: 'unusable connection'; readonly connection: string; readonly why: Headline }
  /** No scenario can use this server. */
  | { readonly kind: 'no service'; readonly server: string; readonly why: Headline; readonly fault?: Fault }
  /** `eventually`: the number of attempts, the time they took in milliseconds, and how the last one failed. */
  | { readonly kind: 'tried'; readonly times: number; readonly within: number; readonly last: Headline };

/** A check, by its step's label, with variables filled in. */
export interface Looked {
  readonly kind: 'check';
  readonly label: string;
}

/** The same headline with `text` applied to every string, for example to replace secrets. */
export function mapHeadline(headline: Headline, text: (text: string) => string): Headline {
  switch (headline.kind) {
    case 'message':
      return { ...headline, message: text(headline.message) };
    case 'mismatch':
    case 'nothing to capture': {
      const { of } = headline;
      return { ...headline, of: of.kind === 'check' ? { ...of, label: text(of.label) } : mapAction(of, text) };
    }
    case 'not positive':
    case 'no reply':
    case 'closed':
    case 'late reply':
    case 'not taken':
      return { ...headline, after: mapAction(headline.after, text) };
    case 'over limit':
    case 'violation':
      return { ...headline, after: mapAction(headline.after, text), reason: text(headline.reason) };
    case 'unexpected':
    case 'certificate':
    case 'still open':
      return headline;
    case 'unusable connection':
      return { ...headline, why: mapHeadline(headline.why, text) };
    case 'no service':
      return { ...headline, server: text(headline.server), why: mapHeadline(headline.why, text) };
    case 'tried':
      return { ...headline, last: mapHeadline(headline.last, text) };
  }
}

/** What the missing or wrong reply answers; of several attempts, in the last one. */
export function actionIn(headline: Headline): Action | undefined {
  const last = headline.kind === 'tried' ? headline.last : headline;
  if ('after' in last) return last.after;
  return 'of' in last && last.of.kind !== 'check' ? last.of : undefined;
}

export function mapAction(action: Action, text: (text: string) => string): Action {
  if (action.kind !== 'command') return action;
  const { label, line } = action;
  return { ...action, label: text(label), ...(line !== undefined && { line: text(line) }) };
}
