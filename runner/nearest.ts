import { distance } from 'fastest-levenshtein';

/** The most names to compare with: a hostile file may declare a hundred thousand names and misspell as many. */
const mostKnown = 1000;
/** Longer names are not typing errors, and comparing takes time proportional to the product of both lengths. */
const longestName = 200;

/** The known name that was most likely meant; `undefined` if no name is close enough. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > longestName) return undefined;
  let best: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  let looked = 0;
  for (const candidate of known) {
    if (++looked > mostKnown) break;
    // The difference in length alone is too large.
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const apart = distance(name.toLowerCase(), candidate.toLowerCase());
    // In a short name two changes are too many: "foo" does not mean "log". A swap is still found: "ues" means "use".
    if (name.length < 4 && apart >= Math.min(2, name.length) && sorted(name) !== sorted(candidate)) continue;
    if (apart < least) {
      least = apart;
      best = candidate;
    }
  }
  return best;
}

function sorted(name: string): string {
  return [...name.toLowerCase()].sort().join('');
}
