import type { Diagnostic } from '../diagnostic.ts';
import type { Span } from '../source.ts';

/** `${env.NAME}`, where the configuration uses it. */
export interface UnsetEnvironment {
  readonly name: string;
  readonly span: Span;
  readonly state: 'not set' | 'empty';
}

export function unsetEnvironment({ name, span, state }: UnsetEnvironment): Diagnostic {
  return {
    code: 'environment.unset',
    message: `The environment variable "${name}" is ${state}`,
    span,
    hint: `Set it ("export ${name}=…"), or give it a default: "\${env.${name}:-}" is empty without it`,
  };
}
