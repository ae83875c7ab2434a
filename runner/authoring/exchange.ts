import type { GivenCredentials, MechanismName } from '../protocol/sasl.ts';
import type { Came } from './expectation.ts';
import type { Written, WrittenMap } from './written.ts';

/** One action of a client, and the reply to it. */
export interface Exchange {
  readonly did: Did;
  /** In order: what the step expects, and what further steps do. */
  readonly came: readonly Came[];
  /** What is wanted instead of an expectation made of the reply. */
  readonly pinned?: Written;
  /** The connection, where a session has several. */
  readonly on?: string;
  /** Its place among those of other connections. */
  readonly at?: number;
  /** What stands above it, such as lines that could not be read. */
  readonly comments?: readonly string[];
}

export type Did =
  /** It only waited: for a greeting, for what a server says unasked. */
  | { readonly kind: 'wait' }
  /** Without its tag and its line end. */
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'parts'; readonly parts: readonly Part[] }
  /** Octets as Latin-1 characters. */
  | { readonly kind: 'raw'; readonly octets: string }
  /** Several commands in one write: each has its exchange. */
  | { readonly kind: 'pipeline'; readonly exchanges: readonly Exchange[] }
  /** A message's content, its lines ended by LF, and without the dots that were added. */
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'starttls' }
  | { readonly kind: 'compress' }
  | { readonly kind: 'login'; readonly mechanism: MechanismName; readonly credentials: GivenCredentials }
  | { readonly kind: 'close' }
  /** A step that is complete, its variables and its expectation included. */
  | { readonly kind: 'written'; readonly step: WrittenMap };

export type Part =
  | { readonly text: string }
  /** `latin1`: its characters are octets, which are not UTF-8. */
  | { readonly literal: string; readonly plus: boolean; readonly latin1?: boolean };

/** The command that the replies of an exchange answer, for whoever asks what it was. */
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
