import type { Backend, Cause, SymptomKind, Trail } from '../causes/cause.ts';
import { many } from '../phrase.ts';
import type { Outcome } from '../result.ts';
import { visible } from '../visible.ts';
import { actionTitle } from './action.ts';
import { cameWords } from './actual.ts';
import { faultWords } from './fault.ts';
import { outcomes } from './outcome.ts';
import { problemWords, reasonWords } from './problem.ts';
import { all } from './text.ts';

/** Servers named in a title; of more their number is enough. */
const mostServers = 8;

/** A cause in a line: `certificate of mail.example.com expired 3 days ago (2026-11-23): imaps, submissions`. */
export function causeWords(cause: Cause): string {
  const where = cause.servers.length === 0 ? '' : serverWords(cause.servers);
  const reply = cause.first.problem?.evidence?.reply;
  switch (cause.kind) {
    case 'certificate':
      return `${cause.fault === undefined ? 'certificate' : faultWords(cause.fault)}${where === '' ? '' : `: ${where}`}`;
    case 'unreachable':
      return `${where || 'a service'}: ${withoutServers(troubleOf(cause), cause.servers)}`;
    case 'silent':
      return `${where || 'a server'}: ${silenceWords(cause.backend)}`;
    case 'defended':
    case 'handshake':
      return `${where || 'a server'}: ${withoutServers(troubleOf(cause), cause.servers)}`;
    case 'login':
      return reply === undefined
        ? `logins are not answered on ${where || 'the server'}`
        : `logins are refused on ${where || 'the server'}: ${cameWords(reply)}`;
    case 'refused': {
      const action = cause.first.problem?.evidence?.action;
      const said = reply === undefined ? 'refused' : cameWords(reply);
      return `${where || 'the server'}: ${action === undefined ? '' : `${actionTitle(action)}: `}${said}${becauseOf(cause.backend)}`;
    }
    case 'delivery':
      return `accepted mail does not arrive${cause.trail === undefined ? '' : `: ${trailWords(cause.trail)}`}`;
    case 'accepted':
      return `${troubleOf(cause)}${cause.trail === undefined ? '' : `; ${trailWords(cause.trail)}`}`;
    case 'other':
      return cause.name === undefined
        ? troubleOf(cause)
        : `${visible(cause.name)} does not exist in the DNS (NXDOMAIN)`;
  }
}

/** `164 scenarios: 46 failed, 116 blocked, 2 warnings`: over all causes they add up to the run's sums. */
export function countWords({ count, outcomes: counts }: Pick<Cause, 'count' | 'outcomes'>): string {
  const all = many(count, 'scenario');
  if (counts.get('failed') === count) return all;
  const parts = (Object.keys(outcomes) as Outcome[]).flatMap((outcome) => {
    const each = counts.get(outcome);
    return each === undefined ? [] : [many(each, ...outcomes[outcome].counted)];
  });
  return parts.length === 1 ? parts.join('') : `${all}: ${parts.join(', ')}`;
}

/** What the sessions lack: where the log does not say it, with its certainty. */
function silenceWords(backend: Backend | undefined): string {
  if (backend?.kind !== 'authentication')
    return `the server accepts connections but does not answer${becauseOf(backend)}`;
  return backend.logged
    ? `logins fail${becauseOf(backend)}`
    : `sessions end before a login, usually because ${backends.authentication} does not answer`;
}

const backends: Readonly<Record<Backend['kind'], string>> = {
  authentication: 'the authentication service',
  milter: 'a milter',
  policy: 'a policy service',
  table: 'a lookup table',
};

function becauseOf(backend: Backend | undefined): string {
  return backend === undefined ? '' : `, because ${backends[backend.kind]} does not answer`;
}

/** Whether its words say no more than those of the failure that shows it. */
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

/** A failure names its server first, and so does the title: once is enough. */
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
  deferred: 'the server put its delivery off',
  bounced: 'the server could not deliver it',
  discarded: 'the server discarded it',
  held: 'the server keeps it in its queue',
};

/** Where mail went, as the log says. */
function trailWords({ kind, to, asked }: Trail): string {
  const whom =
    to === undefined ? '' : ` to ${visible(to)}${asked === undefined ? '' : ` instead of ${visible(asked)}`}`;
  return `${ends[kind]}${kind === 'delivered' ? whom : ''}`;
}

/** What follows for people, in a sentence. */
export function meaningWords({ kind, backend }: Pick<Cause, 'kind' | 'backend'>): string | undefined {
  return backend?.kind === 'authentication' ? meanings.login : meanings[kind];
}

const meanings: Readonly<Record<SymptomKind, string | undefined>> = {
  unreachable: 'Nobody can use this service.',
  silent: 'Nobody can use this service: sessions end before they begin.',
  handshake: 'Clients that want TLS, which are nearly all, cannot use this service.',
  certificate: 'Mail programs show warnings or refuse to connect, and servers that check certificates defer mail.',
  login: 'Nobody can log in.',
  refused: 'The server refuses what clients ask for, and mail does not get through.',
  accepted: undefined,
  delivery: 'Mail that the server has accepted is lost, or nobody finds it.',
  other: undefined,
  defended: 'The server protects itself; these scenarios could not be checked.',
};
