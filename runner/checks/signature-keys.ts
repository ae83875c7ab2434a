import type { Text } from '../plan.ts';
import type { CheckContext } from './check.ts';
import { checkDns } from './dns.ts';
import { keyName, signatureHeaders } from './signed.ts';
import type { CheckStepContext } from './step.ts';

/** The DNS records for each key's name, or the reason why there are none. */
export type Keys = Readonly<Record<string, readonly string[] | 'none' | 'failed'>>;

/** Looks up the keys that a message's signatures need. */
export type FindKeys = (octets: Uint8Array) => Promise<Keys>;

/** `undefined` if the expectation does not mention signatures: then DNS is not queried. */
export function keyFinder(
  context: CheckStepContext,
  named: readonly string[],
  resolver: Text | undefined,
): FindKeys | undefined {
  if (!named.some((name) => verified.has(name.toLowerCase()))) return undefined;
  const asked = resolver === undefined ? '' : context.fill(resolver);
  const known = new Map<string, Promise<Keys[string]>>();
  return async (octets) => {
    const names = new Set(signatureHeaders(octets).map(keyName).filter(Boolean));
    const found: [string, Keys[string]][] = [];
    for (const name of names) {
      const records = known.get(name) ?? recordsOf(name, asked, context);
      known.set(name, records);
      found.push([name.toLowerCase(), await records]);
    }
    return Object.fromEntries(found);
  };
}

/** The fields that need keys. */
const verified: ReadonlySet<string> = new Set(['dkim', 'arc']);

/** Rejects with a `CheckError` if no resolver answers: then nothing is known about the signature. */
async function recordsOf(name: string, resolver: string, context: CheckContext): Promise<Keys[string]> {
  const { evidence } = await checkDns({ name, type: 'TXT', ...(resolver !== '' && { resolver }) }, context);
  const { status, text } = evidence;
  if (status !== 'NOERROR' && status !== 'NXDOMAIN') return 'failed';
  const records = Array.isArray(text) ? text.map(String) : [];
  return records.length === 0 ? 'none' : records;
}
