import type { Receiving } from './arrival.ts';
import type { End } from './end.ts';
import type { FilterName } from './filter-name.ts';
import type { MatcherKind, matcherKinds } from './matcher-kinds.ts';
import type { Provocation } from './provocation.ts';
import type { ReadableFiles } from './readable.ts';
import type { Remedy, Severity } from './remedy.ts';
import type { ServerOptions } from './server-options.ts';
import type { Shard } from './shard.ts';
import type { Span } from './source.ts';
import type { Step } from './steps.ts';

/** What a run will do, fully resolved. Only values that are known at run time (captures, the date) are still holes. */
export interface Plan {
  /** Part of every `${scenario.id}`, different in each run. */
  readonly runId: string;
  /** The suites of the selected scenarios. */
  readonly suites: readonly Suite[];
  /** In file order; `index` numbers them through the whole run. */
  readonly scenarios: readonly Scenario[];
  /** Values that reports must hide. */
  readonly secrets: readonly Secret[];
  /** Log files whose new lines failures show. Absolute paths. */
  readonly logs: readonly string[];
  /** The configuration file's folder, or the working directory. Absolute; scenarios may read files below it. */
  readonly root: string;
  /** The files that scenarios may read. Absent: every file that the plan names. */
  readonly readable?: ReadableFiles;
  /** Present if this is one part of a run on several machines. */
  readonly shard?: Shard;
}

/** What the scenarios of a file share. */
export interface Suite {
  /** The file's path, as reports show it. */
  readonly file: string;
  /** The file's path below the scenarios folder, without its extension: the first part of scenario ids. */
  readonly id: string;
  /** Present if the suite ships with mailspec; reports then show `mailspec:ID`. */
  readonly shipped?: true;
  /** The `suite` key. */
  readonly title: string;
  /** The `description` key. */
  readonly description?: string;
  /** The `references` key: RFC sections and the like. */
  readonly references: readonly string[];
}

/** A scenario of a plan: one case of `each`, with its values filled in. */
export interface Scenario {
  /** Its number in the run, from 0. */
  readonly index: number;
  /** The suite that contains the scenario. */
  readonly suite: Suite;
  /** `suite#name-as-slug`, unique in the run. */
  readonly id: string;
  /** Ids made from its earlier names (`formerly`). They select it, and known issues may use them. */
  readonly formerIds?: readonly string[];
  /** The name, with the values of its case filled in. */
  readonly name: string;
  /** The `description` key. */
  readonly description?: string;
  /** RFC sections and the like, in addition to the suite's. */
  readonly references: readonly string[];
  /** Its own tags and the suite's. */
  readonly tags: readonly string[];
  /** The scenario's entry in its file. */
  readonly span: Span;
  /** The failure of a `should` is a warning. */
  readonly level: 'must' | 'should';
  /** How much harm a failure does. */
  readonly severity: Severity;
  /** What to do about a failure, by product. */
  readonly remedies: readonly Remedy[];
  /** Absent if the known issue has expired; `load` then warns. */
  readonly knownIssue?: KnownIssue;
  /** Why it is skipped: the text of `skip`, or the names under `requires` that are not configured. */
  readonly skip?: string;
  /** The names under `requires` that are not configured. */
  readonly lacks?: readonly string[];
  /** Present if it is skipped on the server's own host, where servers trust every client. */
  readonly elsewhere?: true;
  /** The most time for the whole scenario, in milliseconds. */
  readonly timeout: number;
  /** How often it is tried again after a failure. */
  readonly retries: number;
  /** Resources that it shares with no scenario that runs at the same time. */
  readonly exclusive: readonly string[];
  /** Resources that it shares, but with no scenario that has one of them to itself. */
  readonly shared?: readonly string[];
  /** The defenses of the server that it provokes; such scenarios run last. */
  readonly provokes: readonly Provocation[];
  /** Violations that do not count: those of the configuration, of the suite and its own. */
  readonly tolerate?: readonly Tolerance[];
  /** Present if it does not fail for a violation that another such scenario of the run reports. */
  readonly violationsOnce?: true;
  /** The servers, by the names of the connections; `''` is the name in a scenario with `server`. */
  readonly connections: ReadonlyMap<string, Target>;
  /** What it receives from the server under test, by the receivers' names. */
  readonly receives?: ReadonlyMap<string, Receiving>;
  /** The steps, in order. */
  readonly dialogue: readonly Step[];
  /** The steps that clean up, however the dialogue ended. */
  readonly after: readonly Step[];
}

/** An entry under `tolerate`: violations that do not count. */
export interface Tolerance {
  /** As in the file: a violation's name, or `imap.fetch.*`. */
  readonly finding: string;
  /** The names that it covers. */
  readonly names: ReadonlySet<string>;
  readonly reason?: string;
  /** The last day on which it applies, as `YYYY-MM-DD`. The planner warns about an expired one and leaves it out. */
  readonly until?: string;
  readonly span: Span;
}

/** An entry under the configuration's `known_issues`: a failure that does not fail the run. */
export interface KnownIssue {
  /** Why the failure is accepted. */
  readonly reason: string;
  /** The last day on which it is accepted, as `YYYY-MM-DD`. Absent: without an end. */
  readonly until?: string;
}

/** A value that appears in no output; reports show `«name»` instead. */
export interface Secret {
  /** The name under `secrets`. */
  readonly name: string;
  /** The value, and what filters made of it. Replaced in every encoding that the redactor knows. */
  readonly forms: readonly string[];
}

// --- Texts ---

/** A string, or one with holes that are filled while running. */
export type Text = string | Template;

export interface Template {
  readonly parts: readonly (string | Hole)[];
}

/** `${name|filter|…}`: a capture, or a built-in that is known only at run time. */
export interface Hole {
  readonly name: string;
  readonly filters: readonly FilterName[];
  readonly span: Span;
  /**
   * The text that the filters apply to if the variable's own value has holes; otherwise they apply to the name's value.
   */
  readonly of?: Template;
  /** Names of the secrets in it: whatever the filters make of them is secret, too. */
  readonly secrets?: readonly string[];
}

// --- Servers ---

/** A server that a scenario connects to. */
export interface Target {
  /** The server's name in the configuration, or its URL. */
  readonly label: string;
  /** The URL. If it contains a captured value, it is parsed only when the connection opens. */
  readonly url: Text;
  /** The options from the configuration and the scenario, with defaults. */
  readonly options: ServerOptions;
  /** Where the file names the server. */
  readonly span: Span;
}

// --- Expectations ---

/** What every node of the plan has in addition to its own fields. */
export interface Spanned {
  readonly span: Span;
}

/** @typeParam T the type of text  @typeParam N what each node has in addition */
export type ExpectationForm<T, N> = N &
  /** `by`: one of these codes. */
  (
    | { readonly kind: 'closed'; readonly by?: readonly End[] }
    | { readonly kind: 'nothing'; readonly for: number }
    | { readonly kind: 'reply'; readonly conditions: readonly ConditionForm<T, N>[]; readonly framing?: Framing }
  );

export type Expectation = ExpectationForm<Text, Spanned>;

/** How a reply ends if the protocol does not define it (`multiline`, `until`). */
export type Framing = { readonly ends: 'dot' } | { readonly ends: 'line'; readonly line: Text };

/** One requirement on a reply or on a check's result. All requirements of an expectation must be met. */
export type ConditionForm<T, N> = N &
  (
    | /** One of these SMTP or LMTP codes: `250`, `2xx`. */
    { readonly kind: 'code'; readonly codes: readonly T[] }
    /** One of these codes: `5.7.1`, `5.7.x`. */
    | { readonly kind: 'enhanced'; readonly codes: readonly T[] }
    /** One of these statuses: IMAP `OK NO BAD BYE PREAUTH +`, POP3 `+OK -ERR +`, ManageSieve `OK NO BYE`. */
    | { readonly kind: 'status'; readonly statuses: readonly T[] }
    | { readonly kind: 'response_code'; readonly matcher: MatcherForm<T, N> }
    /** The short form's text: some line begins with it, and it ends at the end of a word. Case is ignored. */
    | { readonly kind: 'begins'; readonly text: T }
    | { readonly kind: 'text'; readonly matcher: MatcherForm<T, N> }
    | { readonly kind: 'extension'; readonly keyword: string; readonly want: boolean | MatcherForm<T, N> }
    | { readonly kind: 'capability'; readonly keyword: string; readonly want: boolean | MatcherForm<T, N> }
    | { readonly kind: 'untagged'; readonly want: readonly UntaggedForm<T, N>[] }
    | { readonly kind: 'lines'; readonly order: LinesOrder; readonly items: readonly MatcherForm<T, N>[] }
    /** All lines as one value. */
    | { readonly kind: 'lines_value'; readonly matcher: MatcherForm<T, N> }
    | { readonly kind: 'one_of'; readonly of: readonly ExpectationForm<T, N>[] }
    | { readonly kind: 'not'; readonly of: ExpectationForm<T, N> }
    /** Milliseconds since the last send, or since the connection was ready. */
    | { readonly kind: 'within'; readonly ms: number }
    | { readonly kind: 'after'; readonly ms: number }
    /** The exact octets of the reply, as Latin-1. */
    | { readonly kind: 'raw'; readonly matcher: MatcherForm<T, N> }
    /** A field of a check's result. */
    | { readonly kind: 'field'; readonly name: string; readonly matcher: MatcherForm<T, N> }
  );

export type Condition = ConditionForm<Text, Spanned>;

type LinesOrder = 'any' | 'ordered' | 'exactly';

/** One entry of `untagged`. */
export type UntaggedForm<T, N> = N & {
  /** `{ none: … }`: no untagged response may match. */
  readonly forbidden: boolean;
  /**
   * `{ all: … }`: every response with this name must match, and captures become lists. There may be no such response.
   */
  readonly every?: true;
  readonly want:
    | /** The short form: the text after `* `, up to the end of a word. */
    { readonly form: 'begins'; readonly text: T }
    /** A matcher for the text after `* `. */
    | { readonly form: 'text'; readonly matcher: MatcherForm<T, N> }
    /** `{ FETCH: … }`: parsed data, by name. */
    | { readonly form: 'data'; readonly name: string; readonly matcher: MatcherForm<T, N> };
};

export type Untagged = UntaggedForm<Text, Spanned>;

export type ScalarForm<T> = T | number | boolean | null;

export type Scalar = ScalarForm<Text>;

export type PatternForm<T, N> = N & {
  /** RE2 syntax, without the slashes. The values of holes match literally. */
  readonly source: T;
  /** Any of the letters `i`, `m`, `s`. */
  readonly flags: string;
};

export type Pattern = PatternForm<Text, Spanned>;

/** The fields of a matcher, by what its kind takes. */
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

/** A map with several operators becomes `all_of`. */
export type MatcherForm<T, N> = N &
  {
    readonly [Kind in MatcherKind]: { readonly kind: Kind } & Taken<T, N>[(typeof matcherKinds)[Kind]['takes']];
  }[MatcherKind];

export type Matcher = MatcherForm<Text, Spanned>;
