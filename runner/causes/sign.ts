import { startText } from '../excerpt.ts';
import type { Problem, ScenarioResult } from '../result.ts';
import { farewell, isCommand, isLogin, replyText } from './exchange.ts';
import { missesTls, wantsTlsFirst } from './tls-first.ts';
import { isEncrypted } from './tls-start.ts';

/** What a reply, or its absence, usually means, if that determines what to do. Hints and remedies both use it. */
export type Sign =
  | 'TLS first'
  | 'TLS off'
  /** A proxy ends TLS, and the server does not know of it. */
  | 'TLS ended'
  | 'no logins'
  | 'late login'
  | 'no folder'
  | 'in use'
  | 'name server'
  | 'no reverse name'
  | 'disk full'
  | 'internal error'
  | 'alias loop'
  | 'mailbox full'
  | 'too big'
  | 'no mechanism'
  | 'lookup'
  | 'milter'
  | 'configuration'
  | 'too many connections'
  | 'too much mail'
  | 'next server'
  /** MAIL or RCPT is not answered. */
  | 'waiting'
  /** A reply violates the protocol's grammar. */
  | 'flaw';

/** The wordings of refusals, and of deliveries in logs; the first match counts. */
const words: readonly {
  readonly sign: Sign;
  readonly text: RegExp;
  /** The server asks to try again; as a permanent refusal, the wording means something else. */
  readonly temporary?: true;
  /** It affects everything: failures of every kind have this cause. */
  readonly systemic?: true;
}[] = [
  // RFC 3463 section 3.4, in the wording of Postfix, Exim and Sendmail.
  {
    sign: 'disk full',
    systemic: true,
    text: /\binsufficient (?:system|disk) (?:storage|space)\b|\bNo space left\b|\b4\.3\.1\b|\bout of disk space\b|\blow on space\b|\bspace shortage\b/i,
  },
  {
    sign: 'mailbox full',
    text: /\b(?:over ?quota|quota exceeded)\b|\bmailbox (?:is )?full\b|\b[45]\.2\.2\b/i,
  },
  // RFC 3463 section 3.4: X.3.4.
  {
    sign: 'too big',
    text: /\b5\.3\.4\b|\bmessage (?:file )?(?:is )?too (?:big|large)\b|\bmessage size exceeds\b/i,
  },
  // Postfix's wording with Dovecot; RFC 4954 section 4 has 504.
  {
    sign: 'no mechanism',
    text: /\b(?:invalid|unsupported|unknown|unrecognized) authentication (?:mechanism|type|method)\b|\bmechanism not (?:supported|available)\b/i,
  },
  // RFC 2449 section 8.1.1, in the wording of Dovecot, Courier and GNU Mailutils, and of servers without response codes.
  {
    sign: 'in use',
    text: /\[IN-USE\]|\b(?:maildrop|mailbox|mail ?drop) (?:is )?(?:already )?(?:in use|locked|busy)\b|\b(?:can't|cannot|unable to) lock (?:the )?(?:maildrop|mailbox)\b/i,
  },
  {
    sign: 'no reverse name',
    text: /\bcannot find your (?:reverse )?hostname\b|\breverse DNS\b|\bno (?:PTR|reverse)\b/i,
  },
  {
    sign: 'name server',
    temporary: true,
    systemic: true,
    // Not the client's own name in EHLO, which is not a problem of the server's name server.
    text: /^(?!.*\bhelo command rejected\b).*(?:\b(?:domain|host)(?: name)? not found\b|\bname service error\b|\b(?:host|domain|name) lookup (?:did not complete|failed)\b|\btemporary failure in name resolution\b|\bdomain of sender address \S+ does not resolve\b)/is,
  },
  // RFC 5530 section 3: SERVERBUG, in Dovecot's wording for every protocol.
  {
    sign: 'internal error',
    systemic: true,
    text: /\[SERVERBUG\]|\[SYS\/TEMP\]|\binternal (?:server )?error\b|\binternal quota calculation error\b|\btemporarily unable to access\b/i,
  },
  {
    sign: 'alias loop',
    systemic: true,
    text: /\balias expansion error\b|\b(?:alias(?:es)?|mail(?: forwarding)?)\b.{0,40}\bloop/i,
  },
  {
    sign: 'lookup',
    systemic: true,
    text: /\btemporary lookup failure\b|\b(?:table|map) lookup (?:problem|failure)\b/i,
  },
  {
    sign: 'configuration',
    systemic: true,
    text: /\bserver configuration (?:error|problem)\b|\b4\.3\.5\b|\blocal configuration (?:error|problem)\b/i,
  },
  {
    sign: 'too many connections',
    text: /\btoo many (?:concurrent |simultaneous |open )?(?:connections|sessions)\b|\bmaximum number of connections\b/i,
  },
  // In the wording of Postfix (a minute), and of OpenSMTPD and Exim (a session).
  {
    sign: 'too much mail',
    temporary: true,
    text: /\btoo much mail from\b|\btoo many recipients from\b|\btoo many messages\b/i,
  },
  // About the server to which mail is passed on: Postfix names it, or gives the path of a socket; Exim and Sendmail do
  // not.
  {
    sign: 'next server',
    text: /(?:\bconnect to [^\s/]+: |^)(?:Connection (?:refused|timed out)|No route to host|Network is unreachable)\b/i,
  },
  { sign: 'milter', text: /\bservice unavailable - try again later\b/i },
];

/** For a login, the connection and what happened before it matter. */
export function signOf(problem: Problem, result: Pick<ScenarioResult, 'transcript'>): Sign | undefined {
  if (isLogin(problem)) {
    if (missesTls(problem, result, isNoLogin(problem))) return 'TLS ended';
    if (wantsTlsFirst(problem)) return 'TLS first';
    // Postfix's "authentication not enabled", Exim's "AUTH command used when not advertised".
    if (isNoLogin(problem)) return isEncrypted(problem, result) ? 'no logins' : 'TLS first';
    if (problem.code === 'reply.timeout') return 'late login';
    if (lacksFolder(problem)) return 'no folder';
  }
  return signOfReply(problem)?.sign;
}

/** A sign that affects everything, in a reply, or in the log about a message that was accepted. */
export function systemicSign(problem: Problem, why: string | undefined): Sign | undefined {
  const found = signOfReply(problem) ?? (why === undefined ? undefined : rowFor(why, true));
  return found?.systemic === true ? found.sign : undefined;
}

function signOfReply(problem: Problem): (typeof words)[number] | undefined {
  const unread = unreadRefusal(problem);
  if (unread !== undefined) return rowFor(unread, true);
  const status = problem.evidence?.reply?.status ?? '';
  return isNegative(problem) ? rowFor(replyText(problem), !status.startsWith('5')) : undefined;
}

/** An unsolicited refusal, such as Dovecot's if it cannot start a session after the login. */
function unreadRefusal({ code, mismatches: [first] }: Problem): string | undefined {
  const { actual } = first ?? {};
  if (code !== 'reply.unread' || (actual?.kind !== 'octets' && actual?.kind !== 'words')) return undefined;
  const text = actual.kind === 'octets' ? startText(actual.text) : actual.words.replace(/^"/, '');
  return /^(?:-ERR|\* BYE|BYE|4\d\d)\b/.test(text) ? text : undefined;
}

function rowFor(text: string, isTemporary: boolean): (typeof words)[number] | undefined {
  return words.find((each) => (each.temporary !== true || isTemporary) && each.text.test(text));
}

/** What a server's text is a sign of. */
export function signIn(text: string): Sign | undefined {
  return rowFor(text, true)?.sign;
}

function isNoLogin(problem: Problem): boolean {
  const status = problem.evidence?.reply?.status;
  return isCommand(problem, /^AUTH\b/i) && (status === '503' || status === '502');
}

/**
 * In the wording of Courier and Dovecot; after an IMAP login, Courier ends with "BYE [ALERT] Fatal error: No such file or
 * directory".
 */
export function lacksFolder(problem: Problem): boolean {
  const said = isNegative(problem) ? replyText(problem) : farewell(problem);
  return /\bchdir\b|\bmaildir\b|\bhome directory\b|\bNo such file or directory\b/i.test(said);
}

function isNegative({ evidence }: Problem): boolean {
  return /^(?:[45]\d\d|NO|BYE|-ERR)$/i.test(evidence?.reply?.status ?? '');
}
