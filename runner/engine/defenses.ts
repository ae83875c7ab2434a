import { startText } from '../excerpt.ts';
import type { ReplyLine } from '../mismatch.ts';
import type { Target } from '../plan.ts';

/** How a server protects itself from clients that it does not know or that come too often; no fault of it. */
export type Defense = 'limit' | 'greylisting' | 'helo' | 'login delay';

/** A server that defended itself, and its words. Connections that are too many some end without one. */
export type Defended = { readonly target: Target } & (
  | { readonly defense: 'limit'; readonly said?: string }
  | { readonly defense: Exclude<Defense, 'limit'>; readonly said: string }
);

/** SMTP's 4xx, and refusals in general elsewhere. */
const refusal = /^(?:4\d\d|NO|BYE|-ERR)$/;

/**
 * Words of servers, by what they mean. Postfix: "Error: too many connections from"; Sendmail: "Connection rate limit exceeded",
 * "Too many open connections"; Exim: "too many concurrent SMTP connections"; OpenSMTPD: "Too many connections"; Dovecot:
 * "Maximum number of connections from user+IP exceeded"; Exchange: "maximum number of concurrent connections".
 * Postgrey, policyd: "Greylisted"; milter-greylist: "Greylisting in action"; Rspamd: "Try again later"; spamd: "please try again
 * later"; postscreen after its deep protocol tests, at a client's first time: "4.3.2 Service currently unavailable".
 */
const words: readonly (readonly [Defense, RegExp])[] = [
  ['greylisting', /gr[ea]y[- ]?list/i],
  [
    'limit',
    /too many (?:\S+ ){0,4}(?:connections|sessions)|maximum (?:number|amount) of (?:\S+ ){0,3}(?:connections|sessions)|connections? (?:\S+ ){0,2}limit|rate limit|too (?:much mail|many recipients) from /i,
  ],
];
/**
 * Postfix's reject_unknown_helo_hostname: `<client.example>: Helo command rejected: Host not found`. Names without a dot are
 * another matter: those who refuse them refuse mail programs.
 */
const unknownName =
  /[^\s<>]\.[a-z][^\s<>]*>?:? (?:helo|ehlo)\b.*(?:not found|not resol|cannot resolve|does not exist|unknown host|no such)/i;
/** What greylists say that don't call themselves so: an answer to a recipient, or to the message, and to nothing else. */
const comeBack = /^(?:450|451)$/;
const later =
  /(?:try|come|retry|again) (?:\S+ ){0,3}(?:later|in \d)|temporarily (?:deferred|rejected)|^4\.3\.2 service currently unavailable$/i;
/**
 * What ails the server itself, which says "try again later" as well. Exim's "Temporary local problem - please try later", where a
 * look-up or an ACL failed; Postfix's "Service unavailable - try again later" of a milter that is down.
 */
const ownFault =
  /(?:local|internal|system|server|configuration) (?:problem|error|failure)|\bservice unavailable|look-?up/i;

/** RFC 2449 section 8.1.1: the user's last login was too short a time ago. Cyrus's popminpoll, 1 on Debian: a login a minute. */
const loginDelay = /^\[LOGIN-DELAY\]/i;

/** Exim: "Too many concurrent SMTP connections from this IP address"; Dovecot: "Maximum number of connections from user+IP exceeded". */
const together = /concurrent SMTP connections|connections from user\+IP/i;

/** Whether a server that refuses connections counts those to all its ports together. */
export function countsTogether(said: string): boolean {
  return together.test(said);
}

/** Which defense a reply that was not expected is, if any. `deferrable`: it answers RCPT, DATA or a message. */
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

/** Milliseconds after which a greylist says that it accepts: "come back in 00:04:59", "for 300 seconds", "in 5 minutes". */
export function announcedWait(said: string): number | undefined {
  const [, hours, minutes, seconds] = /\b(\d\d):(\d\d):(\d\d)\b/.exec(said) ?? [];
  if (hours !== undefined) return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  const [, number, unit = ''] = /\b(\d{1,5}) ?(s|m)(?:ec|in)?(?:ond|ute)?s?\b/i.exec(said) ?? [];
  return number === undefined ? undefined : Number(number) * (unit.toLowerCase() === 's' ? 1000 : 60_000);
}
