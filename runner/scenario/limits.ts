const kiB = 1024;
const miB = 1024 * kiB;

/**
 * What planning one file may cost. Files may come from strangers; real ones stay below a hundredth of each limit.
 * Together these limits keep the planning of a file below two seconds and 300 MB.
 */
export const limits = {
  /** Characters of a file; octets when it is read. */
  length: 4 * miB,
  /** Lexemes of YAML in a file, such as a bracket, a comma or a line break. Each is an object in the parser. */
  lexemes: 500_000,
  /** Nodes, where every alias counts as much as the node that it refers to: this stops alias bombs. */
  nodes: 200_000,
  /** The deepest nesting, including aliases, since the schema's validators are recursive. */
  depth: 100,
  /** Cases of one scenario: a few lists of ten multiply quickly. */
  casesOfScenario: 1000,
  /** Cases of all scenarios of a file. Each takes some kilobytes. */
  cases: 10_000,
  /** Values in the dialogues of a file: those of fragments count for each use, those of cases for each case. */
  values: 400_000,
  /** Fragments in fragments, which are read recursively. */
  fragmentDepth: 20,
  /** Variables in variables, which are filled in recursively. */
  variableDepth: 100,
  /**
   * Variables filled in, including those in variables: a chain of variables that use the next one twice doubles this
   * each time.
   */
  references: 400_000,
  /** Characters of one text with its variables filled in. */
  text: 4 * miB,
  /** Characters of all texts with variables filled in. */
  texts: 64 * miB,
  /** Filters of one variable: `hex` doubles the text each time. */
  filters: 16,
  /**
   * Characters of a pattern, with what its braces repeat counted so many times: compiling takes some microseconds and a
   * kilobyte for each.
   */
  pattern: 10_000,
  /** The same for all patterns of a file that are compiled. */
  patterns: 50_000,
  /** Characters of an XPath expression. */
  expression: 16 * kiB,
  /** Characters of all XPath expressions of a file. */
  expressions: 1_000_000,
  /** Different errors after which a file is not read further. */
  errors: 1000,
  /** Errors repeated by cases and fragments: each takes time to report. */
  repeatedErrors: 10_000,
} as const;
