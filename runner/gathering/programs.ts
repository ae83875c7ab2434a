import { type Product, products } from '../remedy.ts';
import type { Member } from './tar.ts';

/** What the server's own programs said. */
export interface Programs {
  readonly members: readonly (Member & { readonly about: string })[];
  /** What was not asked or did not answer, and why: a line each. */
  readonly missing: readonly string[];
}

/** What one program said. */
export interface Said {
  /** The fragment: a product, or `system`. */
  readonly of: string;
  /** `postconf -n` */
  readonly title: string;
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** As shells say that there is no such program. */
const notFound = 127;

/** The scenarios whose steps run the programs: one for each fragment of `mailspec:gather`. */
export function gatheringSuite(wanted: readonly Product[]): string {
  const names = ['system', ...(wanted.length === 0 ? products : wanted)];
  return JSON.stringify({
    suite: 'gather',
    defaults: { gather_in: '' },
    description: '${gather_in}',
    scenarios: names.map((name) => ({ name, timeout: '3m', dialogue: [{ use: `mailspec:gather#${name}` }] })),
  });
}

/** @param isGuess nobody knows whether the products are there: a program that is missing is no news */
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

/** `postconf -n` as a part of a file's name. */
function nameOf(title: string): string {
  return title
    .replace(/\s*\(.*\)$/, '')
    .replace(/[^A-Za-z0-9.]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
}
