import type { Diagnostic } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import type { SourceFile } from '../source.ts';
import { createBudget } from './budget.ts';
import type { Definitions, Scope } from './scope.ts';
import { createSecretBook } from './secrets.ts';

interface ConfigVariables extends Pick<Scope['shared'], 'env' | 'secretNames'> {
  readonly variables: Definitions;
}

/** The scope of variables in the configuration itself. */
export function configScope(
  file: SourceFile,
  { env, variables, secretNames }: ConfigVariables,
  report: (diagnostic: Diagnostic) => void,
): Scope {
  return {
    layers: [variables],
    captured: new Set(),
    shadowed: new Set(),
    promised: new Set(),
    absent: new Set(),
    repeats: false,
    shared: {
      spend: createBudget(),
      runId: '',
      today: '',
      secretNames,
      book: createSecretBook(),
      configFile: file,
      env,
      report,
      unknown(name, span, known) {
        const near = nearest(name, known());
        report({
          code: 'variable.unknown',
          message: `Unknown variable "${name}"`,
          span,
          ...(near !== undefined && { hint: `Did you mean "${near}"?` }),
        });
      },
    },
  };
}
