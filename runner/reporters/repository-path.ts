import { isAbsolute, relative, resolve, sep } from 'node:path';

/** The variables with the folder in which CI servers checked out the repository. */
const roots = ['GITHUB_WORKSPACE', 'CI_PROJECT_DIR'] as const;

/**
 * CI servers link files by their path from the repository's root, while paths are shown relative to the working
 * directory. Paths outside the repository stay as they are.
 */
export function repositoryPaths(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): (path: string) => string {
  const root = roots.map((name) => environment[name]).find((value) => value !== undefined && isAbsolute(value));
  if (root === undefined) return (path) => path;
  return (path) => {
    const below = relative(root, resolve(folder, path));
    return below === '' || below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below)
      ? path
      : below.split(sep).join('/');
  };
}
