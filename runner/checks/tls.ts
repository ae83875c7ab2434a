import { defined } from '../defined.ts';
import type { Note } from '../result.ts';
import { type Inspection, type TlsFacts, TransportError } from '../transport/transport.ts';
import type { Fields } from '../value.ts';
import { type CheckContext, CheckError, checkErrorFrom, type Seen } from './check.ts';
import { cipherEvidence, cipherNames } from './cipher.ts';
import { flightEvidence, handshakeLines, temporaryKeyWords } from './handshake-evidence.ts';
import type { CheckOf } from './step.ts';
import { endsWordless, heedLateRefusal, type TlsPeer, tryHandshake } from './tls-peer.ts';

/** Ways in which a server refuses a handshake; silence is not one of them. */
const refusals: ReadonlySet<TransportError['kind']> = new Set(['handshake', 'closed', 'certificate']);

/**
 * Whether a handshake with these versions and ciphers is `accepted` or `refused`. The certificate does not matter
 * unless the options say `verify: true`. `resumes`: also find out whether a second connection resumes the session of
 * the first. Throws a `CheckError` if the handshake is not reached.
 */
export async function checkTls(
  peer: TlsPeer,
  context: CheckContext,
  { resumes = false }: { readonly resumes?: boolean } = {},
): Promise<Seen> {
  const notes: (string | Note)[] = [];
  const note = (each: string | Note) => notes.push(each);
  let begun = false;
  let inspection: Inspection | undefined;
  let session: Buffer | undefined;
  const tls: TlsPeer['tls'] = {
    ...withAllCiphers(peer.tls),
    inspect(each) {
      inspection ??= each;
    },
  };
  try {
    const facts = await tryHandshake(
      { ...peer, tls },
      context,
      note,
      () => {
        begun = true;
      },
      async (transport, made) => {
        if (made.protocol === 'TLSv1.3') await heedLateRefusal(transport, peer, context);
        session = inspection?.session();
      },
    );
    const { protocol, cipher, alpn, temporaryKey } = facts;
    // TLS 1.3 has only sessions with tickets (RFC 8446 section 2.2).
    const ticket = protocol === 'TLSv1.3' ? session !== undefined : inspection?.flight?.ticket === true;
    const shown = {
      ...defined({ alpn, temporary_key: temporaryKeyWords(temporaryKey) }),
      session_ticket: ticket,
      ...(await flightEvidence(inspection?.flight)),
    };
    return seen(
      {
        state: 'accepted',
        protocol,
        ...cipherEvidence(cipher),
        ...shown,
        ...(resumes && { resumption: await isResumed({ ...peer, tls }, session, context, notes) }),
      },
      [...notes, ...handshakeLines(shown), `accepted: ${protocol} ${cipherNames(cipher)}`],
    );
  } catch (error) {
    if (!begun || !(error instanceof TransportError) || !refusals.has(error.kind)) throw checkErrorFrom(error, notes);
    const shown = await flightEvidence(inspection?.flight);
    const lines = [...notes, ...handshakeLines(shown), `refused: ${error.message}`];
    return {
      ...seen({ state: 'refused', reason: error.message, ...shown }, lines),
      wordless: endsWordless(peer, error),
    };
  }
}

async function isResumed(
  peer: TlsPeer,
  session: Buffer | undefined,
  context: CheckContext,
  notes: (string | Note)[],
): Promise<boolean> {
  const note = (each: string | Note) => notes.push(each);
  if (session === undefined) {
    note('the server gave no session to resume');
    return false;
  }
  let facts: TlsFacts;
  try {
    note('a second connection offers to resume the session');
    facts = await tryHandshake({ ...peer, tls: { ...peer.tls, session } }, context, note);
  } catch (error) {
    if (!(error instanceof TransportError) || !refusals.has(error.kind)) throw checkErrorFrom(error, notes);
    // Not an error of the service as a whole: it accepts clients that begin a session of their own.
    const message = `Cannot resume the session that the server gave: ${error.message}`;
    throw new CheckError('tls.handshake', message, { transcript: notes, cause: error });
  }
  note(facts.resumed ? 'the session was resumed' : 'the session was not resumed');
  return facts.resumed;
}

function seen(evidence: Fields & { readonly state: string }, transcript: Seen['transcript']): Seen {
  return { evidence, transcript, text: evidence.state };
}

/** Only suites of TLS 1.3 (RFC 8446 appendix B.4), to which security levels do not apply. */
const modernSuites = /^TLS_(?:AES|CHACHA20)_[A-Z0-9_]+(?::TLS_(?:AES|CHACHA20)_[A-Z0-9_]+)*$/;

/** OpenSSL offers anonymous and weak ciphers only at its security level 0, and a probe must really offer them. */
function withAllCiphers(tls: TlsPeer['tls']): TlsPeer['tls'] {
  const { ciphers } = tls;
  return ciphers === undefined || ciphers.includes('@SECLEVEL') || modernSuites.test(ciphers)
    ? tls
    : { ...tls, ciphers: `${ciphers}:@SECLEVEL=0` };
}

export const tls: CheckOf<'tls'> = async (step, context) =>
  checkTls(await context.peer(step.of, step.tls), context, { resumes: context.wants.fields().includes('resumption') });
