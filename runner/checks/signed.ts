/** The tags of a signature: RFC 6376 section 3.2, RFC 8617 section 4. */
export interface SignatureHeader {
  readonly kind: 'dkim' | 'arc';
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: string;
  readonly canonicalization: string;
  /** The signed header fields, in lower case. */
  readonly signed: readonly string[];
}

/**
 * The most signatures of a message that are verified: each costs a DNS lookup, and RFC 6376 section 6.1 allows
 * verifiers to stop.
 */
const most = 20;
/** The most octets of a header block, and of one signature. */
const longestHeader = 1024 * 1024;
const longestSignature = 16 * 1024;

const kinds: Readonly<Record<string, SignatureHeader['kind']>> = {
  'dkim-signature': 'dkim',
  'arc-message-signature': 'arc',
  'arc-seal': 'arc',
};

/** The signature headers of a message, from top to bottom. */
export function signatureHeaders(octets: Uint8Array): readonly SignatureHeader[] {
  const text = Buffer.from(octets.subarray(0, longestHeader)).toString('latin1');
  const end = /\r?\n\r?\n/.exec(text)?.index ?? text.length;
  const fields = text
    .slice(0, end)
    .replaceAll(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/);
  return fields
    .flatMap((field) => {
      const colon = field.indexOf(':');
      const name = field.slice(0, Math.max(colon, 0)).trim().toLowerCase();
      const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
      return kind === undefined ? [] : [headerOf(kind, field.slice(colon + 1, longestSignature))];
    })
    .slice(0, most);
}

function headerOf(kind: SignatureHeader['kind'], value: string): SignatureHeader {
  const tags = new Map(
    value.split(';').map((tag) => {
      const at = tag.indexOf('=');
      return [tag.slice(0, Math.max(at, 0)).trim(), tag.slice(at + 1).replaceAll(/\s+/g, '')] as const;
    }),
  );
  const tag = (name: string) => tags.get(name) ?? '';
  return {
    kind,
    domain: tag('d').toLowerCase(),
    selector: tag('s'),
    algorithm: tag('a').toLowerCase(),
    canonicalization: tag('c').toLowerCase() || 'simple/simple',
    signed: tag('h').toLowerCase().split(':').filter(Boolean),
  };
}

/** The DNS name of the key: RFC 6376 section 3.6.2.1. Empty if the tags do not form a name. */
export function keyName({ domain, selector }: Pick<SignatureHeader, 'domain' | 'selector'>): string {
  const name = `${selector}._domainkey.${domain}`;
  return selector !== '' && /^[\w-]+(?:\.[\w-]+)*$/.test(name) && name.length <= 253 ? name : '';
}
