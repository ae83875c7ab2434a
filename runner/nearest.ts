import { distance } from 'fastest-levenshtein';

/** Names that are compared: a hostile file declares a hundred thousand, and mistypes as many. */
const mostKnown = 1000;
/** A longer name is not a mistyped one; comparing takes the product of both lengths. */
const longestName = 200;

/** The known name that a mistyped one most likely means; none where nothing is near. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > longestName) return undefined;
  let best: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  let looked = 0;
  for (const candidate of known) {
    if (++looked > mostKnown) break;
    // Further apart than any that would do.
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const apart = distance(name.toLowerCase(), candidate.toLowerCase());
    // Of short names two changes leave too little: "foo" is no "log". "ues" is "use", though.
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
