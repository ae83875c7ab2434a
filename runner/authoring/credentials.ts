import { strictBase64 } from '../encoding.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { type GivenCredentials, type MechanismName, mechanismNames } from '../protocol/sasl.ts';

/** The content of a login's octets, as far as it can be read. */
export interface Found {
  readonly credentials: GivenCredentials;
  /** Values that must not appear in any file: passwords, tokens, digests, whole responses. */
  readonly secrets: readonly string[];
}

/** Parses the decoded responses of an exchange, by mechanism; `undefined` if they do not follow the mechanism. */
const readers: Partial<Record<MechanismName, (responses: readonly string[]) => Found | undefined>> = {
  // RFC 4616 section 2.
  PLAIN([first = '']) {
    const [authzid = '', user, password] = first.split('\0');
    if (user === undefined || password === undefined) return undefined;
    return { credentials: { user, password, ...(authzid !== '' && { authzid }) }, secrets: [password] };
  },
  LOGIN: ([user, password]) =>
    user === undefined || password === undefined ? undefined : { credentials: { user, password }, secrets: [password] },
  // RFC 2195 section 2: the digest is after the last space.
  'CRAM-MD5'([response = '']) {
    const [, user, digest] = /^(.*) ([0-9a-f]{32})$/s.exec(response) ?? [];
    return user === undefined || digest === undefined ? undefined : { credentials: { user }, secrets: [digest] };
  },
  // RFC 2831 section 2.1.2.
  'DIGEST-MD5'([response = '']) {
    const user = /(?:^|,)username="((?:[^"\\]|\\.)*)"/.exec(response)?.[1]?.replace(/\\(.)/g, '$1');
    const digest = /(?:^|,)response=([0-9a-f]{32})/.exec(response)?.[1];
    return user === undefined || digest === undefined ? undefined : { credentials: { user }, secrets: [digest] };
  },
  'SCRAM-SHA-1': scram,
  'SCRAM-SHA-256': scram,
  'SCRAM-SHA-1-PLUS': scram,
  'SCRAM-SHA-256-PLUS': scram,
  XOAUTH2([response = '']) {
    const [, user, token] = /^user=(.*)\x01auth=Bearer (.*)\x01\x01$/s.exec(response) ?? [];
    return user === undefined || token === undefined ? undefined : { credentials: { user, token }, secrets: [token] };
  },
  // RFC 7628 section 3.1.
  OAUTHBEARER([response = '']) {
    const token = /\x01auth=Bearer ([^\x01]*)\x01/.exec(response)?.[1];
    const user = /^n,a=([^,]*),/.exec(response)?.[1];
    if (token === undefined) return undefined;
    return { credentials: { token, ...(user !== undefined && { user }) }, secrets: [token] };
  },
  EXTERNAL: () => ({ credentials: {}, secrets: [] }),
  ANONYMOUS: () => ({ credentials: {}, secrets: [] }),
};

/** RFC 5802 section 5.1: `n=` in the first message. The proof is a secret because it allows a dictionary attack. */
function scram([first = '', final = '']: readonly string[]): Found | undefined {
  const user = /(?:^|,)n=([^,]*)/.exec(first)?.[1]?.replaceAll('=2C', ',').replaceAll('=3D', '=');
  const proof = /(?:^|,)p=(.*)$/.exec(final)?.[1];
  return user === undefined || proof === undefined ? undefined : { credentials: { user }, secrets: [proof] };
}

/** The mechanism of a SASL exchange, and the initial response as it was sent. */
export interface SaslCommand {
  readonly mechanism: string;
  readonly initial?: string;
}

/** `AUTH PLAIN AGE=`, `AUTHENTICATE "PLAIN"`: in the syntax of the protocol. */
export function saslCommand(line: string, { sasl }: Protocol): SaslCommand | undefined {
  const verb = sasl?.command('', undefined).split(' ')[0];
  if (verb === undefined) return undefined;
  const [, word, mechanism, initial] = /^(\w+) +"?([A-Za-z0-9_-]+)"?(?: +(.*?))? *$/.exec(line) ?? [];
  if (mechanism === undefined || word?.toUpperCase() !== verb) return undefined;
  return {
    mechanism: mechanism.toUpperCase(),
    ...(initial !== undefined && { initial: initial.replace(/^"|"$/g, '') }),
  };
}

/** Decodes a response as it was sent, without the protocol's quotes. */
export function decodeResponse(text: string): string | undefined {
  const bare = text.trim().replace(/^"|"$/g, '');
  return bare === '=' ? '' : strictBase64(bare)?.toString('utf8');
}

/**
 * The content of the responses of a whole exchange; `undefined` if the mechanism is unknown or they are not in its
 * format.
 */
export function readExchange(
  name: string,
  responses: readonly (string | undefined)[],
): (Found & { readonly mechanism: MechanismName }) | undefined {
  const mechanism = mechanismNames.find((each) => each === name);
  const decoded = responses.filter((each) => each !== undefined);
  if (mechanism === undefined || decoded.length < responses.length) return undefined;
  const found = readers[mechanism]?.(decoded);
  return found && { ...found, mechanism };
}

/** What programs show instead of a secret. */
const placeholder =
  /^"?(?:<[^<>@]*(?:user|pass|hidden|credential|secret|suppress|remove|redact|auth)[^<>@]*>|[*•]+|x{3,}|\/\* secret \*\/|[([]?(?:hidden|redacted|filtered|removed|suppressed|censored|masked)[)\]]?|PROVIDED_BUT_REMOVED|«\w+»)"?$/i;

/** Rewrites a command with a hidden password as our own transcripts would show it. */
export function unhidden(line: string): string {
  const [, before, secret = ''] = /^((?:PASS|LOGIN +\S+) +)(\S.*?) *$/i.exec(line) ?? [];
  return before === undefined || !placeholder.test(secret) ? line : `${before}«password»`;
}

export function isPlaceholder(text: string): boolean {
  return placeholder.test(text);
}

/** Responses in our own transcripts, and in programs that hide passwords: the configuration provides what is hidden. */
export function hiddenExchange(
  name: string,
  sent: readonly string[],
): (Found & { readonly mechanism: MechanismName }) | undefined {
  const mechanism = mechanismNames.find((each) => each === name);
  const isHidden = sent.some(
    (each) =>
      /«\w+»/.test(each) || (each !== '*' && [each, decodeResponse(each) ?? ''].some((text) => placeholder.test(text))),
  );
  if (mechanism === undefined || !isHidden) return undefined;
  const [first = ''] = sent;
  const shown = mechanism === 'LOGIN' ? decodeResponse(first) : visibleUser(mechanism, sent.at(-1) ?? '');
  const isUser = shown !== undefined && /^[!-~]+$/.test(shown) && !placeholder.test(first);
  return { mechanism, credentials: isUser ? { user: shown } : {}, secrets: [] };
}

/** RFC 2195 section 2: the user's name precedes the digest, which is hidden. */
function visibleUser(mechanism: MechanismName, response: string): string | undefined {
  const [before = ''] = response.split('«');
  const whole = before.slice(0, before.length - (before.length % 4));
  return mechanism === 'CRAM-MD5' ? /^(\S+) /.exec(strictBase64(whole)?.toString() ?? '')?.[1] : undefined;
}

/** Protocols' own logins that are a single command. */
const ownLogins: readonly {
  readonly mechanism: MechanismName;
  readonly pattern: RegExp;
  readonly reads: (user: string, secret: string) => Found;
}[] = [
  {
    mechanism: 'login-command',
    pattern: /^LOGIN +("(?:[^"\\]|\\.)*"|[^\s"{]+) +("(?:[^"\\]|\\.)*"|[^"{]+?) *$/i,
    reads(user, secret) {
      const password = unquoted(secret);
      return { credentials: { user: unquoted(user), password }, secrets: [password] };
    },
  },
  {
    mechanism: 'apop',
    pattern: /^APOP +(\S+) +([0-9A-Fa-f]{32}) *$/i,
    reads: (user, digest) => ({ credentials: { user }, secrets: [digest] }),
  },
];

export function ownLogin(
  line: string,
  { logins }: Protocol,
): (Found & { readonly mechanism: MechanismName }) | undefined {
  for (const { mechanism, pattern, reads } of ownLogins) {
    const [, user, secret] = pattern.exec(line) ?? [];
    if (user !== undefined && secret !== undefined && logins.some((name) => name === mechanism))
      return { ...reads(user, secret), mechanism };
  }
  return undefined;
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;
}

/** The text after words that announce a password in any protocol: POP3's PASS, NNTP's and FTP's, and invented ones. */
export function announcedSecret(line: string): string | undefined {
  const named = /\bpass(?:word|wd)?[=:] *("(?:[^"\\]|\\.)*"|\S+)/i.exec(line)?.[1];
  return named === undefined ? /^(?:AUTHINFO +)?PASS(?:WORD|WD)? +(.+?) *$/i.exec(line)?.[1] : unquoted(named);
}

/** The user that a command names before the password follows. */
export function announcedUser(line: string): string | undefined {
  return /^(?:AUTHINFO +)?USER +(\S+) *$/i.exec(line)?.[1];
}
