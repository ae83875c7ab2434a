const kiB = 1024;
const miB = 1024 * kiB;

/**
 * What one file may cost before it runs. Files come from elsewhere, too; real ones are below a hundredth of each.
 * Together they keep planning a file below two seconds and 300 MB.
 */
export const limits = {
  /** Characters of a file, and octets where it is read. */
  length: 4 * miB,
  /** The words of YAML's grammar in a file: a bracket, a comma, a line break. Each is an object in the parser. */
  lexemes: 500_000,
  /** Nodes with every alias counted as what it stands for: an alias bomb stops here. */
  nodes: 200_000,
  /** The deepest nesting, aliases included; the schema's validators recurse. */
  depth: 100,
  /** Cases of one scenario: a few lists of ten multiply quickly. */
  casesOfScenario: 1000,
  /** Cases of all scenarios of a file. Each costs some kilobytes. */
  cases: 10_000,
  /** Values read for the dialogues of a file: those of fragments count for each use, those of cases for each case. */
  values: 400_000,
  /** Fragments within fragments: reading them recurses. */
  fragmentDepth: 20,
  /** Variables in variables: filling them in recurses. */
  variableDepth: 100,
  /** Variables filled in, those of variables included: variables of twice another double this. */
  references: 400_000,
  /** Characters of one text with its variables filled in. */
  text: 4 * miB,
  /** Characters of all texts that variables were filled into. */
  texts: 64 * miB,
  /** Filters of one variable: `hex` doubles a text each time. */
  filters: 16,
  /** Different errors after which a file is not read further. */
  errors: 1000,
  /** Errors that cases and fragments repeat: each costs the time to say it. */
  repeatedErrors: 10_000,
} as const;
