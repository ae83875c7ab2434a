import { distance } from 'fastest-levenshtein';

/** The known name that a mistyped one most likely means; none where nothing is near. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
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
