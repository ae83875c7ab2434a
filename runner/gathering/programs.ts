import { type Product, products } from '../remedy.ts';
import type { Member } from './tar.ts';

/** The output of the servers' own programs. */
export interface Programs {
  readonly members: readonly (Member & { readonly about: string })[];
  /** Programs that did not run or failed, with the reason, one per line. */
  readonly missing: readonly string[];
}

/** The output of one program. */
export interface Said {
  /** Its fragment: a product, or `system`. */
  readonly of: string;
  /** `postconf -n` */
  readonly title: string;
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The exit status with which shells report that a program does not exist. */
const notFound = 127;

/** The scenarios that run the programs: one for each fragment of `mailspec:gather`. */
export function gatheringSuite(wanted: readonly Product[]): string {
  const names = ['system', ...(wanted.length === 0 ? products : wanted)];
  return JSON.stringify({
    suite: 'gather',
    defaults: { gather_in: '' },
    description: '${gather_in}',
    scenarios: names.map((name) => ({ name, timeout: '3m', dialogue: [{ use: `mailspec:gather#${name}` }] })),
  });
}

/** @param isGuess the products are not known to be installed, so a missing program is not reported */
export function programsOf(said: readonly Said[], isGuess: boolean): Programs {
  const found = said.filter(({ exit }) => exit !== notFound);
  const lost = said.filter(({ exit, of }) => exit === notFound && !(isGuess && of !== 'system'));
  return {
    members: found.map(({ of, title, exit, stdout, stderr }) => ({
      name: `programs/${of}-${nameOf(title)}.txt`,
      about: `${of}: ${title}${exit === 0 ? '' : ` (exit status ${exit})`}`,
      text: `${[
        `# ${title}: exit status ${exit}`,
        stdout,
        ...(stderr === '' ? [] : ['# standard error:', stderr]),
      ].join('\n')}\n`,
    })),
    missing: lost.map(({ of, title, stderr }) => `${of}: ${title}: ${stderr.trim().split('\n').at(-1) ?? ''}`),
  };
}

/** `postconf -n` as part of a file name. */
function nameOf(title: string): string {
  return title
    .replace(/\s*\(.*\)$/, '')
    .replace(/[^A-Za-z0-9.]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
}
