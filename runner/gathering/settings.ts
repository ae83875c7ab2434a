/** Replaces a value that looks like a secret. */
export const hidden = '«hidden»';

/** Matches names of settings and fields with secrets, except those whose ending shows that they are only about one. */
const secret =
  '[\\w.-]*(?:passw(?:or)?d|passphrase|pwd|secret|token|dnpass|api_?key|private_?key|credential|\\bpass\\b)[\\w.-]*';
const harmlessName = /(?:scheme|query|verify|format|policy|mech\w*)["']?\s*[=:]\s*$/i;

/**
 * At the beginning of a line, or after one word: Courier's authtest prints "Cleartext Password: x". The value may
 * contain spaces.
 */
const line = new RegExp(`^([ \\t#]*(?:[\\w.-]+[ \\t]+)?["']?${secret}["']?[ \\t]*[=:][ \\t]*)(\\S.*)$`, 'gim');
/** Among other settings: `args = host=db user=mail password=x`. */
const among = new RegExp(`((?<![\\w.-])["']?${secret}["']?[ \\t]*=[ \\t]*)("[^"\\n]*"|'[^'\\n]*'|[^\\s,;&]+)`, 'gi');
/** `mysql://user:secret@host` */
const inAddress = /(\b[a-z][\w+.-]*:\/\/[^\s/:@]*:)[^\s@/]+(?=@)/gi;
/** Hashes of passwords, in the formats of passwd files and account entries (crypt(3), and Dovecot's schemes). */
const hashed =
  /(?:\{[A-Z][A-Z0-9.-]*\})?\$(?:\d\w?|2[abxy]|y|gy|argon2\w*|sha1)\$[^\s:,;"']+|\{(?:PLAIN|CRAM-MD5|DIGEST-MD5|S?SHA\d*|S?MD5|[A-Z\d-]*CRYPT|SCRAM-[A-Z\d-]+|ARGON2\w*)(?:\.\w+)?\}[^\s:,;"']+/g;
const key = /(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/**
 * Values that only say where a secret is, or whether there is one: a file, a map in a file, a switch; or values that are
 * empty, or hidden as a whole.
 */
const harmless =
  /^["']?(?:<?\/[\w.-]+\/|(?:proxy:)?(?:hash|lmdb|btree|cdb|dbm|texthash|regexp|pcre|mysql|pgsql|ldap|sqlite|memcache):\S*\/|(?:yes|no|true|false|none)\b\s*$|«[^«»]*»["']?\s*$|["']?$)/i;

/**
 * Removes what looks like a secret: passwords in settings and addresses, hashes of passwords, private keys. In doubt, a
 * value is removed. Secrets listed in the configuration are left to the redactor.
 */
export function withoutSecretSettings(text: string): string {
  const value = (whole: string, name: string, shown: string) =>
    harmlessName.test(name) || harmless.test(shown) ? whole : `${name}${hidden}`;
  return text
    .replace(key, `$1 ${hidden} $2`)
    .replace(hashed, hidden)
    .replace(inAddress, `$1${hidden}`)
    .replace(line, value)
    .replace(among, value);
}
