import { isIP } from 'node:net';
import { CheckError } from '../checks/check.ts';
import { writeHostAndPort } from '../host-and-port.ts';
import type { Product } from '../remedy.ts';
import { AuditError, type Candidate, type Named } from './find.ts';
import { type Look, type LookContext, look } from './look.ts';
import { type Role, roleFacts, roles, type Speaks } from './roles.ts';

/** A server to check. */
export interface AuditedServer {
  readonly role: Role;
  /** The host's name, or its address if it has none. */
  readonly host: string;
  /** What to connect to: the name, or its address if another resolver was used. */
  readonly address: string;
  readonly port: number;
  readonly source: Candidate['source'];
  readonly product?: Product;
  /** The name in its greeting. */
  readonly name?: string;
}

export interface Survey {
  /** At most one for each role and host. */
  readonly services: readonly AuditedServer[];
  readonly notes: readonly string[];
}

export interface SurveyContext extends LookContext {
  /** A host's addresses; throws a `CheckError` if it has none. */
  readonly addresses: (host: string) => Promise<readonly string[]>;
  /** Whether to connect to addresses, because the system's resolver may not know the names. */
  readonly byAddress: boolean;
}

interface Looked extends Candidate {
  readonly address: string;
  readonly look: Look;
}

/**
 * Probes every place, and keeps those where there is a server, or should be. Throws an `AuditError` if there is none.
 */
export async function survey({ candidates }: Named, context: SurveyContext): Promise<Survey> {
  const looked = await Promise.all(candidates.map((each) => lookAt(each, context)));
  const placed = looked.flatMap((each): readonly (Looked & { readonly role: Role })[] => {
    const role = each.role ?? roleOf(each.look, looked);
    return role === undefined ? [] : [{ ...each, role }];
  });
  const kept = roles.flatMap((role) =>
    chosen(
      role,
      placed.filter((each) => each.role === role),
    ),
  );
  if (!kept.some(({ look: { state } }) => state === 'open')) throw nothing(looked);
  return {
    services: kept.map((each) => serviceOf(each, context.byAddress)),
    notes: [...ownMachine(looked), ...filteredExchangers(placed), ...unknownPorts(looked)],
  };
}

async function lookAt(candidate: Candidate, context: SurveyContext): Promise<Looked> {
  const { host, port, role } = candidate;
  let last: Looked = { ...candidate, address: host, look: { state: 'unreachable', reason: noAddress(host) } };
  let addresses: readonly string[];
  try {
    addresses = await context.addresses(host);
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    return { ...last, look: { state: 'unreachable', reason: error.message } };
  }
  for (const address of addresses) {
    const implicitTls = role && roleFacts[role].implicitTls;
    const seen = await look({ address, port, ...(implicitTls !== undefined && { implicitTls }) }, context);
    if (seen.state === 'open') return { ...candidate, address, look: seen };
    last = { ...candidate, address, look: seen };
  }
  return last;
}

function noAddress(host: string): string {
  return `Cannot find an address of "${host}": the name has none`;
}

/** All MX hosts and all named servers are checked, but only the first usual place that answers. */
function chosen<Each extends Looked>(role: Role, places: readonly Each[]): readonly Each[] {
  if (role === 'mx')
    return places.filter(
      ({ look: { state }, source }) => state === 'open' || (state === 'closed' && source !== 'usual'),
    );
  const named = places.filter(({ source }) => source !== 'usual');
  if (named.length > 0) return named;
  return places.filter(({ look: { state } }) => state === 'open').slice(0, 1);
}

const byWord: Readonly<Record<Exclude<Speaks, 'smtp'>, readonly [plain: Role, secured: Role]>> = {
  imap: ['imap', 'imaps'],
  pop3: ['pop3', 'pop3s'],
  sieve: ['sieve', 'sieve'],
};

/** The role of an unnamed port. An SMTP server that accepts logins is for submission, unless it is the only one. */
function roleOf(look: Look, all: readonly Looked[]): Role | undefined {
  if (look.state !== 'open' || look.speaks === undefined) return undefined;
  if (look.speaks !== 'smtp') return byWord[look.speaks][look.implicitTls ? 1 : 0];
  if (look.implicitTls) return 'submissions';
  const others = all.filter((each) => each.look !== look && each.look.state === 'open' && each.look.speaks === 'smtp');
  const hasMx = others.some(
    ({ role, look: other }) => role === 'mx' || (other.state === 'open' && !other.implicitTls && !other.takesLogins),
  );
  return look.takesLogins && (hasMx || others.length === 0) ? 'submission' : 'mx';
}

function serviceOf(
  { role, host, address, port, source, look }: Looked & { readonly role: Role },
  byAddress: boolean,
): AuditedServer {
  const { product, name } = look.state === 'open' ? look : {};
  return {
    role,
    host,
    address: byAddress && isIP(address) !== 0 ? address : host,
    port,
    source,
    ...(product && { product }),
    ...(name !== undefined && { name }),
  };
}

/** RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3: clients on the same machine are trusted. */
function ownMachine(looked: readonly Looked[]): readonly string[] {
  return looked.some(({ address, look: { state } }) => state === 'open' && /^(?:127\.|::1$)/.test(address))
    ? [
        'The server is on this machine. Servers trust their own machine, so relaying may look allowed: run the audit from elsewhere',
      ]
    : [];
}

/** Many networks block port 25 for clients: a filtered port cannot be distinguished from a server that is down. */
function filteredExchangers(places: readonly (Looked & { readonly role: Role })[]): readonly string[] {
  return places
    .filter(({ role, look: { state } }) => role === 'mx' && (state === 'filtered' || state === 'unreachable'))
    .map(
      ({ host, port, look }) =>
        `${host}: port ${port} is not checked: ${look.state === 'open' ? '' : look.reason}. Many networks block outgoing port 25; run the audit from another one`,
    );
}

function unknownPorts(looked: readonly Looked[]): readonly string[] {
  return looked
    .filter(({ role, look }) => role === undefined && (look.state !== 'open' || look.speaks === undefined))
    .map(({ address, port, look }) =>
      look.state === 'open'
        ? `${writeHostAndPort(address, port)} is open, but does not speak SMTP, IMAP, POP3 or ManageSieve`
        : `${writeHostAndPort(address, port)} is ${look.state}`,
    );
}

/** The most places named in the message. */
const mostTold = 4;

function nothing(looked: readonly Looked[]): AuditError {
  const reasons = looked.map(({ address, host, port, look }) => {
    if (look.state === 'open') return `port ${port} of ${host} speaks no mail protocol`;
    if (look.state === 'unreachable') return look.reason;
    return `port ${port} of ${address} is ${look.state}`;
  });
  const told = [...new Set(reasons)];
  const more = told.length > mostTold ? `, and ${told.length - mostTold} more` : '';
  return new AuditError(
    `No mail server answers: ${told.slice(0, mostTold).join(', ')}${more}`,
    'Check that the servers run and that no firewall is in the way; name other ports with "--ports", as in "--ports mx=2525,imaps=2993"',
  );
}
