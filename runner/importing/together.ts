import type { Draft } from '../authoring/scenario-file.ts';

/** Joins sessions on named connections into one scenario, whose steps are in the order of the text. */
export function together(drafts: readonly Draft[]): readonly Draft[] {
  const named = drafts.filter(({ exchanges, connections }) => connections?.size === 1 && exchanges.every(hasPlace));
  const connections = new Map(named.flatMap((each) => [...(each.connections ?? [])]));
  const [first] = named;
  if (first === undefined) return drafts;
  const seen = new Set<string>();
  const exchanges = named.flatMap((each) => {
    const [on = ''] = each.connections?.keys() ?? [];
    const isAgain = seen.has(on);
    seen.add(on);
    const at = each.exchanges[0]?.at ?? 0;
    return isAgain ? [{ did: { kind: 'close' as const }, came: [], on, at }, ...each.exchanges] : each.exchanges;
  });
  const hello = named.find((each) => each.hello !== undefined)?.hello;
  const { name, captured: _, ...rest } = first;
  return [
    {
      ...rest,
      name: connections.size === 1 ? name : `what ${[...connections.keys()].join(', ')} answer`,
      hello,
      connections,
      exchanges: exchanges.sort((one, other) => (one.at ?? 0) - (other.at ?? 0)),
      comments: named.flatMap(({ comments = [] }) => comments),
    },
    ...drafts.filter((each) => !named.includes(each)),
  ];
}

function hasPlace({ at }: Draft['exchanges'][number]): boolean {
  return at !== undefined;
}
