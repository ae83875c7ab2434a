import type { End } from './end.ts';
import type { Kept } from './excerpt.ts';
import type { Lacking } from './literal.ts';
import type { ConditionForm, ExpectationForm, MatcherForm, PatternForm, UntaggedForm } from './plan.ts';
import type { Place } from './source.ts';

/**
 * One difference between the expected and the actual value, as data; `expectedWords` and `actualWords` make text of it.
 * It contains only plain data, which `structuredClone` and JSON preserve.
 */
export interface Mismatch {
  /** The part of the reply: `code`, `extensions.SIZE`, `lines[2]`. Empty for the whole reply. */
  readonly path: string;
  /** What the file expects. */
  readonly expected: Expected;
  /** What the server sent, or what a check found. */
  readonly actual: Actual;
  /** Members of a list that were expected and are not there. */
  readonly missing?: readonly (Name | Expected)[];
  /** Members of a list that are there and were not expected. */
  readonly extra?: readonly (Name | Actual)[];
  /** The number of further ones. */
  readonly moreExtra?: number;
  /** The candidate that comes closest, if several could have matched. */
  readonly nearest?: Nearest;
  /** Where a long text stops being as expected. */
  readonly departs?: Departure;
  /** Where the file expects it. */
  readonly place?: Place;
}

export interface Name {
  readonly kind: 'name';
  readonly name: string;
}

export interface Nearest {
  /** `[2]` of a list, the second of several alternatives, or the actual value itself. */
  readonly candidate:
    | { readonly kind: 'item'; readonly path: string }
    | { readonly kind: 'alternative'; readonly number: number }
    | { readonly kind: 'actual' };
  /** The prefix of the paths of its mismatches. */
  readonly base: string;
  readonly mismatches: readonly Mismatch[];
}

/** Where two texts differ. */
export interface Departure {
  /** The number of characters that are equal, in UTF-16 units. */
  readonly after: number;
  /** The next characters of each, empty at a text's end. */
  readonly expected: string;
  readonly actual: string;
}

// --- What was expected ---

/** A matcher, a condition and an expectation with variables filled in and without places. */
export type WantedMatcher = MatcherForm<Kept, unknown>;
export type WantedCondition = ConditionForm<Kept, unknown>;
export type WantedExpectation = ExpectationForm<Kept, unknown>;

/** An expectation or a part of it, as data, with its variables filled in. */
export type Expected =
  | { readonly kind: 'matcher'; readonly matcher: WantedMatcher }
  | { readonly kind: 'condition'; readonly condition: WantedCondition }
  | { readonly kind: 'expectation'; readonly expectation: WantedExpectation }
  /** Whether there must be a value. */
  | { readonly kind: 'presence'; readonly present: boolean }
  | { readonly kind: 'announcement'; readonly announced: boolean }
  /** A reply that can show what the server advertises. */
  | { readonly kind: 'offers'; readonly of: 'extension' | 'capability' }
  /** One matcher for each line. */
  | { readonly kind: 'lines'; readonly items: readonly WantedMatcher[] }
  | {
      readonly kind: 'next line';
      readonly item: WantedMatcher;
      readonly after?: { readonly number: number; readonly text: Kept };
    }
  | { readonly kind: 'line count'; readonly count: number }
  | { readonly kind: 'untagged'; readonly untagged: UntaggedForm<Kept, unknown> }
  /** An untagged response that begins with this text. */
  | { readonly kind: 'response'; readonly text: Kept }
  | { readonly kind: 'capture'; readonly name: string; readonly pattern: PatternForm<Kept, unknown> }
  /** The error that a handshake should have failed with. */
  | { readonly kind: 'error'; readonly pattern: PatternForm<Kept, unknown> }
  /** A reply that follows the rule that a parser names. */
  | { readonly kind: 'valid reply'; readonly rule: string }
  /** A limit of ours: `a line` of at most so many `octets`. */
  | { readonly kind: 'at most'; readonly what: string; readonly most: number; readonly unit: string }
  | { readonly kind: 'reply' | 'positive reply' | 'nothing unread' | 'no plaintext' | 'open connection' }
  /** Text from a report. */
  | { readonly kind: 'words'; readonly words: string };

// --- Actual values ---

/** A value; of a large one, the first items and fields. */
export type Sample =
  | Kept
  | number
  | boolean
  | null
  | { readonly kind: 'no words' }
  | { readonly kind: 'list'; readonly items: readonly Sample[]; readonly more: number }
  | {
      readonly kind: 'record';
      readonly fields: readonly { readonly name: string; readonly value: Sample }[];
      readonly more: number;
    }
  /** A list or record that is nested too deeply to keep. */
  | { readonly kind: 'deep'; readonly of: 'list' | 'record' };

/** Why a matcher does not apply to a value: the value is a list, or text, or not of the required form. */
export type Unfit = 'list' | 'text' | 'no base64' | 'no length' | 'no number' | 'no size' | 'no duration' | 'no date';

/** A reply in one line. */
export interface ReplyLine {
  readonly kind: 'reply';
  /** The reply code or status. */
  readonly status: string;
  readonly text: Kept;
  /** The number of lines after the first. */
  readonly more: number;
}

/** The names that are present, if an expected one is missing. */
export interface Names {
  readonly names: readonly Kept[];
  readonly more: number;
}

/** Octets, read as Latin-1. */
export interface Octets {
  readonly kind: 'octets';
  readonly text: Kept;
}

/** What the server sent, or what a check found, as data. */
export type Actual =
  | { readonly kind: 'value'; readonly value: Sample; readonly unfit?: Unfit }
  | { readonly kind: 'absent'; readonly present?: Names }
  | { readonly kind: 'length'; readonly length: number; readonly value: Sample }
  | { readonly kind: 'octet count'; readonly count: number; readonly value: Sample }
  /** How many items meet a matcher, and which ones. */
  | { readonly kind: 'count'; readonly count: number; readonly value: Sample }
  | { readonly kind: 'announced'; readonly keyword: string; readonly parameters: Sample }
  | { readonly kind: 'unannounced'; readonly present: Names }
  | ReplyLine
  | { readonly kind: 'enhanced code'; readonly code: string }
  | { readonly kind: 'no enhanced code'; readonly reply: Actual }
  | { readonly kind: 'no response code' | 'no more lines' | 'evidence' | 'silence' }
  | { readonly kind: 'elapsed'; readonly ms: number }
  | { readonly kind: 'lines'; readonly value: Sample }
  | { readonly kind: 'line count'; readonly count: number }
  /** Untagged responses that must not be present. */
  | { readonly kind: 'responses'; readonly texts: readonly Kept[]; readonly more?: number }
  | Octets
  /** Octets that are not a complete reply. */
  | { readonly kind: 'fragment'; readonly octets: Octets; readonly literal?: Lacking }
  | { readonly kind: 'end'; readonly by?: End; readonly after?: Octets; readonly literal?: Lacking }
  /** The input that a parser rejected. */
  | { readonly kind: 'violation'; readonly text: string; readonly reason?: string }
  /** More than a limit allows, and the octets where it was exceeded. */
  | { readonly kind: 'excess'; readonly reached?: number; readonly unit: string; readonly text: string }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'words'; readonly words: string };
