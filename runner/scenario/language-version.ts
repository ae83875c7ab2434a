import type { Diagnostic } from '../diagnostic.ts';
import { child, type Node } from './tree.ts';

/** The version of the scenario language that this mailspec reads; it reads earlier versions as well. */
const languageVersion = 2;

/** Reports a file that needs a newer mailspec. Nothing else in it is checked, since it may be correct there. */
export function newerLanguage(root: Node): Diagnostic | undefined {
  const node = child(root, 'language');
  if (typeof node?.value !== 'number' || node.value <= languageVersion) return undefined;
  return {
    code: 'value.invalid',
    message: `The file is written in version ${node.value} of the language, and this mailspec reads versions up to ${languageVersion}`,
    span: node.span,
    hint: 'Update mailspec',
  };
}
