import { defined } from '../defined.ts';
import { writeHostAndPort } from '../host-and-port.ts';
import { addressesOf } from './addresses.ts';
import { type CheckContext, CheckError, type Seen } from './check.ts';
import { reach } from './dial.ts';
import type { CheckOf } from './step.ts';

export interface PortInput {
  readonly host: string;
  readonly port: number;
  readonly family?: 4 | 6;
  readonly localAddress?: string;
}

type State = 'open' | 'closed' | 'filtered';

interface Finding {
  readonly address: string;
  readonly state: State;
  readonly reason: string;
}

/**
 * Whether something listens, in the terms of `nmap`: `open`, `closed` (refused) or `filtered` (no answer in time, or a
 * firewall reports that the host cannot be reached). Of several addresses the first open one counts; if none is open,
 * the result is `filtered` if any is. Throws a `CheckError` if it cannot be determined: no address, or no route from
 * this machine.
 */
export async function checkPort(input: PortInput, context: CheckContext): Promise<Seen> {
  const addresses = await addressesOf(input.host, input.family, context);
  const findings: Finding[] = [];
  for (const [index, address] of addresses.entries()) {
    const left = context.deadline - context.clock();
    const finding = await probe(address, input, {
      ...context,
      deadline: context.clock() + left / (addresses.length - index),
    });
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

async function probe(address: string, { port, localAddress }: PortInput, context: CheckContext): Promise<Finding> {
  const shown = writeHostAndPort(address, port);
  const reached = await reach(address, port, localAddress, context);
  if (reached.state !== 'open') return { address: shown, ...reached };
  reached.socket.destroy();
  return { address: shown, state: 'open', reason: 'the connection was accepted' };
}

export const port: CheckOf<'port'> = async ({ host, port: number, family, localAddress }, context) => {
  const text = context.fill(number);
  const known = Number(text);
  if (!(Number.isInteger(known) && known >= 1 && known <= 65_535))
    throw new CheckError('input.value', `Cannot look at port "${text}": it is not a number from 1 to 65535`);
  return checkPort({ host: context.fill(host), port: known, ...defined({ family, localAddress }) }, context);
};
