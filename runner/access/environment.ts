import { meetsGlob } from '../glob.ts';

/** The variables that every program needs. It gets nothing else of our own environment, which may contain secrets. */
const usual = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'USER', 'LOGNAME'];

/**
 * The environment that a program gets. `listed`: additional names from the configuration, in which `*` matches any
 * characters.
 */
export function environmentFor(
  env: Readonly<Record<string, string | undefined>>,
  listed: readonly string[] = [],
): Readonly<Record<string, string>> {
  const wanted = [...usual, ...listed];
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && wanted.some((each) => meetsGlob(name, each)) ? [[name, value] as const] : [],
    ),
  );
}
