import type { Cause } from '../causes/cause.ts';
import { collectCauses } from '../causes/collect.ts';
import type { Product } from '../remedy.ts';
import { unusedName, wholeFailure } from '../reporters/attachments.ts';
import type { ScenarioResult } from '../result.ts';
import { problemOf } from '../words/outcome.ts';
import type { Member } from './tar.ts';

/** The most characters of dialogues that are kept; the summary names further failures. */
const mostText = 64 * 1024 * 1024;
/** The digits of a failure's number, so that file names sort in the order of the run. */
const digits = 3;

/** A server as the run saw it. */
export interface SeenServer {
  readonly addresses: Set<string>;
  readonly products: Set<Product>;
  readonly greetings: Set<string>;
  /**
   * Whether it is, or seems to be, on this machine: it has a loopback address, both ends of a connection have the same
   * address, or there is no address.
   */
  isHere: boolean;
}

/** What a bundle needs to know about a run. */
export interface Collected {
  readonly causes: readonly Cause[];
  readonly failures: readonly Member[];
  /** The files of failures, by the scenario's number. */
  readonly memberOf: ReadonlyMap<number, string>;
  /** The number of failures whose dialogue is not kept. */
  readonly left: number;
  readonly servers: ReadonlyMap<string, SeenServer>;
}

export function collecting(rerun: string): { add(result: ScenarioResult): void; collected(): Collected } {
  const causes = collectCauses();
  const failures: Member[] = [];
  const memberOf = new Map<number, string>();
  const servers = new Map<string, SeenServer>();
  const names = new Set<string>();
  let size = 0;
  let left = 0;
  const seen = (name: string): SeenServer => {
    const known = servers.get(name) ?? {
      addresses: new Set(),
      products: new Set(),
      greetings: new Set(),
      isHere: false,
    };
    servers.set(name, known);
    return known;
  };
  return {
    add(result) {
      causes.add(result);
      noteServers(result, seen);
      if (problemOf(result) === undefined || result.outcome === 'passed') return;
      const text = wholeFailure(result, rerun);
      if (size + text.length > mostText) {
        left++;
        return;
      }
      size += text.length;
      const number = String(failures.length + 1).padStart(digits, '0');
      // Names in an archive are ASCII.
      const name = `failures/${number}-${unusedName(result.scenario.id.replace(/[^\w#/-]+/g, '-'), names)}.txt`;
      memberOf.set(result.scenario.index, name);
      failures.push({ name, text });
    },
    collected: () => ({ causes: causes.list(), failures, memberOf, left, servers }),
  };
}

function noteServers(result: ScenarioResult, seen: (name: string) => SeenServer): void {
  const { scenario, products, contacts = [] } = result;
  for (const { label, product } of scenario.servers) if (product !== undefined) seen(label).products.add(product);
  for (const { server, product } of products) seen(server).products.add(product);
  for (const { server, address, local, greeting } of contacts) {
    const known = seen(server);
    known.addresses.add(address);
    if (greeting !== undefined) known.greetings.add(greeting);
    const host = hostOf(address);
    if (local === undefined || host === hostOf(local) || loopback.test(host)) known.isHere = true;
  }
}

const loopback = /^(?:127\.|::1$|::ffff:127\.)/;

function hostOf(address: string): string {
  return address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}
