/** The keys of a step other than its action. */
export const modifiers: readonly string[] = [
  'expect',
  'on',
  'timeout',
  'name',
  'capture',
  'otherwise',
  'when',
  'tolerate',
  'reply',
  'client',
  'with',
  'tag',
  'early',
];
