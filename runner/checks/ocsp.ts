import { createHash, X509Certificate } from 'node:crypto';
import { defined } from '../defined.ts';
import { type Fields, type Words, words } from '../value.ts';
import { nameFromDer } from './distinguished-name.ts';
import { limits } from './limits.ts';
import { isSignedBy } from './ocsp-signature.ts';

type Ocsp = typeof import('@peculiar/asn1-ocsp');
type BasicResponse = InstanceType<Ocsp['BasicOCSPResponse']>;
type SingleResponse = InstanceType<Ocsp['SingleResponse']>;

/** The certificate that a response should be about and its issuer, if known; in DER. */
export interface Subject {
  readonly leaf: Buffer;
  readonly issuer: Buffer | undefined;
}

/**
 * A stapled OCSP response (RFC 6960): text (its status), and a record. `verified`: the response is about this
 * certificate, is signed by its issuer or a responder that the issuer authorized, and is valid now; otherwise `reason`
 * says why not.
 */
export async function readStaple(octets: Buffer, subject: Subject, now: number): Promise<Words> {
  try {
    return await stapleOf(octets, subject, now);
  } catch {
    // The library throws a different error for each kind of invalid octets.
    return evidence('unreadable', { verified: false, reason: 'it is not an OCSP response' });
  }
}

async function stapleOf(octets: Buffer, subject: Subject, now: number): Promise<Words> {
  const [{ AsnConvert }, ocsp, x509] = await Promise.all([
    import('@peculiar/asn1-schema'),
    import('@peculiar/asn1-ocsp'),
    import('@peculiar/asn1-x509'),
  ]);
  const { responseStatus, responseBytes } = AsnConvert.parse(octets, ocsp.OCSPResponse);
  if (responseBytes === undefined) {
    const status = ocsp.OCSPResponseStatus[responseStatus] ?? String(responseStatus);
    return evidence(status, { verified: false, reason: `the responder answered ${status}` });
  }
  if (responseBytes.responseType !== ocsp.id_pkix_ocsp_basic) throw new Error('Cannot read a response of another type');
  const basic = AsnConvert.parse(responseBytes.response, ocsp.BasicOCSPResponse);
  const { responses, producedAt, responderID } = basic.tbsResponseData;
  const { tbsCertificate } = AsnConvert.parse(subject.leaf, x509.Certificate);
  const issuerName = Buffer.from(AsnConvert.serialize(tbsCertificate.issuer));
  const found = responses.find((each) => isAbout(each, Buffer.from(tbsCertificate.serialNumber), issuerName, subject));
  const single = found ?? responses[0];
  const responder = responderID.byName
    ? await nameFromDer(Buffer.from(AsnConvert.serialize(responderID.byName)))
    : Buffer.from(responderID.byKey?.buffer ?? new ArrayBuffer(0)).toString('hex');
  const certificates = (basic.certs ?? []).map((each) => Buffer.from(AsnConvert.serialize(each)));
  const reason =
    found === undefined
      ? 'it is about another certificate'
      : (signatureFault(basic, certificates, subject, now) ?? dateFault(found, now));
  return evidence(single === undefined ? 'unreadable' : statusOf(single), {
    ...(single !== undefined && datesOf(single, x509.CRLReasons)),
    produced_at: producedAt.toISOString(),
    responder,
    verified: reason === undefined,
    ...defined({ reason }),
  });
}

function evidence(status: string, fields: Fields): Words {
  return words([status], { caseless: false, fields: { status, ...fields } });
}

function statusOf({ certStatus }: SingleResponse): string {
  if (certStatus.revoked !== undefined) return 'revoked';
  return certStatus.good === undefined ? 'unknown' : 'good';
}

function datesOf(
  { thisUpdate, nextUpdate, certStatus: { revoked } }: SingleResponse,
  reasons: Readonly<Record<number, string>>,
): Fields {
  return defined({
    this_update: thisUpdate.toISOString(),
    next_update: nextUpdate?.toISOString(),
    revoked_at: revoked?.revocationTime.toISOString(),
    revocation_reason: revoked?.revocationReason && reasons[revoked.revocationReason.reason],
  });
}

const hashes: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** RFC 6960 section 4.1.1, "CertID". */
function isAbout({ certID }: SingleResponse, serial: Buffer, issuerName: Buffer, { issuer }: Subject): boolean {
  const hash = hashes[certID.hashAlgorithm.algorithm];
  if (hash === undefined || !Buffer.from(certID.serialNumber).equals(serial)) return false;
  const digest = (octets: Buffer) => createHash(hash).update(octets).digest();
  if (!digest(issuerName).equals(Buffer.from(certID.issuerNameHash.buffer))) return false;
  return issuer === undefined || digest(keyBits(issuer)).equals(Buffer.from(certID.issuerKeyHash.buffer));
}

/** The public key's BIT STRING without its tag, length and unused bits (RFC 6960 section 4.1.1). */
function keyBits(certificate: Buffer): Buffer {
  const spki = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  const body = contentOf(spki);
  const algorithm = contentOf(body);
  const bits = body.subarray(algorithm.byteOffset - body.byteOffset + algorithm.length);
  return contentOf(bits).subarray(1);
}

/** The content of a DER value: X.690 section 8.1.3. */
function contentOf(der: Buffer): Buffer {
  const first = der[1] ?? 0;
  const octets = first < 0x80 ? 0 : first & 0x7f;
  const length = octets === 0 ? first : der.readUIntBE(2, octets);
  return der.subarray(2 + octets, 2 + octets + length);
}

/**
 * RFC 6960 section 4.2.2.2: the signer must be the issuer, or have a certificate for this purpose that the issuer
 * signed.
 */
function signatureFault(
  basic: BasicResponse,
  certificates: readonly Buffer[],
  { issuer }: Subject,
  now: number,
): string | undefined {
  if (issuer === undefined) return 'the certificate of the issuer is not known';
  const authority = new X509Certificate(issuer);
  const delegates = certificates.map((each) => new X509Certificate(each)).filter((each) => isDelegate(each, authority));
  const signer = [authority, ...delegates].find((each) => isSignedBy(basic, each));
  if (signer === undefined)
    return 'it is not signed by the issuer of the certificate, nor by a responder that the issuer authorized';
  return signer !== authority && Date.parse(signer.validTo) < now
    ? 'the certificate of the responder has expired'
    : undefined;
}

const ocspSigning = '1.3.6.1.5.5.7.3.9';

function isDelegate(certificate: X509Certificate, authority: X509Certificate): boolean {
  return (certificate.keyUsage ?? []).includes(ocspSigning) && certificate.verify(authority.publicKey);
}

function dateFault({ thisUpdate, nextUpdate }: SingleResponse, now: number): string | undefined {
  if (thisUpdate.getTime() > now + limits.clockSkew) return `it is not valid before ${thisUpdate.toISOString()}`;
  if (nextUpdate !== undefined && nextUpdate.getTime() < now) return `it expired on ${nextUpdate.toISOString()}`;
  return undefined;
}
