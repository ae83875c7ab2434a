import { type Diagnostic, isError } from '../diagnostic.ts';
import type { Secret } from '../plan.ts';
import { createRedactor } from '../printing/redact.ts';
import { type Config, type Env, type Hidden, hiddenIn, literalsIn, loadConfig, secretsOf } from '../scenario/plan.ts';
import { type Place, placeOf, type Span } from '../source.ts';

/** The secrets of a project, as far as they are known before there is a plan. */
export function projectSecrets(
  config: Config,
  given: ReadonlyMap<string, string>,
  isReadable: boolean,
): readonly Secret[] {
  const { file } = config;
  // In a file with errors, it is not certain what is a secret.
  const literals = file === undefined || isReadable ? [] : literalsIn(file, hiddenIn(file));
  return [...secretsOf(config, given), ...literals.map(({ name, value }) => ({ name, forms: [value] }))];
}

/** The secrets of a configuration file; empty if it cannot be read. */
export async function knownSecrets({
  cwd,
  env,
  config: file,
  profile,
}: {
  readonly cwd: string;
  readonly env: Env;
  readonly config: string | undefined;
  readonly profile: string | undefined;
}): Promise<readonly Secret[]> {
  const { config, diagnostics } = await loadConfig({ cwd, env, file, profile });
  return projectSecrets(config, new Map(), !diagnostics.some(isError));
}

/** Removes secrets from the message and the source line of every diagnostic that leaves this room. */
export function sealed(
  diagnostics: readonly Diagnostic[],
  secrets: readonly Secret[],
  configFile: Config['file'],
): readonly Diagnostic[] {
  if (diagnostics.length === 0) return diagnostics;
  const { redact } = createRedactor(secrets);
  return diagnostics.map((diagnostic) => {
    const { message, span, hint } = diagnostic;
    return {
      ...diagnostic,
      message: redact(message),
      ...(hint !== undefined && { hint: redact(hint) }),
      ...(span !== undefined && { place: placeWithout(span, redact, configFile) }),
    };
  });
}

function placeWithout(span: Span, redact: (text: string) => string, configFile: Config['file']): Place {
  const place = placeOf(span);
  const start = span.start - (place.column - 1);
  const hidden =
    span.file === configFile
      ? hiddenIn(span.file).find((each) => each.end > start && each.start < start + Math.max(1, place.source.length))
      : undefined;
  const shown = hidden === undefined ? place.source : cutAt(place.source, hidden, start);
  return { ...place, source: redact(shown) };
}

/** The text after a hidden literal is hidden as well: the rest of the line is enough. */
function cutAt(source: string, { name, start: at }: Hidden, start: number): string {
  return `${source.slice(0, Math.max(0, at - start))}«${name}»`;
}
