import type { Receiving } from './arrival.ts';
import type { End } from './end.ts';
import type { FilterName } from './filter-name.ts';
import type { MatcherKind, matcherKinds } from './matcher-kinds.ts';
import type { Provocation } from './provocation.ts';
import type { ProxyProtocol } from './proxy-protocol.ts';
import type { ReadableFiles } from './readable.ts';
import type { Product, Remedy, Severity } from './remedy.ts';
import type { Shard } from './shard.ts';
import type { Span } from './source.ts';
import type { Step } from './steps.ts';
import type { TlsVersion } from './tls-version.ts';

/** What a run will do, fully resolved. Only values that exist at run time alone (captures, the date) are still holes. */
export interface Plan {
  readonly runId: string;
  readonly suites: readonly Suite[];
  /** In file order; `index` numbers them through the whole run. */
  readonly scenarios: readonly Scenario[];
  readonly secrets: readonly Secret[];
  /** Log files whose new lines are shown when a scenario fails. Absolute paths. */
  readonly logs: readonly string[];
  /** The configuration file's folder, or the working directory: paths in scenarios are below it. */
  readonly root: string;
  /** Absent: whatever the plan names. */
  readonly readable?: ReadableFiles;
  /** Which part of a run on several machines this is. */
  readonly shard?: Shard;
}

/** What the scenarios of a file share. */
export interface Suite {
  /** The file's path as shown. */
  readonly file: string;
  /** Stable name: the file's path below the scenarios folder, without its extension. */
  readonly id: string;
  /** It ships with mailspec, and is named `mailspec:ID`. */
  readonly shipped?: true;
  readonly title: string;
  readonly description?: string;
  readonly references: readonly string[];
}

/** One scenario of a plan: a case, with its values filled in. */
export interface Scenario {
  readonly index: number;
  readonly suite: Suite;
  /** `suite#name-as-slug`, unique in the run. */
  readonly id: string;
  /** Ids made of its former names. They select it, and known issues under them apply. */
  readonly formerIds?: readonly string[];
  readonly name: string;
  readonly description?: string;
  readonly references: readonly string[];
  readonly tags: readonly string[];
  /** The scenario's entry in its file. */
  readonly span: Span;
  readonly level: 'must' | 'should';
  readonly severity: Severity;
  readonly remedies: readonly Remedy[];
  /** Of one that has expired the planner warns, and leaves it out. */
  readonly knownIssue?: KnownIssue;
  /** Why it is never run: `skip`, or what `requires` names and the configuration lacks. */
  readonly skip?: string;
  /** Names under `requires` without which it is not run. */
  readonly lacks?: readonly string[];
  /** Skipped where a connection has the same address at both ends: servers trust their own host. */
  readonly elsewhere?: true;
  /** Milliseconds for the whole scenario. */
  readonly timeout: number;
  readonly retries: number;
  readonly exclusive: readonly string[];
  /** What it sets off on purpose: see `Provocation`. */
  readonly provokes: readonly Provocation[];
  /** The configuration's, the suite's and its own. */
  readonly tolerate?: readonly Tolerance[];
  /** It fails only for violations that no other such scenario of the run reports. */
  readonly violationsOnce?: true;
  /** By name; a scenario with `server` has one, named `''`. */
  readonly connections: ReadonlyMap<string, Target>;
  /** What it receives from the server under test, by the receivers' names. */
  readonly receives?: ReadonlyMap<string, Receiving>;
  readonly dialogue: readonly Step[];
  readonly after: readonly Step[];
}

/** Departures from a protocol's grammar that do not count. */
export interface Tolerance {
  /** As written: a finding's name, or `imap.fetch.*`. */
  readonly finding: string;
  readonly names: ReadonlySet<string>;
  readonly reason?: string;
  /** The last day on which it holds, as `YYYY-MM-DD`. Of one that has expired the planner warns, and leaves it out. */
  readonly until?: string;
  readonly span: Span;
}

export interface KnownIssue {
  readonly reason: string;
  /** The last day on which it is known, as `YYYY-MM-DD`. */
  readonly until?: string;
}

/** A value that appears in no output. */
export interface Secret {
  readonly name: string;
  /** The value, and what filters made of it. */
  readonly forms: readonly string[];
}

// --- Texts ---

/** A string, or one with holes that are filled while running. */
export type Text = string | Template;

export interface Template {
  readonly parts: readonly (string | Hole)[];
}

/** `${name|filter|…}`: a capture, or a built-in known at run time alone. */
export interface Hole {
  readonly name: string;
  readonly filters: readonly FilterName[];
  readonly span: Span;
  /** What the filters apply to, where the variable's own value has holes; else the name's value. */
  readonly of?: Template;
  /** Names of secrets that are part of it: what the filters make of it is as secret. */
  readonly secrets?: readonly string[];
}

// --- Servers ---

/** A server as a scenario talks to it. */
export interface Target {
  /** The configuration's name, or the URL. */
  readonly label: string;
  /** May hold captured values; parsed when the connection opens where it does. */
  readonly url: Text;
  readonly options: ServerOptions;
  readonly span: Span;
}

export interface ServerOptions {
  readonly tls: TlsOptions;
  readonly proxyProtocol?: ProxyProtocol;
  /** `127.0.0.2`, `127.0.0.2:1025` */
  readonly localAddress?: string;
  readonly family?: 4 | 6;
  /** Milliseconds. */
  readonly connectTimeout: number;
  /** Milliseconds a reply may take. */
  readonly timeout: number;
  /** Milliseconds a reply to a login may take. */
  readonly loginTimeout: number;
  /** At most this many connections of the run at once. */
  readonly maxConnections?: number;
  /** What the server is, where the configuration says so. */
  readonly product?: Product;
  readonly tolerate?: readonly Tolerance[];
  /** New connections in a minute. */
  readonly connectionsPerMinute?: number;
  /** Milliseconds that a greylist is waited for. */
  readonly greylistingWait: number;
  /** Milliseconds that a scenario waits where a user may log in only so often. */
  readonly loginDelayWait: number;
  /** For `…+exec:` URLs. */
  readonly command?: readonly Text[];
  /** Environment variables that the program gets besides the usual ones; `*` stands for anything. */
  readonly environment: readonly string[];
  /** Where a unix socket must be, links followed, which the scenario names itself; absent: the configuration names it. */
  readonly sockets?: readonly string[];
  /** Folder that relative paths of these options were resolved against; commands start there. */
  readonly folder: string;
}

export interface TlsOptions {
  /** Absolute path of a PEM file, or of a folder of some. */
  readonly ca?: string;
  readonly servername?: Text;
  /** The name that the certificate must be for, where that is not the one asked for. */
  readonly verifyName?: Text;
  readonly verify?: boolean;
  readonly min?: TlsVersion;
  readonly max?: TlsVersion;
  readonly ciphers?: string;
  readonly groups?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly alpn?: readonly string[];
}

// --- Expectations ---

/** What a node of the plan carries beside its own fields. */
export interface Spanned {
  readonly span: Span;
}

/** @typeParam T what texts are  @typeParam N what each node carries */
export type ExpectationForm<T, N> = N &
  /** `by`: one of these. */
  (
    | { readonly kind: 'closed'; readonly by?: readonly End[] }
    | { readonly kind: 'nothing'; readonly for: number }
    | { readonly kind: 'reply'; readonly conditions: readonly ConditionForm<T, N>[]; readonly framing?: Framing }
  );

export type Expectation = ExpectationForm<Text, Spanned>;

/** How a reply ends where the protocol does not say (`multiline`, `until`). */
export type Framing = { readonly ends: 'dot' } | { readonly ends: 'line'; readonly line: Text };

/** One requirement on a reply, or on what a check saw; all of an expectation's must hold. */
export type ConditionForm<T, N> = N &
  (
    | /** SMTP, LMTP: `250`, `2xx`: one of these. */
    { readonly kind: 'code'; readonly codes: readonly T[] }
    /** `5.7.1`, `5.7.x`: one of these. */
    | { readonly kind: 'enhanced'; readonly codes: readonly T[] }
    /** IMAP `OK NO BAD BYE PREAUTH +`, POP3 `+OK -ERR +`, Sieve `OK NO BYE`: one of these. */
    | { readonly kind: 'status'; readonly statuses: readonly T[] }
    | { readonly kind: 'response_code'; readonly matcher: MatcherForm<T, N> }
    /** The short form's text: some line begins with it, up to a word's end, whatever the letters' case. */
    | { readonly kind: 'begins'; readonly text: T }
    | { readonly kind: 'text'; readonly matcher: MatcherForm<T, N> }
    | { readonly kind: 'extension'; readonly keyword: string; readonly want: boolean | MatcherForm<T, N> }
    | { readonly kind: 'capability'; readonly keyword: string; readonly want: boolean | MatcherForm<T, N> }
    | { readonly kind: 'untagged'; readonly want: readonly UntaggedForm<T, N>[] }
    | { readonly kind: 'lines'; readonly order: LinesOrder; readonly items: readonly MatcherForm<T, N>[] }
    /** The lines as one value. */
    | { readonly kind: 'lines_value'; readonly matcher: MatcherForm<T, N> }
    | { readonly kind: 'one_of'; readonly of: readonly ExpectationForm<T, N>[] }
    | { readonly kind: 'not'; readonly of: ExpectationForm<T, N> }
    /** Milliseconds since the last send, or since the connection was ready. */
    | { readonly kind: 'within'; readonly ms: number }
    | { readonly kind: 'after'; readonly ms: number }
    /** The exact octets of the reply, as Latin-1. */
    | { readonly kind: 'raw'; readonly matcher: MatcherForm<T, N> }
    /** A check's result. */
    | { readonly kind: 'field'; readonly name: string; readonly matcher: MatcherForm<T, N> }
  );

export type Condition = ConditionForm<Text, Spanned>;

type LinesOrder = 'any' | 'ordered' | 'exactly';

/** One entry of `untagged`. */
export type UntaggedForm<T, N> = N & {
  /** `{ none: … }`: no untagged response may meet it. */
  readonly forbidden: boolean;
  /** `{ all: … }`: each response of its name must meet it, and all captures are kept as lists. There may be none. */
  readonly every?: true;
  readonly want:
    | /** Short form: what follows `* `, up to a word's end. */
    { readonly form: 'begins'; readonly text: T }
    /** A pattern over what follows `* `. */
    | { readonly form: 'text'; readonly matcher: MatcherForm<T, N> }
    /** `{ FETCH: … }`: parsed data by its name. */
    | { readonly form: 'data'; readonly name: string; readonly matcher: MatcherForm<T, N> };
};

export type Untagged = UntaggedForm<Text, Spanned>;

export type ScalarForm<T> = T | number | boolean | null;

export type Scalar = ScalarForm<Text>;

export type PatternForm<T, N> = N & {
  /** RE2 syntax, without the slashes. Holes stand for their literal text. */
  readonly source: T;
  /** Letters out of `i`, `m`, `s`. */
  readonly flags: string;
};

export type Pattern = PatternForm<Text, Spanned>;

/** What a matcher has, by what its kind takes. */
interface Taken<T, N> {
  readonly scalar: { readonly value: ScalarForm<T> };
  readonly text: { readonly value: T };
  readonly pattern: { readonly pattern: PatternForm<T, N> };
  readonly name: { readonly name: string };
  readonly matcher: { readonly matcher: MatcherForm<T, N> };
  readonly derived: { readonly matcher: MatcherForm<T, N> };
  readonly matchers: { readonly of: readonly MatcherForm<T, N>[] };
  readonly items: { readonly items: readonly MatcherForm<T, N>[] };
  readonly fields: {
    readonly fields: readonly (N & { readonly name: string; readonly matcher: MatcherForm<T, N> })[];
  };
  readonly counted: { readonly of: MatcherForm<T, N>; readonly matcher: MatcherForm<T, N> };
}

/** Where a map has several operators, they are under `all_of`. */
export type MatcherForm<T, N> = N &
  {
    readonly [Kind in MatcherKind]: { readonly kind: Kind } & Taken<T, N>[(typeof matcherKinds)[Kind]['takes']];
  }[MatcherKind];

export type Matcher = MatcherForm<Text, Spanned>;
