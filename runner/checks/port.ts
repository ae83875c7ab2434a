import { dialNetwork, hostAndPort } from '../transport/dial.ts';
import { TransportError } from '../transport/transport.ts';
import { addressesOf } from './addresses.ts';
import { type CheckContext, checkErrorFrom, type Seen } from './check.ts';

export interface PortInput {
  readonly host: string;
  readonly port: number;
  readonly family?: 4 | 6;
  readonly localAddress?: string;
}

/** RFC 9293 section 3.5: SYN-ACK, RST, silence. */
type State = 'open' | 'closed' | 'filtered';

interface Finding {
  readonly address: string;
  readonly state: State;
  readonly reason: string;
}

/**
 * Whether something listens, as `nmap` says it: `open`, `closed` (refused) or `filtered` (no answer in the time, or
 * a firewall's word that the host cannot be reached). Of several addresses the first open one counts; without one,
 * it is filtered where any is. Throws a `CheckError` where it cannot be told: no address, no route from here.
 */
export async function checkPort(input: PortInput, context: CheckContext): Promise<Seen> {
  const addresses = await addressesOf(input.host, input.family, context);
  const findings: Finding[] = [];
  for (const [index, address] of addresses.entries()) {
    const left = context.deadline - context.clock();
    const finding = await probe(address, input, { ...context, deadline: context.clock() + left / (addresses.length - index) });
    findings.push(finding);
    if (finding.state === 'open') break;
  }
  const verdict =
    findings.find((each) => each.state === 'open') ?? findings.find((each) => each.state === 'filtered') ?? findings[0];
  const { state, address } = verdict as Finding;
  return {
    evidence: { state, address },
    transcript: findings.map((each) => `${each.address}: ${each.state} (${each.reason})`),
    text: state,
  };
}

const nobody = { received: () => undefined, sent: () => undefined, note: () => undefined };

async function probe(address: string, input: PortInput, context: CheckContext): Promise<Finding> {
  const shown = hostAndPort(address, input.port);
  try {
    const socket = await dialNetwork(address, input.port, {
      ...context,
      ...(input.localAddress !== undefined && { localAddress: input.localAddress }),
      observer: nobody,
    });
    socket.destroy();
    return { address: shown, state: 'open', reason: 'the connection was taken' };
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    if (error.kind === 'refused') return { address: shown, state: 'closed', reason: 'refused' };
    if (error.kind === 'connect-timeout') return { address: shown, state: 'filtered', reason: 'no answer in the time' };
    // ICMP's "host unreachable" and "administratively prohibited" (RFC 1812 section 5.2.7.1): firewalls that say no.
    if (error.system === 'EHOSTUNREACH') return { address: shown, state: 'filtered', reason: 'the host cannot be reached' };
    throw checkErrorFrom(error);
  }
}
