import { hostname as ownName, platform } from 'node:os';
import { type Candidate, hostAlone, type Named, nameServers } from '../audit/find.ts';
import { addressesOf, resolverOf, systemAddresses } from '../audit/names.ts';
import { bypassedNotes, relayNotes } from '../audit/relays.ts';
import { isRole, type Role, roleFacts, roleOfPort, roles } from '../audit/roles.ts';
import { type AuditedServer, survey } from '../audit/survey.ts';
import { ArgumentError } from '../diagnostic.ts';
import { parseServerUrl } from '../protocol/server-url.ts';
import { visible } from '../visible.ts';
import { productNames } from '../words/remedy.ts';
import { allPairs } from './arguments.ts';
import { fullName } from './client-name.ts';
import type { Arguments, Terminal } from './command.ts';

/** An address for connections to this machine other than 127.0.0.1: on Linux, all of 127.0.0.0/8 is this machine. */
export const stranger = platform() === 'linux' ? '127.9.9.9' : undefined;

/** What is known before the packs run. */
export interface Surveyed {
  readonly domain?: string;
  readonly services: readonly AuditedServer[];
  readonly notes: readonly string[];
  /** Whether DNS was queried for the domain and answered. */
  readonly dns: boolean;
}

/** Finds the servers that the arguments name, and prints them. Throws an `AuditError` if there are none. */
export async function surveyedAloud(name: string | undefined, args: Arguments, terminal: Terminal): Promise<Surveyed> {
  refuseUnusable(name, args);
  terminal.stderr.write(`Looking for the mail servers${name === undefined ? '' : ` of ${visible(name)}`} …\n`);
  const found = await surveyed(name, args, terminal);
  terminal.stderr.write(
    [...serviceLines(found.services), ...found.notes.map((each) => `note: ${visible(each)}`), ''].join('\n'),
  );
  return found;
}

/** Throws if the arguments do not name anything to find, before anything is queried. */
function refuseUnusable(name: string | undefined, args: Arguments): void {
  if (name === undefined && !args.has('server') && !args.has('host'))
    throw new ArgumentError(
      'Cannot look for mail servers: no domain or host is named',
      'Give the domain as the argument, such as example.com, or use "--host" or "--server"',
    );
  portsOf(args);
}

/** Checks the ports of the servers that the arguments name. */
async function surveyed(name: string | undefined, args: Arguments, terminal: Terminal): Promise<Surveyed> {
  const { signal } = terminal;
  const clock = () => performance.now();
  const resolver = args.value('resolver');
  const context = { clock, wall: () => Date.now(), signal };
  const resolve = resolverOf(resolver, context);
  const given = givenServers(args) ?? givenHost(args);
  const found = given ?? (await named(name ?? '', args, resolve, context));
  const domain = name ?? found.domain;
  const asked = given === undefined && found.domain !== undefined;
  const { services, notes } = await survey(found, {
    clock,
    signal,
    client: fullName(ownName()),
    byAddress: resolver !== undefined,
    addresses: (host) =>
      given !== undefined && resolver === undefined ? systemAddresses(host, context) : addressesOf(host, resolve),
  });
  const mx = [...new Set(services.filter(({ role }) => role === 'mx').map(({ host }) => host))];
  const isBypassed = given !== undefined && name !== undefined && resolver !== undefined;
  return {
    ...(domain !== undefined && { domain: found.domain ?? domain }),
    services,
    notes: [
      ...found.notes,
      ...notes,
      ...relayNotes(domain, services),
      ...(isBypassed ? await bypassedNotes(name, mx, resolve) : []),
    ],
    dns: asked || (given !== undefined && name !== undefined && resolver !== undefined),
  };
}

/** A line for each server: its role, its address, its product, and how it was found. */
function serviceLines(services: readonly AuditedServer[]): readonly string[] {
  const rows = services.map(({ role, host, port, product, source }) => [
    role,
    `${host}:${port}`,
    product === undefined ? '' : productNames[product],
    sources[source],
  ]);
  const widths = [0, 1, 2].map((at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows.map((row) => visible(`  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd()));
}

const sources: Readonly<Record<Candidate['source'], string>> = {
  MX: 'by its MX record',
  SRV: 'by its SRV record',
  autoconfig: 'by the autoconfiguration file',
  usual: '',
  given: '',
};

function named(
  name: string,
  args: Arguments,
  resolve: ReturnType<typeof resolverOf>,
  context: Parameters<typeof nameServers>[2],
): Promise<Named> {
  return nameServers(name, resolve, context).then((found) => {
    const ports = portsOf(args);
    if (ports === undefined) return found;
    const hosts = [...new Set(found.candidates.filter(({ role }) => role === 'mx').map(({ host }) => host))];
    return { ...found, candidates: hosts.flatMap((host) => ports.map((each) => ({ ...each, host }))) };
  });
}

/** `--server NAME=URL`. */
function givenServers(args: Arguments): Named | undefined {
  const servers = allPairs(args, 'server');
  if (servers.length === 0) return undefined;
  const candidates = servers.map(([name, text]): Candidate => {
    if (!isRole(name))
      throw new ArgumentError(
        `Cannot use "--server ${name}=…": the packs have no server of that name`,
        `The servers are ${roles.join(', ')}`,
      );
    const { scheme } = roleFacts[name];
    const url = urlOf(text);
    if (url?.scheme !== scheme)
      throw new ArgumentError(`Cannot use "--server ${name}=${text}"`, `Write ${name}=${scheme}://HOST:PORT`);
    return { role: name, host: url.host, port: url.port, source: 'given' };
  });
  return { candidates, notes: [] };
}

function urlOf(text: string): { readonly scheme: string; readonly host: string; readonly port: number } | undefined {
  try {
    const { scheme, address } = parseServerUrl(text);
    return address.to === 'network' ? { scheme, host: address.host, port: address.port } : undefined;
  } catch {
    return undefined;
  }
}

/** `--host`, with `--ports`. */
function givenHost(args: Arguments): Named | undefined {
  const host = args.value('host')?.replace(/^\[(.*)\]$/, '$1');
  if (host === undefined) return undefined;
  const ports = portsOf(args);
  return ports === undefined ? hostAlone(host) : { candidates: ports.map((each) => ({ ...each, host })), notes: [] };
}

type Place = Pick<Candidate, 'role' | 'port' | 'source'>;

/** `25,587`, or `mx=2525,imaps=2993`. */
function portsOf(args: Arguments): readonly Place[] | undefined {
  const given = args.values('ports');
  if (given.length === 0) return undefined;
  return given.flatMap((text) => text.split(/[\s,]+/).map((each) => portOf(each, text)));
}

function portOf(each: string, text: string): Place {
  const [, name, number = ''] = /^(?:([\w-]+)=)?(\d+)$/.exec(each) ?? [];
  const port = Number(number);
  if (!(port >= 1 && port <= 65_535) || (name !== undefined && !isRole(name)))
    throw new ArgumentError(
      `Cannot use "--ports ${text}": "${each}" is not a port`,
      `Write numbers, such as 25,587, or NAME=PORT, where NAME is ${roles.join(', ')}`,
    );
  const role: Role | undefined = name ?? roleOfPort(port);
  return { port, source: 'given', ...(role !== undefined && { role }) };
}
