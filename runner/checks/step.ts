import type { Received } from '../arrival.ts';
import type { Pattern, Target, Text } from '../plan.ts';
import type { TlsOptions } from '../server-options.ts';
import type { CheckStep, StepOf } from '../steps.ts';
import type { HandshakeOptions, TlsFacts } from '../transport/transport.ts';
import type { CheckContext, Seen } from './check.ts';
import type { Marks } from './marks.ts';
import type { TlsPeer } from './tls-peer.ts';

/** Carries out a step of a kind. Throws a `CheckError`, or a `TransportError` if the run was ended. */
export type CheckOf<Kind extends CheckStep['kind']> = (step: StepOf<Kind>, context: CheckStepContext) => Promise<Seen>;

/** What a check needs of its scenario. */
export interface CheckStepContext extends CheckContext {
  /** Fills the holes of a text. */
  readonly fill: (text: Text) => string;
  /** Reads the files of TLS options. */
  readonly tlsOptions: (options: TlsOptions) => Promise<HandshakeOptions>;
  /** A server for a TLS handshake; the options override its own. */
  readonly peer: (target: Target, options: TlsOptions) => Promise<TlsPeer>;
  /** Whether a limit on connections may be why the server ended one. */
  readonly mayLimit: (target: Target) => boolean;
  /** Waits until one more connection to the server may be opened; returns the milliseconds that it waited. */
  readonly another: (target: Target) => Promise<number>;
  /** The TLS facts of the step's own connection; `undefined` if it is not encrypted. */
  readonly connectionTls: () => Promise<TlsFacts | undefined>;
  readonly marks: Marks;
  /** What the receiver of that name has received for the scenario. */
  readonly received: (label: string) => Received;
  /** Whether a text matches a pattern with its holes filled. */
  readonly meets: (pattern: Pattern, text: string) => boolean;
  readonly wants: Wants;
}

/** Names in the step's expectation that the check has to look for. */
export interface Wants {
  /** The strings in the field's matcher, such as names that a certificate should be valid for. */
  texts(field: string): readonly string[];
  /** All fields in the expectation. */
  fields(): readonly string[];
  /** The names below the field, such as XPath expressions. */
  names(field: string): readonly string[];
  /** The words in the field's strings and patterns. */
  words(field: string): readonly string[];
  /** Whether a line is similar to what the expectation says about lines. */
  concerns(line: string): boolean;
}
