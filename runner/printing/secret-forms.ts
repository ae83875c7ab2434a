import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { escapeOctets, escapePattern } from '../encoding.ts';
import { visible } from '../visible.ts';

const digests = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'];

/** Shorter lines of a secret occur in other text by chance: `-----` */
const shortestLine = 8;

/** Every form in which a secret may be sent or shown. */
export interface SecretForms {
  readonly exact: ReadonlySet<string>;
  /** In lower case; they may occur in either case. */
  readonly caseless: ReadonlySet<string>;
  /** Forms that a surrounding encoding changes: the octets themselves, and base64. */
  readonly encoded: ReadonlySet<string>;
  /** Forms that are the secret itself, in which an encoding may change some characters and leave others. */
  readonly plain: readonly string[];
  /** Base64 forms with neighbors: which adjacent characters contain some bits of the secret. */
  readonly shared: ReadonlyMap<string, Edges>;
}

/** How many characters before and after a form encode both the secret and its neighbors. */
export interface Edges {
  readonly before: 0 | 1;
  readonly after: 0 | 1;
}

/** Shorter secrets have too few base64 characters of their own: replacing those would destroy innocent text. */
const shortestInsideBase64 = 4;

/** The secret as text and as octets read as Latin-1, and everything that is commonly derived from it. */
export function formsOf(secret: string | Buffer): SecretForms {
  const exact = new Set<string>();
  const caseless = new Set<string>();
  const encoded = new Set<string>();
  const plain = new Set<string>();
  const shared = new Map<string, Edges>();
  // A lone surrogate has no octets, but it counts as text.
  if (typeof secret === 'string') for (const shown of shownForms(secret)) exact.add(shown);
  for (const line of linesOf(secret)) plain.add(line);
  for (const octets of octetsOf(secret)) {
    exact.add(visible(octets.toString('latin1')));
    plain.add(octets.toString('latin1'));
    if (isUtf8(octets)) plain.add(octets.toString('utf8'));
    for (const [form, edges] of base64Forms(octets)) {
      // RFC 4648 section 5
      for (const each of new Set([form, form.replaceAll('+', '-').replaceAll('/', '_')])) {
        encoded.add(each);
        if (edges !== undefined) shared.set(each, edges);
      }
    }
    for (const escaped of escapedForms(octets)) {
      exact.add(escaped);
      exact.add(escaped.replace(/[%+][0-9A-F]{2}/g, (digits) => digits.toLowerCase()));
    }
    caseless.add(octets.toString('hex'));
    for (const algorithm of digests) {
      const digest = createHash(algorithm).update(octets).digest();
      caseless.add(digest.toString('hex'));
      // As in password files: {SHA512}…
      exact.add(digest.toString('base64'));
    }
  }
  for (const form of plain) encoded.add(form);
  for (const forms of [plain, encoded]) forms.delete('');
  exact.delete('');
  caseless.delete('');
  for (const form of encoded) exact.add(form);
  return { exact, caseless, encoded, plain: [...plain], shared };
}

/**
 * UTF-8; Latin-1 if it differs, since `raw` sends it and old servers store it; and UTF-16 in both byte orders, as NTLM
 * and Windows programs write it.
 */
function octetsOf(secret: string | Buffer): readonly Buffer[] {
  if (typeof secret !== 'string') return [secret];
  const utf8 = Buffer.from(secret, 'utf8');
  // UTF-8 that was read as Latin-1 and encoded as UTF-8 again.
  const twice = Buffer.from(utf8.toString('latin1'), 'utf8');
  const utf16 = Buffer.from(secret, 'utf16le');
  const wide = [utf16, Buffer.from(utf16).swap16()];
  return /^[\0-\xff]*[\x80-\xff][\0-\xff]*$/.test(secret)
    ? [utf8, twice, Buffer.from(secret, 'latin1'), ...wide]
    : [utf8, ...(twice.equals(utf8) ? [] : [twice]), ...wide];
}

/** The lines of a secret such as a key, which may be printed line by line. */
function linesOf(secret: string | Buffer): readonly string[] {
  const lines = secret.toString('utf8').split(/\r?\n/);
  return lines.length < 2 ? [] : lines.map((line) => line.trim()).filter((line) => line.length >= shortestLine);
}

/**
 * The secret by itself, and inside longer text at each of the three alignments. The characters at the edges that also
 * encode neighbors differ; they are left out here and replaced along with the form.
 */
function base64Forms(octets: Buffer): ReadonlyMap<string, Edges | undefined> {
  const forms = new Map<string, Edges | undefined>();
  if (octets.length >= shortestInsideBase64) {
    for (const before of [0, 1, 2]) {
      const encoded = Buffer.concat([Buffer.alloc(before), octets]).toString('base64');
      const first = Math.ceil((before * 8) / 6);
      const end = Math.floor(((before + octets.length) * 8) / 6);
      const edges = { before: before === 0 ? 0 : 1, after: (before + octets.length) % 3 === 0 ? 0 : 1 } as const;
      forms.set(encoded.slice(first, end), edges);
    }
  }
  const alone = octets.toString('base64');
  if (!forms.has(alone)) forms.set(alone, undefined);
  return forms;
}

/** As messages show it: with visible control characters, in a pattern, in quotes. */
function shownForms(secret: string): readonly string[] {
  const escaped = escapePattern(secret);
  return [secret, visible(secret), escaped, visible(escaped), JSON.stringify(secret).slice(1, -1)];
}

/** Percent-encoding as browsers, RFC 3986 section 2 and forms use it, and xtext (RFC 3461 section 4). */
function escapedForms(octets: Buffer): readonly string[] {
  const strict = escapeOctets(octets, 'uri');
  return [strict, strict.replaceAll('%20', '+'), escapeOctets(octets, 'browser'), escapeOctets(octets, 'xtext')];
}
