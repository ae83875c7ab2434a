/** What a page of documentation says, whatever it is written in. */
export interface Page {
  readonly title: string;
  /** What a reader can do with the page. */
  readonly introduction?: string;
  readonly chapters: readonly Chapter[];
}

/** A suite. */
export interface Chapter {
  /** The suite's id. */
  readonly id: string;
  readonly title: string;
  /** Prose; may hold `code`. */
  readonly description?: string;
  readonly references: readonly Reference[];
  readonly entries: readonly Entry[];
}

/** A scenario. */
export interface Entry {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly references: readonly Reference[];
  /** RFC 2119's words. */
  readonly level: 'MUST' | 'SHOULD';
  readonly tags: readonly string[];
  /** By connection: whom it talks to, by the configuration's names. */
  readonly servers: readonly { readonly connection: string; readonly label: string }[];
  /** Played from another host than the server's own alone. */
  readonly elsewhere?: true;
  /** Defenses of the server that it sets off. */
  readonly provokes: readonly string[];
  /** Why it is not played. */
  readonly skip?: string;
  readonly knownIssue?: string;
  readonly dialogue: readonly Line[];
  /** What is done at the end, whatever happened. */
  readonly after: readonly Line[];
  /** Absent where no results are shown, `unknown` where they don't have the scenario. */
  readonly verified?: Verified | 'unknown';
}

/** A line of a dialogue: what the client sends, what the server must do, or what is looked at. */
export interface Line {
  readonly side: 'C' | 'S' | '*';
  /** Empty where there is one connection. */
  readonly connection: string;
  /** Steps in steps. */
  readonly depth: number;
  readonly text: string;
}

export interface Reference {
  readonly text: string;
  readonly url?: string;
}

/** What a run saw last. */
export interface Verified {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly outcome: string;
  /** Of a failure, or why it was skipped. */
  readonly message?: string;
  /** Addresses that it was connected to. */
  readonly against: readonly string[];
  /** The conversation; secrets replaced, control characters visible. */
  readonly seen: readonly Line[];
}
