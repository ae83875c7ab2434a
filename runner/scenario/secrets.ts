import type { Secret } from '../plan.ts';

/** Collects what must appear in no output: each secret's values, and what filters made of them. */
export interface SecretBook {
  add(name: string, form: string): void;
  /** Whether a text holds a secret's value or form; which secret. */
  within(text: string): string | undefined;
  list(): readonly Secret[];
}

export function createSecretBook(): SecretBook {
  const forms = new Map<string, Set<string>>();
  return {
    add(name, form) {
      if (form === '') return;
      const known = forms.get(name);
      if (known === undefined) forms.set(name, new Set([form]));
      else known.add(form);
    },
    within(text) {
      for (const [name, known] of forms) {
        for (const form of known) if (text.includes(form)) return name;
      }
      return undefined;
    },
    list: () => [...forms].map(([name, known]) => ({ name, forms: [...known] })),
  };
}
