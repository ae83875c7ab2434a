import { defined } from '../defined.ts';
import type { ReplyLine } from '../mismatch.ts';
import type { Note } from '../result.ts';
import { type Inspection, TransportError } from '../transport/transport.ts';
import type { Fields } from '../value.ts';
import { type CheckContext, CheckError, checkErrorFrom, type Seen } from './check.ts';
import { cipherEvidence, cipherNames } from './cipher.ts';
import { flightEvidence, handshakeLines, temporaryKeyWords } from './handshake-evidence.ts';
import type { CheckOf } from './step.ts';
import { awaitUnasked, beginsTls, type Doubt, doubtAbout, Unasked } from './tls-doubt.ts';
import { endsWordless, type Handshaken, heedLateRefusal, type TlsPeer, tryHandshake } from './tls-peer.ts';

/** Ways in which a server refuses a handshake; silence is not one of them. */
const refusals: ReadonlySet<TransportError['kind']> = new Set(['handshake', 'closed', 'certificate']);

/** What more than one handshake needs. */
interface Further {
  /** Also find out whether a second connection resumes the session of the first. */
  readonly resumes?: boolean;
  /** Whether a limit on connections may be why the server ends one. */
  readonly mayLimit?: boolean;
  /** The same server with its usual options. */
  readonly usual?: () => Promise<TlsPeer>;
  /** Waits until one more connection may be opened; returns the milliseconds that it waited. */
  readonly another?: () => Promise<number>;
}

/** `refusal`: why the handshake failed. `reply`: what the server sent after it to end the session. */
interface Offered {
  readonly evidence: Fields & { readonly state: string };
  readonly lines: readonly string[];
  readonly refusal?: TransportError;
  readonly reply?: ReplyLine | undefined;
}

/**
 * Whether a handshake with these versions and ciphers is `accepted` or `refused`. The certificate does not matter
 * unless the options say `verify: true`. Throws a `CheckError` if the handshake is not reached.
 *
 * A server that is at its limit of connections refuses every handshake. With TLS from the first octet, that looks like
 * a refusal without an alert, so further connections tell one from the other: the result is `wordless` if they do not.
 */
export async function checkTls(
  peer: TlsPeer,
  context: CheckContext,
  { resumes = false, mayLimit = true, usual = async () => peer, another = async () => 0 }: Further = {},
): Promise<Seen> {
  const notes: (string | Note)[] = [];
  const tried = (offered: Offered, doubt: Doubt = {}): Seen => ({
    evidence: offered.evidence,
    text: offered.evidence.state,
    transcript: [...notes, ...offered.lines],
    reply: offered.reply,
    ...doubt,
  });
  const isClear = ({ refusal }: Offered) => refusal === undefined || !endsWordless(peer, refusal);
  let { deadline } = context;
  const next = async () => {
    deadline += await another();
    return { ...context, deadline };
  };

  const first = await offer(peer, context, notes, { resumes });
  if (isClear(first)) return tried(first);
  const doubt = doubtAbout(peer, first.refusal?.plain);
  if (doubt.wordless !== true || !mayLimit) return tried(first, doubt);
  notes.push(...first.lines, 'it was refused without a TLS alert: further connections show why');
  let second: Offered;
  try {
    second = await offer(peer, await next(), notes, { resumes, listens: true });
  } catch (error) {
    if (!(error instanceof Unasked)) throw error;
    notes.push('the server refused this connection before TLS began');
    return tried({ ...first, lines: [] }, doubtAbout(peer, error.text));
  }
  if (isClear(second)) return tried(second);
  const { wordless, reply } = doubtAbout(peer, second.refusal?.plain);
  if (wordless !== true) return tried(second);
  notes.push(...second.lines);
  const begins = await beginsTls(await usual(), await next(), (each) => notes.push(each));
  notes.push(`a handshake with usual options was ${begins ? 'answered' : 'refused in the same way'}`);
  return tried({ ...second, lines: [] }, { wordless: !begins, reply });
}

/** Makes the handshake on a new connection. `listens`: throws `Unasked` if the server does not wait for it. */
async function offer(
  peer: TlsPeer,
  context: CheckContext,
  notes: (string | Note)[],
  { resumes, listens = false }: { readonly resumes: boolean; readonly listens?: boolean },
): Promise<Offered> {
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
    const { facts, refusal } = await tryHandshake(
      { ...peer, tls },
      context,
      note,
      async (transport) => {
        if (listens) await awaitUnasked(transport, context);
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
    const second = resumes ? await resume({ ...peer, tls }, session, context, notes) : undefined;
    return {
      evidence: {
        state: 'accepted',
        protocol,
        ...cipherEvidence(cipher),
        ...shown,
        ...(second && { resumption: second.resumed }),
      },
      reply: refusal ?? second?.refusal,
      lines: [...handshakeLines(shown), `accepted: ${protocol} ${cipherNames(cipher)}`],
    };
  } catch (error) {
    if (!begun || !(error instanceof TransportError) || !refusals.has(error.kind)) throw checkErrorFrom(error, notes);
    const shown = await flightEvidence(inspection?.flight);
    return {
      evidence: { state: 'refused', reason: error.message, ...shown },
      lines: [...handshakeLines(shown), `refused: ${error.message}`],
      refusal: error,
    };
  }
}

async function resume(
  peer: TlsPeer,
  session: Buffer | undefined,
  context: CheckContext,
  notes: (string | Note)[],
): Promise<{ readonly resumed: boolean; readonly refusal?: ReplyLine }> {
  const note = (each: string | Note) => notes.push(each);
  if (session === undefined) {
    note('the server gave no session to resume');
    return { resumed: false };
  }
  let made: Handshaken;
  try {
    note('a second connection offers to resume the session');
    made = await tryHandshake({ ...peer, tls: { ...peer.tls, session } }, context, note);
  } catch (error) {
    if (!(error instanceof TransportError) || !refusals.has(error.kind)) throw checkErrorFrom(error, notes);
    // Not an error of the service as a whole: it accepts clients that begin a session of their own.
    const message = `Cannot resume the session that the server gave: ${error.message}`;
    const doubt = endsWordless(peer, error) ? doubtAbout(peer, error.plain) : {};
    throw new CheckError('tls.handshake', message, { transcript: notes, cause: error, ...defined(doubt) });
  }
  const { resumed } = made.facts;
  note(resumed ? 'the session was resumed' : 'the session was not resumed');
  return { ...made, resumed };
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
  checkTls(await context.peer(step.of, step.tls), context, {
    resumes: context.wants.fields().includes('resumption'),
    mayLimit: context.mayLimit(step.of),
    usual: () => context.peer(step.of, {}),
    another: () => context.another(step.of),
  });
