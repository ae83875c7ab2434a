import { shellWord } from '../shell-word.ts';
import type { LoadOptions } from './options.ts';

/**
 * The command line that runs scenarios again with the same servers and variables, up to the target. It contains secrets
 * given as variables: redact it before it is shown. `given`: the sources of secrets, as for `--secret`. `program`: how
 * mailspec was called.
 */
export function rerunCommand(
  { config, profile, servers = {}, variables = {}, secrets = {} }: LoadOptions,
  given: readonly string[] = Object.keys(secrets),
  program = 'mailspec',
  command: 'run' | 'serve' = 'run',
): string {
  const pairs = (flag: string, values: Readonly<Record<string, unknown>>) =>
    Object.entries(values).map(([name, value]) => [flag, `${name}=${value}`] as const);
  const flags = [
    ...(typeof config === 'string' ? [['--config', config] as const] : []),
    ...(profile === undefined ? [] : [['--profile', profile] as const]),
    ...pairs('--server', servers),
    ...pairs('--var', variables),
    ...given.map((each) => ['--secret', each] as const),
  ];
  return [`${program} ${command}`, ...flags.map(([flag, value]) => `${flag} ${shellWord(value)}`)].join(' ');
}
