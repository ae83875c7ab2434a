import { startText } from '../excerpt.ts';
import type { ReplyLine } from '../mismatch.ts';
import type { Target } from '../plan.ts';

/**
 * How a server protects itself from clients that it does not know or that connect too often. None of these is an error
 * of the server.
 */
export type Defense = 'limit' | 'greylisting' | 'helo' | 'login delay';

/**
 * A server that defended itself, and its reply. Some servers close excess connections without one. `ungreeted`: it did
 * so instead of a greeting. `afterTls`: it did so without a word after STARTTLS had succeeded. `atLogin`: it did so
 * without a word instead of a reply to a login.
 */
export type Defended = { readonly target: Target } & (
  | {
      readonly defense: 'limit';
      readonly said?: string;
      readonly ungreeted?: boolean;
      readonly afterTls?: boolean;
      readonly atLogin?: boolean;
    }
  | { readonly defense: Exclude<Defense, 'limit'>; readonly said: string }
);

/** SMTP's 4xx, and the negative replies of other protocols. */
const refusal = /^(?:4\d\d|NO|BYE|-ERR)$/;

/**
 * Servers' wordings, by what they mean. Postfix: "Error: too many connections from"; Sendmail: "Connection rate limit
 * exceeded", "Too many open connections"; Exim: "too many concurrent SMTP connections"; OpenSMTPD: "Too many
 * connections"; Dovecot: "Maximum number of connections from user+IP exceeded"; Exchange: "maximum number of concurrent
 * connections". Postgrey, policyd: "Greylisted"; milter-greylist: "Greylisting in action"; Rspamd: "Try again later";
 * spamd: "please try again later"; postscreen after its deep protocol tests, at a client's first connection: "4.3.2
 * Service currently unavailable".
 */
const words: readonly (readonly [Defense, RegExp])[] = [
  ['greylisting', /gr[ea]y[- ]?list/i],
  [
    'limit',
    /too many (?:\S+ ){0,4}(?:connections|sessions)|maximum (?:number|amount) of (?:\S+ ){0,3}(?:connections|sessions)|connections? (?:\S+ ){0,2}limit|rate limit|too (?:much mail|many recipients|many AUTH commands) from /i,
  ],
];
/**
 * Postfix's reject_unknown_helo_hostname: `<client.example>: Helo command rejected: Host not found`. Names without a
 * dot are a different matter: servers that refuse those refuse mail clients.
 */
const unknownName =
  /[^\s<>]\.[a-z][^\s<>]*>?:? (?:helo|ehlo)\b.*(?:not found|not resol|cannot resolve|does not exist|unknown host|no such)/i;
/** The codes of greylists that do not identify themselves: only in reply to a recipient or to the message. */
const comeBack = /^(?:450|451)$/;
const later =
  /(?:try|come|retry|again) (?:\S+ ){0,3}(?:later|in \d)|temporarily (?:deferred|rejected)|^4\.3\.2 service currently unavailable$/i;
/**
 * Errors of the server itself, which are also followed by "try again later": Exim's "Temporary local problem - please
 * try later" after a failed lookup or ACL, and Postfix's "Service unavailable - try again later" while a milter is
 * down.
 */
const ownFault =
  /(?:local|internal|system|server|configuration) (?:problem|error|failure)|\bservice unavailable|look-?up/i;

/**
 * RFC 2449 section 8.1.1: the user's last login is too recent. Cyrus: popminpoll, which is 1 on Debian, allows one
 * login a minute.
 */
const loginDelay = /^\[LOGIN-DELAY\]/i;

/** Exim: "Too many concurrent SMTP connections from this IP address"; Dovecot: "Maximum number of connections from user+IP exceeded". */
const together = /concurrent SMTP connections|connections from user\+IP/i;

/** Whether a server that refuses connections counts those to all its ports together. */
export function countsTogether(said: string): boolean {
  return together.test(said) || countsUser(said);
}

/** Cyrus, by maxlogins_per_user: "Too many open connections (2 of 2 for alice)". Other users are not counted. */
const ofUser = /too many open connections \(\d+ of \d+ for /i;

/** Whether a server that refuses counts the connections of a user to its services of all protocols together. */
export function countsUser(said: string): boolean {
  return ofUser.test(said);
}

/**
 * "Open", "concurrent" or "simultaneous" connections, or Dovecot's "maximum number of connections"; Postfix says "too
 * many connections" of those in a minute as well.
 */
const atOnce = /\b(?:open|concurrent|simultaneous) (?:\S+ )?(?:connections|sessions)|connections from user\+IP/i;

/** Whether a server that refuses counts open connections, not those in a minute. */
export function countsOpen(said: string): boolean {
  return atOnce.test(said);
}

/**
 * Postfix, by smtpd_client_message_rate_limit and its like: "Error: too much mail from", "Error: too many recipients
 * from", "Error: too many AUTH commands from".
 */
const messages = /too (?:much mail|many recipients|many AUTH commands) from /i;

/**
 * Postfix, by smtpd_client_new_tls_session_rate_limit: "454 4.7.0 Error: too many new TLS sessions from" in reply to
 * STARTTLS. It closes the session that exceeds the limit without a word, and all further ones where TLS begins with the
 * first octet.
 */
export function countsTls(said: string): boolean {
  return /too many new TLS sessions/i.test(said);
}

/** Whether a server that refuses counts messages or logins rather than connections. */
export function countsMessages(said: string): boolean {
  return messages.test(said);
}

/**
 * The number of simultaneous connections in the refusal, if the server names it. Dovecot:
 * "(mail_max_userip_connections=10)"; Cyrus, by maxlogins_per_host and maxlogins_per_user: "Too many open connections
 * (3 of 3 from client.example [192.0.2.1], 1 of 2 for alice)", of which those count that are reached.
 */
export function announcedLimit(said: string): number | undefined {
  const [, number] = /\(mail_max_userip_connections=(\d{1,6})\)/.exec(said) ?? [];
  if (number !== undefined) return Number(number);
  const [, counts = ''] = /too many open connections \((.*)/i.exec(said) ?? [];
  const reached = [...counts.matchAll(/\b(\d{1,6}) of (\d{1,6})\b/g)]
    .map(([, open, most]) => ({ open: Number(open), most: Number(most) }))
    .filter(({ open, most }) => open >= most && most > 0);
  return reached.length === 0 ? undefined : Math.min(...reached.map(({ most }) => most));
}

/** The defense that an unexpected reply indicates, if any. `deferrable`: it answers RCPT, DATA or a message. */
export function defenseIn({ status, text }: ReplyLine, deferrable: boolean): Defense | undefined {
  const said = startText(text);
  if (/^[45]\d\d$/.test(status) && unknownName.test(said)) return 'helo';
  if (!refusal.test(status)) return undefined;
  if (loginDelay.test(said)) return 'login delay';
  const known = words.find(([, pattern]) => pattern.test(said))?.[0];
  if (known === 'greylisting' && !status.startsWith('4')) return undefined;
  if (known !== undefined) return known;
  return deferrable && comeBack.test(status) && later.test(said) && !ownFault.test(said) ? 'greylisting' : undefined;
}

/** The wait that a greylist announces, in milliseconds: "come back in 00:04:59", "for 300 seconds", "in 5 minutes". */
export function announcedWait(said: string): number | undefined {
  const [, hours, minutes, seconds] = /\b(\d\d):(\d\d):(\d\d)\b/.exec(said) ?? [];
  if (hours !== undefined) return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  const [, number, unit = ''] = /\b(\d{1,5}) ?(s|m)(?:ec|in)?(?:ond|ute)?s?\b/i.exec(said) ?? [];
  return number === undefined ? undefined : Number(number) * (unit.toLowerCase() === 's' ? 1000 : 60_000);
}
