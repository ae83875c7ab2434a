import type { GivenCredentials, MechanismName } from '../protocol/sasl.ts';
import type { Came } from './expectation.ts';
import type { Written, WrittenMap } from './written.ts';

/** An action of a client, and the replies to it. */
export interface Exchange {
  readonly did: Did;
  /** In order: what the step itself expects, and what further steps expect. */
  readonly came: readonly Came[];
  /** An expectation to use instead of one derived from the reply. */
  readonly pinned?: Written;
  /** The connection, if a session has several. */
  readonly on?: string;
  /** Its position among those of other connections. */
  readonly at?: number;
  /** Comments above it, such as lines that could not be read. */
  readonly comments?: readonly string[];
}

export type Did =
  /** It only waited: for a greeting, or for something that a server sends unasked. */
  | { readonly kind: 'wait' }
  /** Without its tag and line ending. */
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'parts'; readonly parts: readonly Part[] }
  /** Octets as Latin-1 characters. */
  | { readonly kind: 'raw'; readonly octets: string }
  /** Several commands in one write, each with its exchange. */
  | { readonly kind: 'pipeline'; readonly exchanges: readonly Exchange[] }
  /** The content of a message, with LF line endings and without stuffed dots. */
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'starttls' }
  | { readonly kind: 'compress' }
  | { readonly kind: 'login'; readonly mechanism: MechanismName; readonly credentials: GivenCredentials }
  | { readonly kind: 'close' }
  /** A complete step, including its variables and its expectation. */
  | { readonly kind: 'written'; readonly step: WrittenMap };

export type Part =
  | { readonly text: string }
  /** `latin1`: its characters are octets that are not UTF-8. */
  | { readonly literal: string; readonly plus: boolean; readonly latin1?: boolean };

/** The command that the replies of an exchange answer. */
export function commandOf(did: Did): string | undefined {
  switch (did.kind) {
    case 'line':
      return did.text;
    case 'parts':
      return did.parts.map((part) => ('text' in part ? part.text : '')).join('');
    default:
      return undefined;
  }
}
