/** Which of the files that scenarios name the run may read. */
export interface ReadableFiles {
  /** Folders, with symbolic links resolved. */
  readonly within: readonly string[];
  /** Files that the configuration names; they may be anywhere. */
  readonly trusted: readonly string[];
}
