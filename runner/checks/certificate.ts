import { createHash, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { defined } from '../defined.ts';
import type { CertificateFault } from '../evidence.ts';
import { many } from '../phrase.ts';
import type { Note } from '../result.ts';
import { type CertificateFacts, type TlsFacts, TransportError } from '../transport/transport.ts';
import { type Fields, type Words, words } from '../value.ts';
import { type CheckContext, CheckError, checkErrorFrom, type Seen } from './check.ts';
import { cipherEvidence, cipherNames } from './cipher.ts';
import { temporaryKeyText, temporaryKeyWords } from './handshake-evidence.ts';
import { readStaple } from './ocsp.ts';
import type { CheckOf } from './step.ts';
import { doubtAbout } from './tls-doubt.ts';
import { endsWordless, type Handshaken, type TlsPeer, tryHandshake } from './tls-peer.ts';

export interface CertificateInput {
  /** A server to connect to, or the facts of a connection that already uses TLS. */
  readonly from: TlsPeer | TlsFacts;
  /** Names in the expectation; wildcards are matched against these. */
  readonly names: readonly string[];
}

const day = 86_400_000;

/**
 * Checks whose certificate it is, how long it is valid, and who issued it. Throws a `CheckError`: `tls.…` if the
 * handshake fails, `connect.…` if there is no connection.
 */
export async function checkCertificate({ from, names }: CertificateInput, context: CheckContext): Promise<Seen> {
  const notes: (string | Note)[] = [];
  const { facts, refusal }: Handshaken = 'chain' in from ? { facts: from } : await handshakeWith(from, context, notes);
  const [leaf] = facts.chain;
  if (leaf === undefined) {
    throw new CheckError('tls.certificate', 'the server has no certificate', {
      transcript: [...notes, `${facts.protocol} ${cipherNames(facts.cipher)}`],
    });
  }
  const trusted = isTrusted(facts);
  const now = context.wall();
  const { staple, temporaryKey } = facts;
  const ocsp = staple ? await readStaple(staple, { leaf: leaf.raw, issuer: facts.issuer }, now) : undefined;
  const key = temporaryKeyWords(temporaryKey);
  return {
    evidence: {
      ...evidenceOf(leaf, now),
      valid_for: words([...new Set([...leaf.altNames, ...names.filter((name) => isValidFor(leaf, name))])]),
      trusted,
      ...(facts.authorizationError !== undefined && { reason: facts.authorizationError }),
      chain: facts.chain.map((each) => words([each.subject], { caseless: false, fields: evidenceOf(each, now) })),
      tlsa: words(facts.chain.flatMap((each, index) => associations(each, index === 0 ? 3 : 2))),
      protocol: facts.protocol,
      ...cipherEvidence(facts.cipher),
      ...defined({ temporary_key: key, ocsp }),
    },
    transcript: [
      ...notes,
      `${facts.protocol} ${cipherNames(facts.cipher)}${facts.servername === undefined ? '' : `, asked for "${facts.servername}"`}`,
      ...facts.chain.flatMap((each, index) => described(each, index, now)),
      trusted ? 'the chain is trusted' : 'the chain is not trusted',
      ...(facts.authorizationError === undefined ? [] : [facts.authorizationError]),
      ...(temporaryKey === undefined ? [] : [`temporary key: ${temporaryKeyText(temporaryKey)}`]),
      ...(staple === undefined ? [] : [stapleLine(ocsp)]),
    ],
    text: facts.chain.map((each) => each.subject).join('\n'),
    faultIn: (field) => faultIn(field, facts, leaf, names, now),
    expires: leaf.validTo,
    reply: refusal,
  };
}

/** What is wrong with the certificate if a field does not match. */
function faultIn(
  field: string,
  facts: TlsFacts,
  leaf: CertificateFacts,
  names: readonly string[],
  now: number,
): CertificateFault | undefined {
  const name = attributesOf(leaf.subject)['CN'] ?? leaf.altNames[0] ?? leaf.subject;
  const common = { kind: 'certificate', name } as const;
  const date = dateOf(leaf.validTo);
  switch (field) {
    case 'days_left':
    case 'not_after':
      return leaf.validTo < now
        ? { ...common, wrong: 'expired', date, days: Math.floor((now - leaf.validTo) / day) }
        : { ...common, wrong: 'expires', date, days: Math.floor((leaf.validTo - now) / day) };
    case 'valid_for': {
      const asked = names.find((each) => !isValidFor(leaf, each));
      return asked === undefined ? undefined : { ...common, wrong: 'another name', asked, names: leaf.altNames };
    }
    case 'trusted':
    case 'reason':
      return facts.fault;
    default:
      return undefined;
  }
}

async function handshakeWith(peer: TlsPeer, context: CheckContext, notes: (string | Note)[]): Promise<Handshaken> {
  try {
    // An invalid certificate must not end the handshake, since this check reports it.
    const tls = { ...peer.tls, verify: false, staple: true, watchEnd: true };
    return await tryHandshake({ ...peer, tls }, context, (note) => notes.push(note));
  } catch (error) {
    const plain = error instanceof TransportError ? error.plain : undefined;
    throw checkErrorFrom(error, notes, endsWordless(peer, error) ? doubtAbout(peer, plain) : {});
  }
}

/** Checks only the chain, including dates: whether the name matches is a matter of `valid_for`. */
function isTrusted(facts: TlsFacts): boolean {
  return facts.authorized || facts.authorizationCode === 'ERR_TLS_CERT_ALTNAME_INVALID';
}

function evidenceOf(certificate: CertificateFacts, now: number): Fields {
  return {
    subject: distinguishedName(certificate.subject),
    issuer: distinguishedName(certificate.issuer),
    serial: certificate.serial,
    alt_names: words(certificate.altNames),
    not_before: new Date(certificate.validFrom).toISOString(),
    not_after: new Date(certificate.validTo).toISOString(),
    days_left: daysLeft(certificate, now),
    key: certificate.key,
    fingerprint: certificate.fingerprint256,
  };
}

/** Whole days until it expires; 0 on the last day. Negative afterwards, beginning with -1 on the first day. */
function daysLeft({ validTo }: CertificateFacts, now: number): number {
  const days = (validTo - now) / day;
  return days >= 0 ? Math.floor(days) : Math.min(-1, Math.ceil(days));
}

/** `O=Example, CN=mail`: text, and a record of its attributes. */
function distinguishedName(text: string): Words {
  return words([text], { caseless: false, fields: attributesOf(text) });
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const part of text.split(/, (?=[A-Za-z0-9.]+=)/)) {
    const at = part.indexOf('=');
    if (at > 0) fields[part.slice(0, at)] ??= part.slice(at + 1);
  }
  return fields;
}

/** RFC 9525 section 6: only subjectAltName counts, and a wildcard matches one label. */
function isValidFor({ raw }: CertificateFacts, name: string): boolean {
  const certificate = new X509Certificate(raw);
  if (isIP(name) !== 0) return certificate.checkIP(name) !== undefined;
  return (
    certificate.checkHost(domainToASCII(name) || name, { subject: 'never', partialWildcards: false }) !== undefined
  );
}

/** The TLSA records (RFC 6698 section 2.1) that match this certificate, as they are written in a zone file. */
function associations({ raw }: CertificateFacts, usage: 2 | 3): readonly string[] {
  const key = publicKeyOf(raw);
  return [['0', raw] as const, ...(key === undefined ? [] : [['1', key] as const])].flatMap(([selector, octets]) =>
    (
      [
        ['1', 'sha256'],
        ['2', 'sha512'],
      ] as const
    ).map(
      ([matching, algorithm]) =>
        `${usage} ${selector} ${matching} ${createHash(algorithm).update(octets).digest('hex')}`,
    ),
  );
}

function publicKeyOf(raw: Buffer): Buffer | undefined {
  try {
    return new X509Certificate(raw).publicKey.export({ type: 'spki', format: 'der' });
  } catch {
    return undefined; // an algorithm that this OpenSSL does not support
  }
}

function described(certificate: CertificateFacts, index: number, now: number): readonly string[] {
  const since = Math.floor((now - certificate.validTo) / day);
  const ended = `expired ${since === 0 ? 'today' : `${many(since, 'day')} ago`}`;
  const left = certificate.validTo < now ? ended : `${many(daysLeft(certificate, now), 'day')} left`;
  const names = certificate.altNames.length === 0 ? '' : `, for ${certificate.altNames.join(', ')}`;
  return [
    `${index}: ${certificate.subject}${names} (${certificate.key})`,
    `   from ${dateOf(certificate.validFrom)} until ${dateOf(certificate.validTo)} (${left}), by ${certificate.issuer}`,
  ];
}

function stapleLine(ocsp: Words | undefined): string {
  if (ocsp === undefined) return 'no OCSP response is stapled';
  const { next_update: until, reason } = ocsp.fields ?? {};
  return `stapled OCSP response: ${ocsp.text}${until ? ` until ${until}` : ''}${reason ? `, not verified: ${reason}` : ''}`;
}

function dateOf(ms: number): string {
  return Number.isNaN(ms) ? 'an unreadable date' : new Date(ms).toISOString().slice(0, 10);
}

export const certificate: CheckOf<'certificate'> = async ({ of, tls }, context) => {
  const names = context.wants.texts('valid_for');
  if (of !== 'connection') return checkCertificate({ from: await context.peer(of, tls), names }, context);
  const from = await context.connectionTls();
  if (from === undefined) {
    throw new CheckError('check.mismatch', 'the connection is not encrypted: there is no certificate', {
      hint: 'Put "- starttls" before it, or look at the server: "certificate: { server: … }"',
    });
  }
  return checkCertificate({ from, names }, context);
};
