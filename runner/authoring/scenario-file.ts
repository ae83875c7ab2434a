import { createRedactor } from '../printing/redact.ts';
import { fileText } from './document.ts';
import type { Exchange } from './exchange.ts';
import type { Vocabulary } from './generalize.ts';
import { escapeText } from './pieces.ts';
import { type StepContext, stepsOf } from './steps.ts';
import type { Written } from './written.ts';

/** A session as a scenario. */
export interface Draft {
  readonly name: string;
  /** Absent if it is the file's. */
  readonly server?: string;
  /** The command that names the client; absent if it is the file's. */
  readonly hello?: string | undefined;
  readonly exchanges: readonly Exchange[];
  /** The servers by connection name, if there are several. */
  readonly connections?: ReadonlyMap<string, string>;
  /** Names that get their value in the dialogue. */
  readonly captured?: readonly string[];
  /** Comments at its end. */
  readonly comments?: readonly string[];
}

export interface FileOptions extends Vocabulary, Pick<StepContext, 'hello' | 'loose'> {
  readonly suite: string;
  /** A configured name, or a URL. */
  readonly server: string;
  /** Comments at the beginning of the file. */
  readonly comments?: readonly string[];
}

/**
 * Writes sessions as a scenario file. Named values become variables, with the values as `defaults`; secrets become
 * variables without a value, which the scenarios require.
 */
export function scenarioFile(drafts: readonly Draft[], options: FileOptions): string {
  const { suite, server, names, secrets, hello, loose, comments = [] } = options;
  const { redact } = createRedactor([...secrets].map(([value, name]) => ({ name, forms: [value] })));
  const used = new Set<string>();
  const known = new Set(names.values());
  const scenarios = drafts.map((draft) => {
    const steps = stepsOf(draft.exchanges, { names, secrets, hello: draft.hello ?? hello, loose });
    const variables = variablesIn(steps.map(({ step }) => step));
    for (const name of variables) used.add(name);
    return {
      name: escapeText(redact(draft.name)),
      ...(draft.server !== undefined && { server: draft.server }),
      ...(draft.connections !== undefined && { connections: draft.connections }),
      requires: [...variables].filter(
        (name) => !known.has(name) && !draft.captured?.includes(name) && name !== 'index',
      ),
      steps: steps.map(({ step, comments: above }) => ({ step, comments: above.map((line) => redact(line)) })),
      comments: (draft.comments ?? []).map((line) => redact(line)),
    };
  });
  const defaults = [...names].flatMap(([value, name]) => (used.has(name) ? [[name, escapeText(value)] as const] : []));
  return fileText({
    suite: escapeText(redact(suite)),
    server,
    defaults: Object.fromEntries(defaults),
    scenarios,
    comments: comments.map((line) => redact(line)),
  });
}

/** The variables that steps use. */
function variablesIn(steps: readonly Written[]): ReadonlySet<string> {
  const text = JSON.stringify(steps).replaceAll('$${', '');
  return new Set([...text.matchAll(/\$\{([a-z_0-9]+)/g)].map(([, name = '']) => name));
}
