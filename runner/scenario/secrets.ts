import type { Secret } from '../plan.ts';
import { createRedactor } from '../printing/redact.ts';

/** Collects what must not appear in any output: the values of each secret, and what filters made of them. */
export interface SecretBook {
  add(name: string, form: string): void;
  /** The text with secrets replaced by `«name»`, for texts that become part of others. */
  hide(text: string): string;
  list(): readonly Secret[];
}

export function createSecretBook(): SecretBook {
  const forms = new Map<string, Set<string>>();
  const list = () => [...forms].map(([name, known]) => ({ name, forms: [...known] }));
  return {
    add(name, form) {
      if (form === '') return;
      const known = forms.get(name);
      if (known === undefined) forms.set(name, new Set([form]));
      else known.add(form);
    },
    hide(text) {
      const known = list();
      return known.some((each) => each.forms.some((form) => text.includes(form)))
        ? createRedactor(known).redact(text)
        : text;
    },
    list,
  };
}
