import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { aborted, type CheckContext, CheckError, timeLimit, unlessAborted } from './check.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name does not exist',
  ENODATA: 'the name has none',
  EAI_AGAIN: 'the resolver did not answer, try again later',
};

/**
 * The addresses of a name, in the resolver's order; an address is returned as it is. Throws a `CheckError`,
 * `connect.name`.
 */
export async function addressesOf(
  host: string,
  family: 4 | 6 | undefined,
  context: CheckContext,
): Promise<readonly string[]> {
  const literal = isIP(host);
  if (literal !== 0) {
    if (family === undefined || family === literal) return [host];
    throw new CheckError('connect.name', `Cannot connect to "${host}": it is not an IPv${family} address`);
  }
  const limit = timeLimit(context);
  try {
    // The system's resolver cannot be stopped; a late result is ignored.
    const found = await unlessAborted(lookup(host, { all: true, family: family ?? 0, verbatim: true }), limit.signal);
    return found.map((each) => each.address);
  } catch (cause) {
    if (context.signal.aborted) throw aborted(context.signal);
    const { code = '', message } = cause as NodeJS.ErrnoException;
    const why = limit.expired() ? 'the resolver did not answer in time' : (reasons[code] ?? message);
    throw new CheckError(
      'connect.name',
      `Cannot find an ${family === undefined ? '' : `IPv${family} `}address of "${host}": ${why}`,
      { cause },
    );
  } finally {
    limit.done();
  }
}
