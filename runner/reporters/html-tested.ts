import type { Contact } from '../observed.ts';
import { many } from '../phrase.ts';
import type { Product } from '../remedy.ts';
import type { ScenarioResult } from '../result.ts';
import { visible } from '../visible.ts';
import { productNames } from '../words/remedy.ts';
import { all } from '../words/text.ts';
import { escapeHtml, nameHtml } from './html-escape.ts';
import { timeOf } from './json-text.ts';

/** Enough for every server of a configuration. */
const mostServers = 50;
/** The most addresses of one server: both families, and a pool's. */
const mostAddresses = 6;
/** The most hosts in the heading. */
const mostHosts = 3;

/** A configured server, and what the run found out about it. */
interface Seen {
  readonly addresses: Set<string>;
  readonly products: Set<Product>;
  readonly greetings: Set<string>;
  expires?: number;
  scenarios: number;
}

/** What a run tested: the servers, the origin of the scenarios, and the client's address. */
export interface Tested {
  add(result: ScenarioResult): void;
  html(about: { readonly version?: string; readonly machine?: string; readonly isOpen: boolean }): string;
}

export function tested(): Tested {
  const servers = new Map<string, Seen>();
  const from = new Set<string>();
  const packs = new Set<string>();
  const files = new Set<string>();
  const seen = (server: string): Seen => {
    const known = servers.get(server);
    if (known) return known;
    const made: Seen = { addresses: new Set(), products: new Set(), greetings: new Set(), scenarios: 0 };
    servers.set(server, made);
    return made;
  };
  return {
    add({ scenario, products, contacts = [], measured = [] }) {
      const { suite } = scenario;
      if (suite.shipped) packs.add(/^[^/]*/.exec(suite.id)?.[0] ?? suite.id);
      else files.add(suite.file);
      for (const { label, product } of scenario.servers) {
        if (product !== undefined) seen(label).products.add(product);
      }
      for (const each of contacts) noteContact(seen(each.server), each, from);
      for (const each of new Set(contacts.map(({ server }) => server))) seen(each).scenarios++;
      for (const { server, product } of products) seen(server).products.add(product);
      for (const each of measured) if (each.kind === 'certificate') seen(each.server).expires = each.expires;
    },
    html({ version, machine, isOpen }) {
      const contacted = [...servers].filter(([, { addresses }]) => addresses.size > 0);
      const facts = [
        ...(packs.size === 0
          ? []
          : [`Packs of mailspec${version === undefined ? '' : ` ${version}`}: ${[...packs].sort().join(', ')}`]),
        ...(files.size === 0 ? [] : [`${many(files.size, 'scenario file')}: ${some([...files])}`]),
        ...(machine === undefined && from.size === 0 ? [] : [`Contacted from ${fromWords(machine, [...from])}`]),
      ];
      if (contacted.length === 0 && facts.length === 0) return '';
      return `<section id="tested" aria-label="What was tested"><details class="tested"${isOpen ? ' open' : ''}><summary><h2>What was tested</h2> <span class="number">${escapeHtml(headlineOf(contacted))}</span></summary>
${tableHtml(contacted)}${facts.map((each) => `<p>${nameHtml(each)}</p>\n`).join('')}</details></section>
`;
    },
  };
}

function noteContact(seen: Seen, { address, greeting, local }: Contact, from: Set<string>): void {
  seen.addresses.add(address);
  if (greeting !== undefined && seen.greetings.size === 0) seen.greetings.add(greeting);
  if (local !== undefined) from.add(local);
}

function some(names: readonly string[], most = mostAddresses): string {
  const shown = names.slice(0, most);
  return `${shown.join(', ')}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ''}`;
}

function fromWords(machine: string | undefined, from: readonly string[]): string {
  if (machine === undefined) return some(from);
  return from.length === 0 ? machine : `${machine} (${some(from)})`;
}

/** `8 servers (Dovecot and Postfix) at 192.0.2.10` */
function headlineOf(servers: readonly (readonly [string, Seen])[]): string {
  if (servers.length === 0) return 'no server was contacted';
  const names = [...new Set(servers.flatMap(([, { products }]) => [...products]))].map((each) => productNames[each]);
  const hosts = [...new Set(servers.flatMap(([, { addresses }]) => [...addresses].flatMap(hostOf)))];
  const what = names.length === 0 ? '' : ` (${all(names.sort())})`;
  return `${many(servers.length, 'server')}${what}${hosts.length === 0 ? '' : ` at ${visible(some(hosts, mostHosts))}`}`;
}

/** An address without its port; empty for a socket or program. */
function hostOf(address: string): readonly string[] {
  const [, host] = /^(\S+):\d+$/.exec(address) ?? [];
  return host === undefined ? [] : [host];
}

function tableHtml(servers: readonly (readonly [string, Seen])[]): string {
  if (servers.length === 0) return '';
  const isDated = servers.some(([, { expires }]) => expires !== undefined);
  const rows = servers.slice(0, mostServers).map(([server, seen]) => {
    const cells: readonly (readonly [string, string])[] = [
      ['Addresses', nameHtml(some([...seen.addresses]))],
      ['Product', productHtml(seen)],
      ...(isDated ? [['Certificate until', dateHtml(seen.expires)] as const] : []),
      ['Scenarios', String(seen.scenarios)],
    ];
    return `<tr><th scope="row">${nameHtml(server)}</th>${cells.map(([name, html]) => `<td data-name="${name}">${html}</td>`).join('')}</tr>`;
  });
  const more = servers.length - rows.length;
  return `<table><thead><tr><th scope="col">Server</th><th scope="col">Addresses</th><th scope="col">Product</th>${isDated ? '<th scope="col">Certificate until</th>' : ''}<th scope="col">Scenarios</th></tr></thead>
<tbody>
${rows.join('\n')}
${more > 0 ? `<tr><td colspan="5">… and ${more} more</td></tr>\n` : ''}</tbody></table>
`;
}

function dateHtml(epoch: number | undefined): string {
  if (epoch === undefined) return '';
  const time = timeOf(epoch);
  return `<time datetime="${time}">${time.slice(0, 10)}</time>`;
}

/** The version is in the greeting, if the server shows it. */
function productHtml({ products, greetings }: Seen): string {
  const names = [...products].map((each) => `<b>${productNames[each]}</b>`).join(', ');
  const said = [...greetings].map((each) => `<span class="place">${escapeHtml(visible(each))}</span>`).join(' ');
  return [names, said].filter((each) => each !== '').join('<br>');
}
