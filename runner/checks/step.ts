import type { Received } from '../arrival.ts';
import type { Pattern, Target, Text } from '../plan.ts';
import type { TlsOptions } from '../server-options.ts';
import type { CheckStep, StepOf } from '../steps.ts';
import type { HandshakeOptions, TlsFacts } from '../transport/transport.ts';
import type { CheckContext, Seen } from './check.ts';
import type { Marks } from './marks.ts';
import type { TlsPeer } from './tls-peer.ts';

/** How a step of a kind is carried out. Throws a `CheckError`, or a `TransportError` where the run was ended. */
export type CheckOf<Kind extends CheckStep['kind']> = (step: StepOf<Kind>, context: CheckStepContext) => Promise<Seen>;

/** What a check needs of the scenario that it is a step of. */
export interface CheckStepContext extends CheckContext {
  /** The text with its holes filled. */
  readonly fill: (text: Text) => string;
  /** TLS options with their files read. */
  readonly tlsOptions: (options: TlsOptions) => Promise<HandshakeOptions>;
  /** A server to shake hands with; the options override its own. */
  readonly peer: (target: Target, options: TlsOptions) => Promise<TlsPeer>;
  /** Of the step's own connection; `undefined` where it is not encrypted. */
  readonly connectionTls: () => Promise<TlsFacts | undefined>;
  readonly marks: Marks;
  /** What the receiver of that name has for the scenario. */
  readonly received: (label: string) => Received;
  /** Whether a text meets a pattern, its holes filled. */
  readonly meets: (pattern: Pattern, text: string) => boolean;
  readonly wants: Wants;
}

/** What the step's expectation names, which a check has to look for. */
export interface Wants {
  /** Texts in the field's matcher: names that a certificate should be valid for. */
  texts(field: string): readonly string[];
  /** Every field that it names. */
  fields(): readonly string[];
  /** Names below the field: XPath expressions. */
  names(field: string): readonly string[];
  /** Words of a field's texts and patterns. */
  words(field: string): readonly string[];
  /** Whether a line has something of what the expectation's lines are about. */
  concerns(line: string): boolean;
}
