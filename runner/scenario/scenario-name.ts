import { scalar } from './read.ts';
import type { Scope } from './scope.ts';
import { child, listAt, type Node, type ScalarNode } from './tree.ts';
import { expand, toText } from './variables.ts';

export interface Name {
  readonly text: string;
  /** False if an error was reported for it. */
  readonly known: boolean;
}

/** A scenario's name. Errors in it are reported here. */
export function nameOf(scope: Scope, node: Node): Name {
  const found = scalar(child(node, 'name'));
  return found === undefined ? { text: 'unnamed', known: false } : expandedName(scope, found);
}

/** The names that a scenario had in earlier versions of its file. */
export function formerNamesOf(scope: Scope, node: Node): readonly string[] {
  return listAt(node, 'formerly').flatMap((each) => {
    const found = scalar(each);
    return found === undefined ? [] : expandedName(scope, found).text;
  });
}

function expandedName(scope: Scope, found: ScalarNode): Name {
  const { report } = scope.shared;
  const expanded = expand(scope, found);
  const text = toText(expanded);
  const [secret] = expanded.taint;
  if (secret !== undefined) {
    report({
      code: 'value.invalid',
      message: `The name would show the secret "${secret}"`,
      span: found.span,
      hint: 'Names appear in every report: leave the variable out',
    });
    return { text: found.text, known: false };
  }
  if (expanded.vague) return { text: found.text, known: false };
  // Secrets are hidden here already, because they would not be recognized in the id, which is in lower case.
  if (typeof text === 'string') return { text: scope.shared.book.hide(text).replace(/\s+/g, ' ').trim(), known: true };
  report({
    code: 'value.invalid',
    message: 'The name contains a variable that is known only during the run',
    span: found.span,
    hint: "A scenario's name must be known before the run",
  });
  return { text: found.text, known: false };
}

/** Keeps letters and digits and replaces the rest by `-`, for use in ids, on command lines and in file names. */
export function slugOf(name: string): string {
  return (
    name
      .toLowerCase()
      .normalize('NFC')
      .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '') || 'scenario'
  );
}
