/**
 * The short form's text: whether the line begins with it and it ends at a word boundary. Case is ignored. `AUTH`
 * matches `AUTH PLAIN` and `auth=plain`, but not `AUTHX`.
 */
export function beginsWith(line: string, text: string): boolean {
  const [whole, beginning] = [line.toLowerCase(), text.toLowerCase()];
  if (!whole.startsWith(beginning)) return false;
  return !(
    endsInsideWord.test(beginning) && startsInsideWord.test(whole.slice(beginning.length, beginning.length + 2))
  );
}

const endsInsideWord = /[\p{L}\p{N}_]$/u;
const startsInsideWord = /^[\p{L}\p{N}_]/u;
