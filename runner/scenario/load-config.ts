import { dirname, join, resolve } from 'node:path';
import { readTextNamed } from '../access/open.ts';
import { type Diagnostic, DiagnosticError } from '../diagnostic.ts';
import { systemReason } from '../phrase.ts';
import { shownPath } from './access.ts';
import { type Config, type Env, emptyConfig, readConfig } from './config.ts';
import { limits } from './limits.ts';

export interface ConfigRequest {
  readonly cwd: string;
  /** `--config FILE`. Default: `mailspec.yaml` in `cwd` or in a folder above it. */
  readonly file?: string | undefined;
  readonly profile?: string | undefined;
  readonly env: Env;
  readonly readFile?: ((path: string) => Promise<string>) | undefined;
}

export const configName = 'mailspec.yaml';

export async function loadConfig(
  request: ConfigRequest,
): Promise<{ readonly config: Config; readonly diagnostics: readonly Diagnostic[] }> {
  const { cwd, file, readFile = async (path) => readTextNamed(path, undefined, limits.length) } = request;
  if (file !== undefined) {
    const path = resolve(cwd, file);
    try {
      return readConfig({ path: shownPath(path, cwd), text: await readFile(path) }, dirname(path), request);
    } catch (error) {
      return unreadable(request, file, error);
    }
  }
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const path = join(folder, configName);
    try {
      return readConfig({ path: shownPath(path, cwd), text: await readFile(path) }, folder, request);
    } catch (error) {
      if ((error as { readonly code?: string }).code !== 'ENOENT') return unreadable(request, path, error);
    }
    if (dirname(folder) === folder) break;
  }
  const diagnostics: readonly Diagnostic[] =
    request.profile === undefined
      ? []
      : [
          {
            code: 'profile.unknown',
            message: `Unknown profile "${request.profile}": there is no configuration file`,
            hint: `Write ${configName}, or leave --profile out`,
          },
        ];
  return { config: emptyConfig(cwd, request.env), diagnostics };
}

function unreadable({ cwd, env }: ConfigRequest, path: string, error: unknown) {
  const diagnostics: readonly Diagnostic[] =
    error instanceof DiagnosticError
      ? error.diagnostics
      : [{ code: 'file.unreadable', message: `Cannot read the configuration "${path}": ${systemReason(error)}` }];
  return { config: emptyConfig(cwd, env), diagnostics };
}
