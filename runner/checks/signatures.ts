import { messageOf } from '../phrase.ts';
import type { Fields } from '../value.ts';
import { CheckError } from './check.ts';
import type { Keys } from './signature-keys.ts';
import { keyName, type SignatureHeader, signatureHeaders } from './signed.ts';

/** The library's result for one signature. */
interface Verified {
  readonly signingDomain: string;
  readonly selector: string;
  readonly status: { readonly result: string; readonly comment?: string; readonly aligned?: string | false };
}

/**
 * Verifies a message's DKIM signatures (RFC 6376), from top to bottom, and its ARC chain (RFC 8617) with these keys.
 * Runs in a separate thread, since its time depends on the message.
 */
export async function verifySignatures(octets: Uint8Array, keys: Keys): Promise<Fields> {
  const { dkimVerify } = await import('mailauth/lib/dkim/verify.js');
  const resolver = async (name: string): Promise<string[][]> => {
    const records = keys[name.toLowerCase()] ?? 'none';
    if (typeof records === 'string')
      throw Object.assign(new Error(name), { code: records === 'none' ? 'ENOTFOUND' : 'ESERVFAIL' });
    // The name may have other records as well.
    return [[records.find((each) => /(?:^|;)\s*p=/.test(each)) ?? records[0] ?? '']];
  };
  const verified = await dkimVerify(Buffer.from(octets), { resolver: resolver as never }).catch((cause: unknown) => {
    throw new CheckError('check.mismatch', `the signatures cannot be verified: ${messageOf(cause)}`, { cause });
  });
  const results = [...(verified.results as readonly Verified[])];
  const dkim = signatureHeaders(octets)
    .filter(({ kind }) => kind === 'dkim')
    .map((header) => dkimFields(header, takeResult(results, header)));
  return { dkim, arc: await arcFields(octets, verified, resolver) };
}

/** Finds the result for a signature; the library leaves out what it cannot verify. */
function takeResult(results: Verified[], { domain, selector }: SignatureHeader): Verified | undefined {
  const at = results.findIndex((each) => each.signingDomain?.toLowerCase() === domain && each.selector === selector);
  return at < 0 ? undefined : results.splice(at, 1)[0];
}

function dkimFields(header: SignatureHeader, found: Verified | undefined): Fields {
  const { result, reason } = verdictOf(header, found);
  return {
    result,
    ...(reason !== '' && { reason }),
    domain: header.domain,
    selector: header.selector,
    algorithm: header.algorithm,
    canonicalization: header.canonicalization,
    signed: header.signed,
    aligned: typeof found?.status.aligned === 'string',
  };
}

/**
 * The results of RFC 8601 section 2.7.1. The library reports `neutral` for several failures by RFC 6376 section 6.1.
 */
const failures: Readonly<Record<string, string>> = {
  'body hash did not verify': 'fail',
  'bad signature': 'fail',
  expired: 'fail',
  'invalid expiration': 'permerror',
  'no key': 'permerror',
  'unknown key version': 'permerror',
  'unknown key type': 'permerror',
  'invalid public key': 'permerror',
};

function verdictOf(
  header: SignatureHeader,
  found: Verified | undefined,
): { readonly result: string; readonly reason: string } {
  if (keyName(header) === '') return { result: 'permerror', reason: 'a required tag is missing or wrong' };
  if (found === undefined) return { result: 'permerror', reason: 'unknown algorithm or canonicalization' };
  const { result, comment = '' } = found.status;
  if (result === 'policy') return { result, reason: 'weak key' };
  return { result: failures[comment] ?? result, reason: result === 'pass' ? '' : comment };
}

async function arcFields(octets: Uint8Array, verified: object, resolver: unknown): Promise<Fields> {
  const seals = signatureHeaders(octets).filter(({ kind }) => kind === 'arc');
  if (seals.length === 0 || !('arc' in verified)) return { result: 'none', instances: 0 };
  const { arc } = await import('mailauth/lib/arc/index.js');
  try {
    const { status } = await arc(verified.arc as never, { resolver } as never);
    const { result = 'none', comment } = status as { readonly result?: string; readonly comment?: string };
    const reason = result === 'fail' && comment !== undefined ? { reason: comment } : {};
    return { result, ...reason, instances: Math.ceil(seals.length / 2) };
  } catch (error) {
    return { result: 'fail', reason: messageOf(error), instances: Math.ceil(seals.length / 2) };
  }
}
