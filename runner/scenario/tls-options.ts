import { defined } from '../defined.ts';
import type { TlsOptions } from '../server-options.ts';
import { type TlsVersion, tlsVersions } from '../tls-version.ts';
import type { Access } from './access.ts';
import { readFlag, readString, readText, readTexts } from './read.ts';
import type { Scope } from './scope.ts';
import { isTrusted } from './sockets.ts';
import { child, type MapNode } from './tree.ts';
import { listed } from './validate.ts';

/** Reads the TLS options of a server, `starttls` or `handshake`. Paths of files become absolute. */
export function readTls(
  { scope, access }: { readonly scope: Scope; readonly access: Access },
  node: MapNode | undefined,
): TlsOptions {
  if (node === undefined) return {};
  const file = (key: string, kind?: 'file or folder'): string | undefined => {
    const at = child(node, key);
    const named = readString(scope, at, 'A file');
    if (named === undefined || at?.kind !== 'scalar') return undefined;
    const trusted = isTrusted(scope, at, named, scope.shared.configFile);
    return access.file(named, at.span, scope.shared.report, { trusted, ...(kind !== undefined && { kind }) });
  };
  const version = (key: string): TlsVersion | undefined => {
    const at = child(node, key);
    const text = readString(scope, at, 'A TLS version');
    const found = tlsVersions.find((each) => each === text);
    if (text !== undefined && found === undefined && at !== undefined) {
      scope.shared.report({
        code: 'value.invalid',
        message: `"${text}" is not a TLS version`,
        span: at.span,
        hint: `Write ${listed(tlsVersions)}`,
      });
    }
    return found;
  };
  return defined({
    ca: file('ca', 'file or folder'),
    servername: readText(scope, child(node, 'servername')),
    verifyName: readText(scope, child(node, 'verify_name')),
    verify: readFlag(scope, child(node, 'verify')),
    min: version('min'),
    max: version('max'),
    ciphers: readString(scope, child(node, 'ciphers'), 'A list of ciphers'),
    groups: readString(scope, child(node, 'groups'), 'A list of groups'),
    cert: file('cert'),
    key: file('key'),
    alpn: child(node, 'alpn') && readTexts(scope, child(node, 'alpn')).filter((each) => typeof each === 'string'),
  });
}
