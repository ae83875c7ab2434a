import { type Came, isEnd } from '../authoring/expectation.ts';
import { alone } from '../protocol/alone.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { repliesLike } from '../protocol/protocols.ts';
import { isWords } from '../value.ts';

/** The keywords that the server advertised last, with their parameters. */
export type Advertised = ReadonlyMap<string, readonly string[]>;

export function advertisedIn(came: readonly Came[], before: Advertised): Advertised {
  for (const reply of [...came].reverse()) {
    const fields = isEnd(reply) ? undefined : repliesLike(reply).advertises?.of(reply);
    const entries = Object.entries(fields ?? {});
    // The first line of a greeting looks like a keyword.
    if (entries.length < 2) continue;
    return new Map(entries.map(([name, value]) => [name, isWords(value) ? value.words : []]));
  }
  return before;
}

/** Completions of what is typed: the protocol's commands, what the server advertised, and our own commands. */
export function completions(
  line: string,
  protocol: Protocol | undefined,
  advertised: Advertised,
  own: readonly string[],
): readonly string[] {
  if (line.startsWith('.')) return own.map((name) => `.${name}`).filter((each) => each.startsWith(line));
  const login = protocol?.sasl?.command('', undefined).split(' ')[0]?.replaceAll('"', '') ?? '';
  const mechanisms = (advertised.get('AUTH') ?? advertised.get('SASL') ?? []).map((name) => `${login} ${name}`);
  const [, before = ''] = /^(.*\s)\S+$/s.exec(line) ?? [];
  // A login is followed by a mechanism and nothing else.
  const keywords =
    before === '' || /\b(?:AUTH|AUTHENTICATE)\s/i.test(before)
      ? []
      : [...advertised.keys()].map((name) => `${before}${name}`);
  const candidates = [...(protocol?.commands ?? []), ...mechanisms, ...keywords];
  const found = candidates.filter((each) => each.toLowerCase().startsWith(line.toLowerCase()));
  const [only = '', ...more] = found;
  // More input follows on the same line.
  const goesOn = more.length === 0 && (protocol?.commands ?? []).includes(only) && !alone.has(only) && /\w$/.test(only);
  return goesOn ? [`${only} `] : found;
}
