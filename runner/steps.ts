import type { Receiver } from './arrival.ts';
import type { HttpRequest } from './http-request.ts';
import type { Message } from './message.ts';
import type { Expectation, Matcher, Pattern, Target, Text, Tolerance } from './plan.ts';
import type { Attribute, Credentials, Sending } from './sending.ts';
import type { TlsOptions } from './server-options.ts';
import type { Span } from './source.ts';

/** One step of a dialogue, by its `kind`: a dialogue step such as `send`, a control step such as `repeat`, or a check such as `dns`. */
export type Step = DialogueStep | ControlStep | CheckStep;

interface StepBase {
  readonly span: Span;
  /** The step's name in output: its `name`, or its action as written. */
  readonly label: string;
  /** The label with its variables filled in at run time, if it has any. Results show this one. */
  readonly said?: Text;
  /** The connection's name; `''` if the scenario has one server. */
  readonly on: string;
  /** The time limit for this step's reply, in milliseconds. Default: the server's. */
  readonly timeout?: number;
  readonly expect?: Expectation;
  readonly captures: readonly Capture[];
  readonly otherwise?: Otherwise;
  readonly tolerate?: readonly Tolerance[];
  readonly when?: When;
  readonly served?: Served;
}

/** Keys that matter only when the scenario is served to a client. */
export interface Served {
  /** The lines of the reply, instead of those derived from the expectation. */
  readonly reply?: readonly Text[];
  /** What the client may send instead of the step's own text. */
  readonly client?: Matcher;
}

/**
 * What happens if an expectation is not met: the rest of the scenario is skipped; there is a warning; the scenario goes
 * on and then fails; or the scenario ends here and passes.
 */
export const otherwises = ['skip', 'warn', 'fail-later', 'pass'] as const;
export type Otherwise = (typeof otherwises)[number];

/** When a step runs: all of these conditions must be met. */
export interface When {
  /** Neither empty nor `false`. */
  readonly text?: Text;
  /**
   * Extensions that the server must have advertised last on the step's connection, or must not have: a keyword,
   * possibly with a parameter.
   */
  readonly offers: readonly Text[];
  readonly lacks: readonly Text[];
  /** Captures that must have a value. */
  readonly captured: readonly string[];
}

export type DialogueStep =
  | (StepBase & {
      readonly kind: 'send';
      readonly what: Sending;
      readonly tag?: Text;
      readonly early?: true;
      readonly wait?: number;
    })
  | (StepBase & { readonly kind: 'expect' })
  | (StepBase & { readonly kind: 'pipeline'; readonly steps: readonly Extract<DialogueStep, { kind: 'send' }>[] })
  | (StepBase & { readonly kind: 'message'; readonly message: Message; readonly bdat?: number })
  | (StepBase & { readonly kind: 'starttls'; readonly tls: TlsOptions; readonly fails: Fails })
  | (StepBase & { readonly kind: 'handshake'; readonly tls: TlsOptions; readonly fails: Fails })
  | (StepBase & { readonly kind: 'authenticate'; readonly credentials: Credentials })
  | (StepBase & { readonly kind: 'xclient'; readonly attributes: readonly Attribute[] })
  | (StepBase & { readonly kind: 'xforward'; readonly attributes: readonly Attribute[] })
  | (StepBase & { readonly kind: 'compress' })
  | (StepBase & { readonly kind: 'close' })
  | (StepBase & { readonly kind: 'reset' })
  | (StepBase & { readonly kind: 'wait'; readonly for: number })
  | (StepBase & { readonly kind: 'connect' });

export type ControlStep =
  | (StepBase & {
      readonly kind: 'eventually';
      readonly within: number;
      readonly every: number;
      readonly dialogue: readonly Step[];
    })
  | (StepBase & {
      readonly kind: 'repeat';
      /** The number of times, or a captured list and the name that each of its items gets in turn. */
      readonly over: number | { readonly name: string; readonly list: string };
      readonly dialogue: readonly Step[];
    })
  | (StepBase & { readonly kind: 'use'; readonly dialogue: readonly Step[] })
  | (StepBase & { readonly kind: 'group'; readonly dialogue: readonly Step[] });

/**
 * The steps that check something outside the dialogue; `checks/` has a file for each. `limit`: the most time, in
 * milliseconds.
 */
export type CheckStep =
  | (CheckBase & {
      readonly kind: 'port';
      readonly host: Text;
      readonly port: Text;
      readonly family?: 4 | 6;
      readonly localAddress?: string;
    })
  /** The certificate of the step's own connection, or of a server. */
  | (CheckBase & { readonly kind: 'certificate'; readonly of: 'connection' | Target; readonly tls: TlsOptions })
  | (CheckBase & { readonly kind: 'tls'; readonly of: Target; readonly tls: TlsOptions })
  | (CheckBase & {
      readonly kind: 'dns';
      readonly name: Text;
      readonly type: string;
      readonly resolver?: Text;
      readonly family?: 4 | 6;
    })
  | (CheckBase & { readonly kind: 'http'; readonly request: HttpRequest })
  | (CheckBase & {
      readonly kind: 'maildir';
      readonly mailbox: WatchedPath;
      readonly all: boolean;
      readonly resolver?: Text;
    })
  | (CheckBase & { readonly kind: 'received'; readonly receiver: Receiver; readonly resolver?: Text })
  /** Inspects a message that a step captured. */
  | (CheckBase & { readonly kind: 'inspect'; readonly message: Text; readonly resolver?: Text })
  | (CheckBase & { readonly kind: 'log'; readonly log: WatchedPath; readonly from?: LogStart })
  | (CheckBase & {
      readonly kind: 'run';
      readonly command: readonly Text[];
      readonly stdin?: Text;
      readonly cwd: string;
      readonly env: readonly { readonly name: string; readonly value: Text }[];
      /**
       * Names of our own environment variables that it gets in addition to the usual ones; `*` matches any characters.
       */
      readonly inherit: readonly string[];
    });

type CheckBase = StepBase & { readonly limit: number };

export type StepKind = Step['kind'];

/** The steps of these kinds, written so that the compiler accepts a table's row for one of them. */
export type StepOf<Kind extends StepKind> = {
  readonly [Each in Kind]: Extract<Step, { readonly kind: Each }> & { readonly kind: Each };
}[Kind];

/** A file or folder whose state is recorded when the scenario begins; it need not exist yet. */
export interface WatchedPath {
  /** Absolute. */
  readonly path: string;
  /** Folders that it must be in after symbolic links are resolved. Absent: anywhere. */
  readonly within?: readonly string[];
}

/** Where to start reading a log. Default: its end when the scenario began. */
export type LogStart =
  | 'beginning'
  /** When the machine was booted. */
  | 'boot'
  /** This many milliseconds ago. */
  | { readonly ago: number }
  /** The last line that matches. */
  | { readonly line: Pattern };

/** Whether a handshake must fail: no, yes, or with an error that matches the pattern. */
export type Fails = false | true | Pattern;

export interface Capture {
  readonly name: string;
  readonly pattern: Pattern;
  readonly span: Span;
}

// --- Facts ---

/** What all steps of a kind have in common. Rooms ask this table instead of comparing kinds by name. */
export interface StepFacts {
  /**
   * `if named`: only if the file names one, for what its texts say about that server. `unless server`: if the step does
   * not name a server itself.
   */
  readonly connection: 'always' | 'never' | 'if named' | 'unless server';
  /**
   * What can be expected and captured: a reply, read only if it is expected or always; or a check's result
   * (`evidence`).
   */
  readonly reply: 'none' | 'if expected' | 'always' | 'evidence';
  /** The step fails if the server does not do it, even without an `expect`. */
  readonly proves: boolean;
  /** The key of the nested steps: a dialogue of any steps, or sends only. */
  readonly holds?: 'dialogue' | 'steps';
  /** The step is only a wrapper: its nested steps run as if they were written here. */
  readonly inPlace?: true;
  /** The key of the path whose state is recorded when the scenario begins. */
  readonly watches?: Watched['as'];
}

/** The keys of a step whose value is of this type. */
type KeysOf<Kind extends StepKind, Value> = {
  [Key in keyof StepOf<Kind>]-?: StepOf<Kind>[Key] extends Value ? Key : never;
}[keyof StepOf<Kind>];

type FactsOf<Kind extends StepKind> = StepFacts & {
  readonly reply: Kind extends CheckStep['kind'] ? 'evidence' : Exclude<StepFacts['reply'], 'evidence'>;
} & ([KeysOf<Kind, readonly Step[]>] extends [never] ? unknown : { readonly holds: KeysOf<Kind, readonly Step[]> }) &
  ([KeysOf<Kind, WatchedPath>] extends [never] ? unknown : { readonly watches: KeysOf<Kind, WatchedPath> });

/** One row for each kind. */
export const stepFacts: { readonly [Kind in StepKind]: FactsOf<Kind> } = {
  send: { connection: 'always', reply: 'if expected', proves: false },
  expect: { connection: 'always', reply: 'if expected', proves: false },
  pipeline: { connection: 'always', reply: 'none', proves: false, holds: 'steps' },
  message: { connection: 'always', reply: 'if expected', proves: false },
  starttls: { connection: 'always', reply: 'always', proves: true },
  handshake: { connection: 'always', reply: 'none', proves: true },
  authenticate: { connection: 'always', reply: 'always', proves: true },
  xclient: { connection: 'always', reply: 'always', proves: true },
  xforward: { connection: 'always', reply: 'always', proves: true },
  compress: { connection: 'always', reply: 'always', proves: true },
  close: { connection: 'always', reply: 'none', proves: false },
  reset: { connection: 'always', reply: 'none', proves: false },
  wait: { connection: 'never', reply: 'none', proves: false },
  connect: { connection: 'always', reply: 'none', proves: false },
  eventually: { connection: 'never', reply: 'none', proves: false, holds: 'dialogue' },
  repeat: { connection: 'never', reply: 'none', proves: false, holds: 'dialogue' },
  use: { connection: 'never', reply: 'none', proves: false, holds: 'dialogue', inPlace: true },
  group: { connection: 'never', reply: 'none', proves: false, holds: 'dialogue', inPlace: true },
  port: { connection: 'if named', reply: 'evidence', proves: false },
  certificate: { connection: 'unless server', reply: 'evidence', proves: false },
  tls: { connection: 'never', reply: 'evidence', proves: false },
  dns: { connection: 'if named', reply: 'evidence', proves: false },
  http: { connection: 'if named', reply: 'evidence', proves: false },
  maildir: { connection: 'never', reply: 'evidence', proves: false, watches: 'mailbox' },
  received: { connection: 'never', reply: 'evidence', proves: false },
  inspect: { connection: 'if named', reply: 'evidence', proves: false },
  log: { connection: 'never', reply: 'evidence', proves: false, watches: 'log' },
  run: { connection: 'if named', reply: 'evidence', proves: true },
};

export function factsOf({ kind }: Step): StepFacts {
  return stepFacts[kind];
}

const none: readonly never[] = [];

/** The nested steps. */
export function childrenOf(step: Step): readonly Step[] {
  const { holds } = factsOf(step);
  return (holds && (step as Partial<Record<typeof holds, readonly Step[]>>)[holds]) ?? none;
}

/** The nested steps, if they are a dialogue of their own. */
export function dialogueOf(step: Step): readonly Step[] {
  return factsOf(step).holds === 'dialogue' ? childrenOf(step) : none;
}

/** The path whose state is recorded when the scenario begins. */
export interface Watched {
  readonly as: 'mailbox' | 'log';
  readonly file: WatchedPath;
}

export function watchedBy(step: Step): Watched | undefined {
  const { watches } = factsOf(step);
  const file = watches && (step as Partial<Record<typeof watches, WatchedPath>>)[watches];
  return file && { as: watches, file };
}
