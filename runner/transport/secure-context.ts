import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createSecureContext, rootCertificates, type SecureContext, type SecureContextOptions } from 'node:tls';
import { byIdentity } from '../by-identity.ts';
import { opensslCiphers } from '../cipher-names.ts';
import type { TlsVersion } from '../tls-version.ts';
import { pemCertificates } from './files.ts';
import { limits } from './limits.ts';
import { type HandshakeOptions, TransportError } from './transport.ts';

/** By options, in which files count by content; at most `limits.secureContexts`. Equal options have equal contexts. */
const contexts = new Map<string, SecureContext>();

/**
 * One context for each distinct set of options: the first takes about 20 ms, and one for each connection would take 31
 * % more time. Throws a `TransportError` (`connect`: nothing was learned about the server) for options that OpenSSL
 * rejects.
 */
export function secureContextFor(options: HandshakeOptions): SecureContext {
  const key = keyOf(options);
  let context = contexts.get(key);
  if (context === undefined) {
    try {
      context = createSecureContext(contextOptions(options));
    } catch (cause) {
      const { code, reason, message } = cause as Error & { readonly code?: string; readonly reason?: string };
      throw new TransportError('connect', 'handshake', `Cannot use the TLS options: ${reason ?? message}`, {
        ...(code !== undefined && { system: code }),
        cause,
      });
    }
    for (const oldest of contexts.keys()) {
      if (contexts.size < limits.secureContexts) break;
      contexts.delete(oldest);
    }
    contexts.set(key, context);
  }
  return context;
}

function keyOf({ ca, cert, key, min, max, ciphers, groups }: HandshakeOptions): string {
  const keys = [ca, cert, key].map((content) => content && contentKey(content));
  return JSON.stringify([...keys, min, max, ciphers, groups]);
}

/** The key of a file's content, which all connections use. */
const contentKey = byIdentity((content: Buffer) => createHash('sha256').update(content).digest('base64'));

/** Deprecated by RFC 8996; OpenSSL 3 supports them only at security level 0. */
const obsolete: ReadonlySet<TlsVersion> = new Set(['TLSv1', 'TLSv1.1']);

/** Node's own minimum. */
const defaultMin: TlsVersion = 'TLSv1.2';

function contextOptions(options: HandshakeOptions): SecureContextOptions {
  const { ca, cert, key, max, groups } = options;
  const min = options.min ?? (max !== undefined && obsolete.has(max) ? max : defaultMin);
  const list = options.ciphers === undefined ? undefined : opensslCiphers(options.ciphers);
  const ciphers = obsolete.has(min) ? atLevelZero(list ?? 'DEFAULT') : list;
  return {
    ca: ca ?? systemRoots(),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    minVersion: min,
    maxVersion: max ?? 'TLSv1.3',
    ...(ciphers !== undefined && { ciphers }),
    ...(groups !== undefined && { ecdhCurve: groups }),
  };
}

function atLevelZero(ciphers: string): string {
  return ciphers.includes('@SECLEVEL') ? ciphers : `${ciphers}:@SECLEVEL=0`;
}

/** The trusted certificates of distributions: Debian and Alpine, Fedora and RHEL, openSUSE, BSD and macOS. */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** The issuer of a certificate, if the server did not send it because clients trust it anyway. */
export function issuerAmongTrusted(
  leaf: X509Certificate | undefined,
  { ca }: Pick<HandshakeOptions, 'ca'>,
): X509Certificate | undefined {
  const trusted = (ca === undefined ? systemRoots() : [ca]).flatMap((each) => pemCertificates(each.toString('latin1')));
  for (const pem of trusted) {
    try {
      const authority = new X509Certificate(pem);
      if (leaf?.checkIssued(authority)) return authority;
    } catch {
      // OpenSSL cannot parse it, so it does not certify anything.
    }
  }
  return undefined;
}

let roots: Buffer[] | undefined;

/**
 * The certificates that this machine trusts: OpenSSL's `SSL_CERT_FILE`, else the distribution's bundle, else Node's
 * own; and those of Node's `NODE_EXTRA_CA_CERTS`. Read once in a process, as Node and OpenSSL do, since the contexts
 * made of them are kept as well.
 */
function systemRoots(): Buffer[] {
  if (roots === undefined) {
    const file = [process.env['SSL_CERT_FILE'] ?? '', ...bundles].find((path) => path !== '' && existsSync(path));
    const extra = process.env['NODE_EXTRA_CA_CERTS'] ?? '';
    roots = [
      file === undefined ? Buffer.from(rootCertificates.join('\n')) : readFileSync(file),
      ...(extra !== '' && extra !== file && existsSync(extra) ? [readFileSync(extra)] : []),
    ];
  }
  return roots;
}
