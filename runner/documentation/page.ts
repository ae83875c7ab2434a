/** The content of a page of documentation, in any format. */
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
  /** Prose, in which backticks mark code. */
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
  /** The words of RFC 2119. */
  readonly level: 'MUST' | 'SHOULD';
  readonly tags: readonly string[];
  /** The server of each connection, by its configured name. */
  readonly servers: readonly { readonly connection: string; readonly label: string }[];
  /** Runs only from a host other than the server's own. */
  readonly elsewhere?: true;
  /** Defenses of the server that it provokes. */
  readonly provokes: readonly string[];
  /** Why it does not run. */
  readonly skip?: string;
  readonly knownIssue?: string;
  readonly dialogue: readonly Line[];
  /** What is done at the end, however the dialogue ended. */
  readonly after: readonly Line[];
  /** Absent without results, `unknown` if the results lack the scenario. */
  readonly verified?: Verified | 'unknown';
}

/** A line of a dialogue: what the client sends, what the server must reply, or what is checked. */
export interface Line {
  readonly side: 'C' | 'S' | '*';
  /** Empty if there is only one connection. */
  readonly connection: string;
  /** The depth of nested steps. */
  readonly depth: number;
  readonly text: string;
}

export interface Reference {
  readonly text: string;
  readonly url?: string;
}

/** The result of the last run. */
export interface Verified {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly outcome: string;
  /** Why it failed or was skipped. */
  readonly message?: string;
  /** The addresses that it connected to. */
  readonly against: readonly string[];
  /** The dialogue, with secrets replaced and control characters visible. */
  readonly seen: readonly Line[];
}
