import { randomUUID } from 'node:crypto';
import type { Protocol } from '../protocol/protocol.ts';
import { isLogin } from '../protocol/sasl.ts';
import type { Credentials } from '../sending.ts';

/**
 * The server's challenges in an exchange: none, or texts of its own. Other mechanisms need a proof that only a server
 * with the password can give.
 */
const challenges: Partial<Readonly<Record<Credentials['mechanism'], (host: string) => readonly string[]>>> = {
  PLAIN: () => [],
  XOAUTH2: () => [],
  OAUTHBEARER: () => [],
  EXTERNAL: () => [],
  ANONYMOUS: () => [],
  LOGIN: () => ['Username:', 'Password:'],
  // RFC 2195 section 2
  'CRAM-MD5': (host) => [`<${randomUUID()}@${host}>`],
};

/** Whether the server side of the mechanism is supported. */
export function isServable({ mechanism }: Credentials): boolean {
  return isLogin(mechanism) || challenges[mechanism] !== undefined;
}

/** An exchange whose command the client has sent. */
export interface LoginUnderWay {
  /** Whether a client's command begins it; remembers what was sent with the command. */
  begins(command: string): boolean;
  /** The scenario's initial response as a line, if the client has not sent it with its command. */
  readonly initial: string;
  readonly asksForInitial: boolean;
  /** The next challenge, in base64. */
  challenge(): string | undefined;
  /** Whether the client has already answered the next challenge, with its command. */
  readonly early: boolean;
  takeEarly(): string | undefined;
}

/** The server side of a SASL login; `command` is the scenario's command. */
export function beginLogin(
  { mechanism }: Credentials,
  { sasl }: Protocol,
  command: string,
  host: string,
): LoginUnderWay | undefined {
  if (isLogin(mechanism) || sasl === undefined) return undefined;
  const head = sasl.command(mechanism, undefined);
  const own = responseIn(command, head);
  const speaksFirst = mechanism !== 'LOGIN' && mechanism !== 'CRAM-MD5';
  const texts = [...(speaksFirst && own === undefined ? [''] : []), ...(challenges[mechanism]?.(host) ?? [])];
  let early: string | undefined;
  let asksForInitial = false;
  return {
    begins(came) {
      const given = came.slice(0, head.length).toUpperCase() === head.toUpperCase() ? responseIn(came, head) : null;
      if (given === null || (given !== undefined && own !== undefined && given !== own)) return false;
      asksForInitial = own !== undefined && given === undefined;
      if (own === undefined && given !== undefined) early = sasl.response(given === '=' ? '' : given);
      return true;
    },
    initial: sasl.response(own === '=' ? '' : (own ?? '')),
    get asksForInitial() {
      return asksForInitial;
    },
    challenge: () => {
      const text = texts.shift();
      return text === undefined ? undefined : Buffer.from(text).toString('base64');
    },
    get early() {
      return early !== undefined;
    },
    takeEarly() {
      const taken = early;
      early = undefined;
      return taken;
    },
  };
}

/** The text after the mechanism, without RFC 5804's quotes. `null`: it is a different command. */
function responseIn(command: string, head: string): string | undefined | null {
  const rest = command.slice(head.length);
  if (rest === '') return undefined;
  if (!rest.startsWith(' ')) return null;
  const text = rest.trim();
  return text.startsWith('"') ? text.slice(1, -1) || '=' : text;
}
