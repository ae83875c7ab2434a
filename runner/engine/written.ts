import type { WrittenNames } from '../checks/log-owner.ts';
import { escapePattern } from '../encoding.ts';
import type { Plan, Scenario } from '../plan.ts';

/** The names in a scenario's own dialogue that its author wrote and that no other scenario of the run uses. */
export type Written = (scenario: Scenario, said: readonly string[]) => WrittenNames;

const none: WrittenNames = { addresses: [], clients: [] };

export function writtenIn({ scenarios, shard }: Plan): Written {
  // Scenarios of other shards may run at the same time, and are not in this plan.
  if (shard !== undefined) return () => none;
  let users: ReadonlyMap<string, Scenario | undefined> | undefined;
  return (scenario, said) => {
    users ??= usersOf(scenarios);
    const source = scenario.span.file.text.toLowerCase();
    const own = new Set(said.flatMap(namesIn).filter((name) => users?.get(name) === scenario));
    const written = [...own].filter((name) => isWrittenIn(source, name));
    return {
      addresses: written.filter((name) => !isHello(name)),
      clients: written.filter(isHello).map((name) => name.slice(hello.length)),
    };
  };
}

/** The only scenario that has a name; `undefined` if several have it. */
function usersOf(scenarios: readonly Scenario[]): ReadonlyMap<string, Scenario | undefined> {
  const users = new Map<string, Scenario | undefined>();
  for (const scenario of scenarios) {
    const { dialogue, after, receives = new Map() } = scenario;
    for (const name of textsOf([dialogue, after, ...receives.values()]).flatMap(namesIn))
      users.set(name, users.has(name) && users.get(name) !== scenario ? undefined : scenario);
  }
  return users;
}

/** Replaces a value that is known only at run time; it does not occur in addresses. */
const hole = '\0';

/** All strings in a part of the plan; a template counts as one. */
function textsOf(part: unknown): readonly string[] {
  if (typeof part === 'string') return [part];
  if (typeof part !== 'object' || part === null) return [];
  if ('parts' in part && Array.isArray(part.parts) && part.parts.some((each) => typeof each === 'string'))
    return [part.parts.map((each) => (typeof each === 'string' ? each : hole)).join('')];
  return Object.entries(part).flatMap(([key, value]) => (key === 'span' ? [] : textsOf(value)));
}

/** RFC 5321 section 4.5.3.1.1: at most 64 octets before the `@`. */
const address = /[^\s<>()[\]\\,;:"@]{1,64}@(?:\[[^\]\s]+\]|[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*)\0?/gu;
const greeting = /^(?:EHLO|HELO|LHLO) +([^\s␍␊]+)/gim;
/** The common end of EHLO, HELO and LHLO. */
const hello = 'lo ';

/** Addresses such as `alice@example.com`, and `lo client.example` of EHLO, HELO and LHLO, all in lower case. */
function namesIn(text: string): readonly string[] {
  const addresses = [...text.matchAll(address)].map(([found]) => found);
  const clients = [...text.matchAll(greeting)].map(([, name = '']) => hello + name);
  return [...addresses, ...clients].filter((name) => !name.includes(hole)).map((name) => name.toLowerCase());
}

function isHello(name: string): boolean {
  return name.startsWith(hello);
}

/** The domain of an address may come from the configuration. */
function isWrittenIn(source: string, name: string): boolean {
  const start = isHello(name) ? name : name.slice(0, name.lastIndexOf('@') + 1);
  const before = isHello(name) ? 'eh|he|lh' : '(?<![\\w.+-])';
  return new RegExp(`(?:${before})${escapePattern(start)}`).test(source);
}
