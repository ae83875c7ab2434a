import { isPositive } from '../protocol/protocols.ts';
import type { Reply } from '../protocol/reply.ts';
import { placeOf, type Span } from '../source.ts';
import type { Context } from './context.ts';
import type { Session } from './session.ts';

/** Milliseconds. A login costs some hashing; a server that has seen failed logins waits for seconds. */
const slowFrom = 3000;

/** Warns, once per run and host, that an accepted login took long. Scenarios whose logins should fail are left out. */
export function noteSlowLogin(
  { world, scenario, warnings }: Context,
  { loggingIn, url, target }: Session,
  span: Span,
  { reply, elapsed }: { readonly reply: Reply; readonly elapsed: number },
): void {
  if (!loggingIn || elapsed < slowFrom || !isPositive(reply) || scenario.provokes.length > 0) return;
  const server = url.address.to === 'network' ? url.address.host : target.label;
  if (world.slowLogins.has(server)) return;
  world.slowLogins.add(server);
  warnings.push({ kind: 'slow login', server, took: elapsed, place: placeOf(span) });
}
