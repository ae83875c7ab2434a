import type { Note } from '../result.ts';
import { TransportError } from '../transport/transport.ts';
import { type CheckContext, checkErrorFrom, type Seen } from './check.ts';
import { cipherEvidence, cipherNames } from './cipher.ts';
import type { CheckOf } from './step.ts';
import { heedLateRefusal, type TlsPeer, tryHandshake } from './tls-peer.ts';

/** TLS's own word that it will not: silence is something else. */
const refusals: ReadonlySet<TransportError['kind']> = new Set(['handshake', 'closed', 'certificate']);

/**
 * Whether a handshake with these versions and ciphers is `accepted` or `refused`. The certificate does not matter,
 * unless the options say `verify: true`. Throws a `CheckError` where the handshake is not reached.
 */
export async function checkTls(peer: TlsPeer, context: CheckContext): Promise<Seen> {
  const notes: (string | Note)[] = [];
  let begun = false;
  try {
    const facts = await tryHandshake(
      { ...peer, tls: withAllCiphers(peer.tls) },
      context,
      (note) => notes.push(note),
      () => {
        begun = true;
      },
      async (transport, { protocol }) => {
        if (protocol === 'TLSv1.3') await heedLateRefusal(transport, peer, context);
      },
    );
    const { protocol, cipher } = facts;
    return seen({ state: 'accepted', protocol, ...cipherEvidence(cipher) }, [
      ...notes,
      `accepted: ${protocol} ${cipherNames(cipher)}`,
    ]);
  } catch (error) {
    if (!begun || !(error instanceof TransportError) || !refusals.has(error.kind)) throw checkErrorFrom(error, notes);
    return seen({ state: 'refused', reason: error.message }, [...notes, `refused: ${error.message}`]);
  }
}

function seen(
  evidence: { readonly state: string; readonly [name: string]: string },
  transcript: Seen['transcript'],
): Seen {
  return { evidence, transcript, text: evidence.state };
}

/** Suites of TLS 1.3 alone (RFC 8446 appendix B.4): the security level is no matter of theirs. */
const modernSuites = /^TLS_(?:AES|CHACHA20)_[A-Z0-9_]+(?::TLS_(?:AES|CHACHA20)_[A-Z0-9_]+)*$/;

/** OpenSSL offers anonymous and weak ciphers at its security level 0 alone: a probe must really offer them. */
function withAllCiphers(tls: TlsPeer['tls']): TlsPeer['tls'] {
  const { ciphers } = tls;
  return ciphers === undefined || ciphers.includes('@SECLEVEL') || modernSuites.test(ciphers)
    ? tls
    : { ...tls, ciphers: `${ciphers}:@SECLEVEL=0` };
}

export const tls: CheckOf<'tls'> = async (step, context) => checkTls(await context.peer(step.of, step.tls), context);
