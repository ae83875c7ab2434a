import type { Backend, Cause, SymptomKind, Trail } from '../causes/cause.ts';
import type { Sign } from '../causes/sign.ts';
import type { ReplyLine } from '../mismatch.ts';
import { many } from '../phrase.ts';
import type { Outcome } from '../result.ts';
import { visible } from '../visible.ts';
import { actionTitle } from './action.ts';
import { cameWords } from './actual.ts';
import { faultWords } from './fault.ts';
import { outcomes } from './outcome.ts';
import { problemWords, reasonWords } from './problem.ts';
import { all, shortened } from './text.ts';

/** The most servers that a title names; beyond that, only their number is given. */
const mostServers = 8;

/** A cause in one line: `certificate of mail.example.com expired 3 days ago (2026-11-23): imaps, submissions`. */
export function causeWords(cause: Cause): string {
  const where = cause.servers.length === 0 ? '' : serverWords(cause.servers);
  const reply = cause.first.problem?.evidence?.reply;
  switch (cause.kind) {
    case 'certificate':
      return `${cause.fault === undefined ? 'certificate' : faultWords(cause.fault)}${where === '' ? '' : `: ${where}`}`;
    case 'unreachable':
      return `${where || 'a service'}: ${withoutServers(troubleOf(cause), cause.servers)}`;
    case 'silent':
      return `${where || 'a server'}: ${silenceWords(cause)}`;
    case 'handshake':
      return `${where || 'a server'}: ${handshakeWords(cause)}`;
    case 'defended':
      return `${where || 'a server'}: ${withoutServers(troubleOf(cause), cause.servers)}`;
    case 'login':
      return reply === undefined
        ? `logins are not answered on ${where || 'the server'}${usuallyOf(cause)}`
        : `logins are refused on ${where || 'the server'}: ${replyWords(cause, reply)}${usuallyOf(cause)}`;
    case 'refused': {
      const action = cause.first.problem?.evidence?.action;
      const said = reply === undefined ? 'refused' : replyWords(cause, reply);
      return `${where || 'the server'}: ${action === undefined ? '' : `${actionTitle(action)}: `}${said}${usuallyOf(cause)}`;
    }
    case 'delivery':
      return `accepted mail does not arrive${becauseOf(cause.backend)}${cause.trail === undefined ? '' : afterWords(cause.trail)}`;
    case 'accepted':
      return `${troubleOf(cause)}${cause.trail === undefined ? '' : `; ${trailWords(cause.trail)}`}`;
    case 'other':
      return cause.name === undefined
        ? troubleOf(cause)
        : `${visible(cause.name)} does not exist in the DNS (NXDOMAIN)`;
  }
}

/** `164 scenarios: 46 failed, 116 blocked, 2 warnings`: added up over all causes, they are the run's totals. */
export function countWords({ count, outcomes: counts }: Pick<Cause, 'count' | 'outcomes'>): string {
  const all = many(count, 'scenario');
  if (counts.get('failed') === count) return all;
  const parts = (Object.keys(outcomes) as Outcome[]).flatMap((outcome) => {
    const each = counts.get(outcome);
    return each === undefined ? [] : [many(each, ...outcomes[outcome].counted)];
  });
  return parts.length === 1 ? parts.join('') : `${all}: ${parts.join(', ')}`;
}

/** If a reason follows the reply, the reason must not be cut. */
function replyWords({ backend, sign }: Cause, reply: ReplyLine): string {
  const words = cameWords(reply);
  return backend === undefined && sign === undefined ? words : shortened(words, longestReply);
}

/** The longest reply that is followed by a reason. */
const longestReply = 60;

/** What is offered and refused, or else how TLS fails, with the reason if the log has it. */
function handshakeWords(cause: Cause): string {
  const { offer, backend, servers, sign } = cause;
  if (sign === 'TLS off') return `${signs[sign]}: ${withoutServers(troubleOf(cause), servers)}`;
  if (offer !== undefined) return `a TLS handshake with ${[...new Set(offer.split(' '))].join(' ')} is refused`;
  return backend === undefined
    ? withoutServers(troubleOf(cause), servers)
    : `${backend.kind === 'limit' ? 'the server closes connections' : 'TLS does not begin'}${becauseOf(backend)}`;
}

/** What the sessions lack. If it is not from the log, the wording says how certain it is. */
function silenceWords({ backend, sign }: Pick<Cause, 'backend' | 'sign'>): string {
  if (backend?.kind === 'limit') return `the server closes connections${becauseOf(backend)}`;
  if (sign !== undefined) return `the server closes connections${usuallyOf({ sign })}`;
  if (backend?.kind !== 'authentication')
    return `the server accepts connections but does not answer${becauseOf(backend)}`;
  return backend.logged
    ? `logins fail${becauseOf(backend)}`
    : `sessions end before a login, usually because ${backends.authentication}`;
}

const backends: Readonly<Record<Backend['kind'], string>> = {
  authentication: 'the authentication service does not answer',
  milter: 'a milter does not answer',
  policy: 'a policy service does not answer',
  scanner: 'a scanner, or another service that it asks, does not answer',
  table: 'a lookup table does not answer',
  certificate: 'the server cannot load its certificate or key',
  disk: 'its disk is full',
  store: 'the server cannot use its mail store',
  filter: 'a milter refuses it',
  limit: 'the server limits the connections of an address',
};

function becauseOf(backend: Backend | undefined): string {
  return backend === undefined ? '' : `, because ${backends[backend.kind]}`;
}

/** What a reply in many scenarios is a sign of; the wording says how certain it is. */
const signs: Readonly<Record<Sign, string>> = {
  'TLS first': 'the server wants TLS before a login',
  'TLS off': 'TLS is turned off',
  'TLS ended': 'a proxy before the server ends TLS, and the server does not know that the client uses it',
  'alias loop': 'an alias leads back to itself',
  'no logins': 'authentication is turned off on this port',
  'late login': 'the server delays logins after failed ones, or its authentication backend hangs',
  'no folder': 'the user has no home directory or Maildir',
  'in use': 'another session has the mailbox open, or a lock was left over',
  'name server': 'its name server does not answer',
  'no reverse name': "this client's address has no PTR record that leads back to it",
  'disk full': "the server's disk is full",
  'internal error': 'something that the server needs is broken: its log says what',
  'mailbox full': 'the mailbox is full',
  'too big': 'the message is larger than the server allows',
  'no mechanism': 'the server does not have this mechanism',
  lookup: 'a lookup table or database cannot be read',
  milter: 'a milter does not answer',
  configuration: 'a setting of the server is wrong',
  'too many connections': 'the server limits the connections of an address',
  'too much mail': 'the server limits the messages of an address, or of a session',
  'next server': 'the server that it passes mail on to does not answer',
  waiting: 'the server waits for something that does not answer, such as its name server',
  flaw: 'a reply breaks the protocol',
};

function usuallyOf({ backend, sign }: Pick<Cause, 'backend' | 'sign'>): string {
  return backend === undefined && sign !== undefined ? `, usually because ${signs[sign]}` : becauseOf(backend);
}

/** Whether a cause says no more than the failure shown with it. */
export function repeatsFailure({
  kind,
  name,
  trail,
  backend,
}: Pick<Cause, 'kind' | 'name' | 'trail' | 'backend'>): boolean {
  return (
    name === undefined &&
    trail === undefined &&
    backend === undefined &&
    (kind === 'refused' || kind === 'accepted' || kind === 'other')
  );
}

/** A failure begins with its server, and so does the title: once is enough. */
function withoutServers(words: string, servers: readonly string[]): string {
  const starts = servers.flatMap((name) => [`the server "${name}" cannot be used: `, `server "${name}": `]);
  return starts.reduce((rest, start) => (rest.startsWith(start) ? rest.slice(start.length) : rest), words);
}

function troubleOf({ first }: Cause): string {
  const { problem, reason } = first;
  if (problem !== undefined) return problemWords(problem);
  return reason === undefined ? first.scenario.name : reasonWords(reason);
}

function serverWords(servers: readonly string[]): string {
  const shown = servers.slice(0, mostServers).map(visible);
  const more = servers.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : all(shown);
}

const ends: Readonly<Record<Trail['kind'], string>> = {
  delivered: 'the server delivered mail',
  deferred: 'the server deferred its delivery',
  bounced: 'the server could not deliver it',
  discarded: 'the server discarded it',
  held: 'the server keeps it in its queue',
};

/** What happened to the mail instead; the log may say that it was delivered. */
function afterWords(trail: Trail): string {
  const isExpected = trail.kind === 'delivered' && trail.asked === undefined;
  return `${isExpected ? ', although ' : ': '}${trailWords(trail)}`;
}

/** Where the mail went, by the log. */
function trailWords({ kind, to, asked, why }: Trail): string {
  const whom =
    to === undefined ? '' : ` to ${visible(to)}${asked === undefined ? '' : ` instead of ${visible(asked)}`}`;
  const reason = why === undefined ? '' : `: ${visible(why)}`;
  return `${ends[kind]}${kind === 'delivered' ? whom : reason}`;
}

/** What the cause means for users, as a sentence. */
export function meaningWords({ kind, backend, sign }: Pick<Cause, 'kind' | 'backend' | 'sign'>): string | undefined {
  if (backend?.kind === 'limit' || sign === 'too many connections') return limited;
  if (sign === 'too much mail') return 'Clients that send more messages than the limit allows have to wait.';
  if (sign === 'waiting') return 'Other servers give up and try again later: mail is late, or does not arrive.';
  if (sign === 'flaw') return 'A reply breaks the protocol: some mail programs accept it, and others end the session.';
  // Only a log shows that the service itself is down; other logins may work.
  return backend?.kind === 'authentication' ? 'Nobody can log in.' : meanings[kind];
}

const limited = 'Clients that open several connections at once, as most mail programs do, cannot use all of them.';
const meanings: Readonly<Record<SymptomKind, string | undefined>> = {
  unreachable: 'Nobody can use this service.',
  silent: 'Nobody can use this service: sessions end before they begin.',
  handshake: 'Clients that want TLS, which are nearly all, cannot use this service.',
  certificate: 'Mail programs show warnings or refuse to connect, and servers that check certificates defer mail.',
  login: 'Users cannot log in this way.',
  refused: 'The server refuses what clients ask for, and mail does not get through.',
  accepted: undefined,
  delivery: 'Mail that the server has accepted is lost, or nobody finds it.',
  other: undefined,
  defended: 'The server protects itself; these scenarios could not be checked.',
};
