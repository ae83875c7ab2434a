import type { CertificateFault, Fault } from './evidence.ts';
import type { WantedExpectation } from './mismatch.ts';

/** What a reply answers: the last action on its connection. */
export type Action =
  | { readonly kind: 'greeting' }
  /** `label`: as the step names it, its holes filled. `line`: what was sent, where the step sends one line. Redacted when shown. */
  | { readonly kind: 'command'; readonly label: string; readonly line?: string }
  /** `recipient`: whose reply of an LMTP server's (RFC 2033 section 4.2), where there are several. */
  | { readonly kind: 'message'; readonly recipient?: { readonly at: number; readonly of: number } }
  /** RFC 3030 section 2. `at`: its first octet; absent for the last one. */
  | { readonly kind: 'chunk'; readonly at?: number }
  /** An answer to a SASL challenge. */
  | { readonly kind: 'challenge'; readonly mechanism: string }
  | { readonly kind: 'handshake' }
  /** RFC 5804 section 2.2: after the handshake the server sends them again. */
  | { readonly kind: 'capabilities' };

/** The first line of a problem, as data; `problemWords` makes text of it. */
export type Headline =
  /** As it was worded where it was thrown, or by a report. */
  | { readonly kind: 'message'; readonly message: string }
  /** The certificate is not one to trust. */
  | { readonly kind: 'certificate'; readonly fault: CertificateFault }
  /** What came does not meet the expectation. */
  | { readonly kind: 'mismatch' | 'nothing to capture'; readonly of: Action | Looked }
  | { readonly kind: 'not positive' | 'no reply' | 'closed'; readonly after: Action }
  /** Milliseconds. */
  | { readonly kind: 'still open'; readonly within: number }
  | { readonly kind: 'late reply' | 'not taken'; readonly after: Action; readonly within: number }
  | { readonly kind: 'over limit'; readonly after: Action; readonly reason: string }
  /** `more`: others besides this one. */
  | { readonly kind: 'violation'; readonly after: Action; readonly reason: string; readonly more?: number }
  /** Silence or the end of the connection was expected. */
  | { readonly kind: 'unexpected'; readonly came: 'reply' | 'fragment'; readonly expected: WantedExpectation }
  | { readonly kind: 'unusable connection'; readonly connection: string; readonly why: Headline }
  /** No scenario can use the server. */
  | { readonly kind: 'no service'; readonly server: string; readonly why: Headline; readonly fault?: Fault }
  /** `eventually`: how often, in how many milliseconds, and what the last try ended with. */
  | { readonly kind: 'tried'; readonly times: number; readonly within: number; readonly last: Headline };

/** A check, by its step's label, its holes filled. */
export interface Looked {
  readonly kind: 'check';
  readonly label: string;
}

/** The same with other texts: with secrets replaced. */
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

export function mapAction(action: Action, text: (text: string) => string): Action {
  if (action.kind !== 'command') return action;
  const { label, line } = action;
  return { ...action, label: text(label), ...(line !== undefined && { line: text(line) }) };
}
