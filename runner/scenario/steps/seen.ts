import { ianaCipher } from '../../cipher-names.ts';
import { withParts } from '../../matchers/parts.ts';
import type { Matcher } from '../../plan.ts';
import { listOf, recordOf, type Shape } from '../../shape.ts';
import { headerFields, type ReadField, shaped, someItem } from '../check-expectation.ts';
import { readMatcher } from '../matcher.ts';
import { suspectTruth } from '../truths.ts';

/** Shapes that the results of several checks share. */

export const text = shaped('text');
/** Text that is always present, and may be empty. */
export const alwaysText = shaped('text', (context, node) => {
  const matcher = readMatcher(context, node);
  if (matcher !== undefined) suspectTruth(context.scope, matcher);
  return matcher;
});
export const number = shaped('number');
const truth = shaped('truth');
/** A cipher suite by IANA's name; literals may use OpenSSL's. */
const cipher = shaped('text', (context, node) => {
  const matcher = readMatcher(context, node);
  return matcher && byIana(matcher);
});
function byIana(matcher: Matcher): Matcher {
  return matcher.kind === 'equals' && typeof matcher.value === 'string'
    ? { ...matcher, value: ianaCipher(matcher.value) }
    : withParts(matcher, byIana);
}
/** A set of words; a scalar or a map must match some of them. */
const someWord = shaped('words', someItem);

/** Text that is also a record of its attributes: `O=Example, CN=mail`. */
const distinguishedName: Shape = { ...recordOf({}, 'text'), text: true };

const certificateShape = {
  subject: distinguishedName,
  issuer: distinguishedName,
  serial: 'text',
  alt_names: 'words',
  not_before: 'text',
  not_after: 'text',
  days_left: 'number',
  key: 'text',
  fingerprint: 'text',
} as const satisfies Record<string, Shape>;

/** From the server's certificate to the one closest to the root: RFC 8446 section 4.4.2. */
const chain = listOf({ ...recordOf(certificateShape), text: true }, 'kept');

/** `ECDH X25519`: text, and a record. */
const temporaryKey = shaped({
  ...recordOf({ type: 'text', curve: 'text', size: 'number' }),
  text: true,
});

/** Text (the status), and a record. */
const ocsp = shaped({
  ...recordOf({
    status: 'text',
    verified: 'truth',
    reason: 'text',
    this_update: 'text',
    next_update: 'text',
    produced_at: 'text',
    revoked_at: 'text',
    revocation_reason: 'text',
    responder: 'text',
  }),
  text: true,
});

/** What a handshake shows, except the certificate. */
export const handshakeFields: Readonly<Record<string, ReadField>> = {
  state: text,
  protocol: text,
  cipher,
  cipher_openssl: text,
  temporary_key: temporaryKey,
  alpn: text,
  session_id: text,
  session_ticket: truth,
  resumption: truth,
  certificate_request: truth,
  client_authorities: someWord,
  reason: text,
};

export const certificateFields: Readonly<Record<string, ReadField>> = {
  valid_for: someWord,
  trusted: truth,
  reason: text,
  days_left: number,
  not_before: text,
  not_after: text,
  issuer: shaped(distinguishedName),
  subject: shaped(distinguishedName),
  serial: text,
  fingerprint: text,
  alt_names: someWord,
  key: text,
  chain: shaped(chain, someItem),
  tlsa: someWord,
  protocol: text,
  cipher,
  cipher_openssl: text,
  temporary_key: temporaryKey,
  ocsp,
};

/** A DNS record: the fields of all types that the check reports. */
const answer: Shape = {
  ...recordOf({
    type: 'text',
    ttl: 'number',
    ...fieldsOf('text', 'address', 'name', 'exchange', 'target', 'text', 'tag', 'value', 'data', 'mname', 'rname'),
    ...fieldsOf('text', 'digest', 'key', 'services', 'regexp', 'replacement'),
    ...fieldsOf('number', 'preference', 'priority', 'weight', 'port', 'usage', 'selector', 'matching_type', 'serial'),
    ...fieldsOf('number', 'refresh', 'retry', 'expire', 'minimum', 'key_tag', 'algorithm', 'digest_type', 'order'),
    // A number, or NAPTR's letters.
    flags: 'any',
  }),
  text: true,
};

function fieldsOf(shape: Shape, ...names: readonly string[]): Record<string, Shape> {
  return Object.fromEntries(names.map((name) => [name, shape]));
}

export const dnsFields: Readonly<Record<string, ReadField>> = {
  answers: shaped(listOf(answer), someItem),
  joined: text,
  status: text,
  text: shaped(listOf('text'), someItem),
  authenticated: truth,
  authoritative: truth,
};

export const httpHeaders = shaped(recordOf({}, 'any'), headerFields);
