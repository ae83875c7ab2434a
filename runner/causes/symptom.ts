import type { Fault } from '../evidence.ts';
import { startText } from '../excerpt.ts';
import { type Action, actionIn, type Headline } from '../headline.ts';
import type { ReplyLine } from '../mismatch.ts';
import type { Problem, ScenarioResult } from '../result.ts';
import { visible } from '../visible.ts';
import type { Symptom, SymptomKind } from './cause.ts';
import { isAcceptance } from './exchange.ts';
import { lacksHandshake } from './handshake-missing.ts';
import { isOneTooMany } from './one-too-many.ts';
import { seenAt } from './seen.ts';
import { lacksFolder, systemicSign } from './sign.ts';
import { wantsTlsFirst } from './tls-first.ts';
import { noTlsKey, tlsOf } from './tls-start.ts';
import { trailOf } from './trail.ts';

/** What is wrong in a scenario that did not pass, in terms that other failures may have in common. */
export function symptomOf(result: ScenarioResult): Symptom {
  const { outcome, reason, problem } = result;
  if (outcome === 'blocked' && typeof reason === 'object' && reason.headline.kind === 'no service') {
    const { server, why, fault } = reason.headline;
    return { server, decisive: false, ...(belowIn(fault) ?? startOf(why) ?? { kind: 'silent', key: 'silent' }) };
  }
  if (problem === undefined) return { kind: 'other', key: result.scenario.id, decisive: true };
  const server = problem.evidence?.server;
  const kept = keptOf(problem, result);
  return { ...(server !== undefined && { server }), ...kept, decisive: isAbout(result, problem, kept.kind) };
}

function keptOf(problem: Problem, result: ScenarioResult): Kept {
  return (
    limitOf(problem, result) ??
    tlsOf(problem, result) ??
    systemicOf(problem, result) ??
    belowIn(problem.evidence?.fault) ??
    addressOf(problem) ??
    lookupOf(problem) ??
    portOf(problem) ??
    unshakenOf(problem, result) ??
    startOf(problem.headline, problem) ??
    waitingOf(problem) ??
    findingOf(problem, result) ??
    temporaryOf(problem) ??
    loginOf(problem) ??
    deliveryOf(problem) ??
    replyOf(problem, result) ?? { kind: 'other', key: placeOf(problem) }
  );
}

type Kept = Pick<Symptom, 'kind' | 'key' | 'fault' | 'name' | 'disguisedIn' | 'offer' | 'sign'>;

function limitOf(problem: Problem, result: ScenarioResult): Kept | undefined {
  const sign = 'too many connections';
  return isOneTooMany(problem, result) ? { kind: 'silent', key: sign, sign } : undefined;
}

/** What affects everything; for accepted mail, only the log shows it. */
function systemicOf(problem: Problem, { log }: ScenarioResult): Kept | undefined {
  const isDelivery = deliveryOf(problem) !== undefined;
  const sign = systemicSign(problem, isDelivery ? trailOf(log)?.why : undefined);
  return sign === undefined
    ? undefined
    : { kind: isDelivery ? 'delivery' : 'refused', key: `${sign}${isDelivery ? ' of a delivery' : ''}`, sign };
}

/** Suites about reaching a server, by their names in the packs; injection is not one of them. */
const aboutReaching = /^(?:tls\/(?!injection$)|discovery\/)/;
const aboutLogins = /(?:^|\/)(?:authentication|logins?)$/;

function isAbout({ scenario }: ScenarioResult, { code }: Problem, kind: SymptomKind): boolean {
  return (
    code === 'check.mismatch' ||
    (kind !== 'accepted' && aboutReaching.test(scenario.suite.id)) ||
    (kind === 'login' && aboutLogins.test(scenario.suite.id))
  );
}

/** Below the dialogue all services of a host are alike; their servers are listed separately. */
function belowIn(fault: Fault | undefined): Kept | undefined {
  switch (fault?.kind) {
    case 'certificate':
      return { kind: 'certificate', key: `certificate ${fault.name} ${fault.wrong}`, fault };
    case 'unreachable':
      return { kind: 'unreachable', key: fault.how };
    case 'handshake':
      return fault.how === 'no answer'
        ? { kind: 'silent', key: 'silent' }
        : { kind: 'handshake', key: fault.how === 'not TLS' ? 'handshake not TLS' : noTlsKey };
    case 'defense':
      return { kind: 'defended', key: `defended by ${fault.how}` };
    case 'no name':
      return { kind: 'other', key: `no name ${fault.name}`, name: fault.name };
    default:
      return undefined;
  }
}

/** A check could not find the address of a name, whatever it would have done there. */
function addressOf({ code, evidence, headline }: Problem): Kept | undefined {
  if (code !== 'connect.name' || evidence?.check === undefined || headline.kind !== 'message') return undefined;
  return { kind: 'other', key: headline.message };
}

/** RFC 1035 section 4.1.1: a name server that does not answer, or reports a failure, says nothing about any name. */
function lookupOf({ code, evidence, mismatches }: Problem): Kept | undefined {
  if (evidence?.check?.step !== 'dns') return undefined;
  if (code === 'connect.timeout' || code === 'connect.failed') return { kind: 'other', key: 'lookup unanswered' };
  const status = seenAt(mismatches, 'status');
  return status === 'SERVFAIL' || status === 'REFUSED' ? { kind: 'other', key: `lookup ${status}` } : undefined;
}

/** A closed port, as the `port` check reports it. */
function portOf({ evidence, mismatches }: Problem): Kept | undefined {
  if (evidence?.check?.step !== 'port') return undefined;
  const state = seenAt(mismatches, 'state');
  if (state === 'closed') return { kind: 'unreachable', key: 'refused' };
  return state === 'filtered' ? { kind: 'unreachable', key: 'no answer' } : undefined;
}

/** An error in the scenario itself: how it ends says nothing about the server. */
function unshakenOf(problem: Problem, result: ScenarioResult): Kept | undefined {
  return lacksHandshake(problem, result) ? { kind: 'other', key: placeOf(problem) } : undefined;
}

/** Commands with which every session begins. */
const opening = /^(?:EHLO|HELO|LHLO|CAPABILITY|CAPA|STARTTLS|STLS)\b/i;

/** The server accepts the connection, but does not get as far as the reply to the first command. */
function startOf(headline: Headline, problem?: Problem): Kept | undefined {
  const last = headline.kind === 'tried' ? headline.last : headline;
  const action = problem?.evidence?.action ?? actionIn(headline);
  const late =
    problem === undefined
      ? ['no reply', 'closed', 'late reply'].includes(last.kind)
      : problem.code === 'reply.timeout' || problem.code === 'connection.closed';
  if (!late) return undefined;
  const early =
    action === undefined || action.kind === 'greeting' || action.kind === 'capabilities' || opening.test(said(action));
  return early ? { kind: 'silent', key: 'silent' } : undefined;
}

/** The server waits for something else: it answers none of the scenarios' questions, whatever they are about. */
function waitingOf({ code, evidence }: Problem): Kept | undefined {
  const { action } = evidence ?? {};
  const isWaiting = code === 'reply.timeout' && action !== undefined && /^(?:MAIL FROM|RCPT TO):/i.test(said(action));
  return isWaiting ? { kind: 'other', key: 'transaction unanswered', sign: 'waiting' } : undefined;
}

/** The same violation, wherever it occurs. */
function findingOf({ code }: Problem, { violations }: ScenarioResult): Kept | undefined {
  const first = violations.find(({ verdict }) => verdict === 'failed');
  return code === 'protocol.violation' && first !== undefined
    ? { kind: 'other', key: `finding ${first.name}`, sign: 'flaw' }
    : undefined;
}

export const temporaryKey = 'refused for now';

/** RFC 5321 section 4.2.1: 4yz. What defers commands is a single cause, whatever the command, except for logins. */
function temporaryOf({ evidence }: Problem): Kept | undefined {
  const { action, reply } = evidence ?? {};
  if (reply === undefined || !/^4\d\d$/.test(reply.status) || isLogin(action)) return undefined;
  return { kind: 'refused', key: temporaryKey };
}

/** Also matches a response to a challenge, of which only a secret's name is shown. */
const login = /^(?:(?:AUTH|AUTHENTICATE|LOGIN|USER|PASS|APOP)\b|«[^«»]+»$)/i;

function isLogin(action: Action | undefined): boolean {
  return action !== undefined && (action.kind === 'challenge' || login.test(said(action).trim()));
}

/**
 * A login that should have been accepted, or refused differently: the authentication backend may be the reason for
 * both.
 */
function loginOf(problem: Problem): Kept | undefined {
  const { code, evidence } = problem;
  const { action, reply } = evidence ?? {};
  if (!isLogin(action)) return undefined;
  // By IMAP, Courier ends the connection for it; by POP3, it refuses the login.
  if (lacksFolder(problem)) return { kind: 'login', key: 'login without a folder', sign: 'no folder' };
  if (code === 'reply.timeout' || code === 'connection.closed') return { kind: 'login', key: 'login unanswered' };
  if (reply === undefined || !isNegative(reply.status) || wantsTlsFirst(problem)) return undefined;
  if (onlyLacksCode(problem, reply)) return { kind: 'other', key: placeOf(problem) };
  if (isRefusedOtherwise(problem, reply)) return { kind: 'refused', key: `refused ${replyKey(reply)}` };
  return { kind: 'login', key: 'login refused' };
}

/**
 * A refusal was expected, such as of AUTH before TLS, and the command is refused as unknown or out of place (RFC 5321
 * section 4.2.4, RFC 9051 section 7.1.3): no authentication backend decides that.
 */
function isRefusedOtherwise({ mismatches: [first] }: Problem, { status }: ReplyLine): boolean {
  return first !== undefined && !isAcceptance(first.expected) && /^(?:50[0-4]|BAD)$/i.test(status);
}

/** The expected refusal, but without the code that gives the reason. */
function onlyLacksCode({ mismatches }: Problem, { text }: ReplyLine): boolean {
  return (
    mismatches.length > 0 && mismatches.every(({ path }) => path === 'response_code') && !/^\[/.test(startText(text))
  );
}

/** Protocols for submitting mail: a repeated attempt there waits for a reply, not for mail. */
const waysIn = /^(?:smtps?|lmtp)$/;

/** Mail that was awaited in vain. */
function deliveryOf({ code, evidence }: Problem): Kept | undefined {
  if (evidence?.tries === undefined) return undefined;
  if (evidence.check === undefined && waysIn.test(evidence.protocol ?? '')) return undefined;
  if (evidence.reply?.status === 'BAD') return undefined;
  // The last of many attempts may have been cut off.
  const waited =
    ['reply.mismatch', 'check.mismatch', 'capture.missing'].includes(code) ||
    (code === 'reply.timeout' && evidence.tries > 1);
  return waited ? { kind: 'delivery', key: 'delivery' } : undefined;
}

function replyOf({ code, evidence }: Problem, { scenario }: ScenarioResult): Kept | undefined {
  const { action, reply } = evidence ?? {};
  if (action === undefined || reply === undefined || code !== 'reply.mismatch') return undefined;
  if (isNegative(reply.status)) return { kind: 'refused', key: `refused ${replyKey(reply)}` };
  // A nonexistent mailbox and an open relay get the same reply; the domain distinguishes them.
  const line = said(action);
  const domain = plainAddress.exec(line)?.[1]?.toLowerCase();
  return domain === undefined
    ? { kind: 'accepted', key: `accepted ${verb(line)} in ${scenario.suite.id}`, disguisedIn: scenario.suite.id }
    : { kind: 'accepted', key: `accepted ${verb(line)} ${domain}` };
}

/** An address that hides its destination in quotes, percent signs or a literal has another domain, or none. */
const plainAddress = /<[^@<>"%!:[\]]*@([\w.-]+)>/;

/** `relay.example%bob@example.test`: a server that does not parse it further treats it as a name in this domain. */
export function lastDomain({ evidence }: Problem): string | undefined {
  const { action } = evidence ?? {};
  return action === undefined ? undefined : /@([\w.-]+)>/.exec(said(action))?.[1]?.toLowerCase();
}

/** A reply by its status and the part of its text that does not vary. */
export function replyKey({ status, text }: ReplyLine): string {
  return `${status} ${alike(startText(text))}`;
}

/** RFC 5321 section 4.2.1; RFC 9051 section 7.1; RFC 1939 section 3; RFC 5804 section 1.2. */
function isNegative(status: string): boolean {
  return /^(?:[45]\d\d|NO|BAD|BYE|-ERR)$/i.test(status);
}

/** A reply without what depends on the sender or message: addresses, quoted names, ids, numbers. */
function alike(text: string): string {
  return visible(text)
    .replace(/<[^<>]*>|"[^"]*"/g, '<>')
    .replace(/\b[0-9A-Za-z]*\d[0-9A-Za-z]*\b(?!\.\d)/g, (word) => (/^\d$|^\d\.\d/.test(word) ? word : '#'));
}

/** `RCPT TO`, `NOOP` */
function verb(line: string): string {
  return /^(?:MAIL FROM|RCPT TO|[^\s:]+)/i.exec(line)?.[0].toUpperCase() ?? line;
}

function said(action: Action): string {
  return action.kind === 'command' ? (action.line ?? action.label) : action.kind;
}

/** The cases of a scenario fail at the same place. */
function placeOf({ place, code }: Problem): string {
  return `${code} ${place.file}:${place.line}`;
}
