import { meetsGlob } from '../glob.ts';

/** What every program needs to find its way. Of our own environment one sees nothing else: it may hold secrets. */
const usual = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'USER', 'LOGNAME'];

/** The part of an environment that a program gets: `listed` are the configuration's names, `*` allowed. */
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
