/** What the run may read of what scenarios name. */
export interface ReadableFiles {
  /** Folders without symbolic links. */
  readonly within: readonly string[];
  /** Files that the configuration names, wherever they lie. */
  readonly trusted: readonly string[];
}
