import { type LoginName, logins } from './logins.ts';
import {
  type GivenCredentials,
  type Mechanism,
  type SaslClient,
  type SaslContext,
  type SaslCredentials,
  SaslError,
} from './sasl/client.ts';
import { cramMd5 } from './sasl/cram-md5.ts';
import { digestMd5 } from './sasl/digest-md5.ts';
import { anonymous, external } from './sasl/external.ts';
import { login } from './sasl/login.ts';
import { oauthbearer, xoauth2 } from './sasl/oauth.ts';
import { plain } from './sasl/plain.ts';
import { scram } from './sasl/scram.ts';

export { decodeChallenge, encodeInitialResponse, encodeResponse } from './sasl/base64.ts';
export type { GivenCredentials, SaslClient, SaslContext, SaslCredentials } from './sasl/client.ts';
export { SaslError } from './sasl/client.ts';

const mechanisms = {
  PLAIN: plain,
  LOGIN: login,
  'CRAM-MD5': cramMd5,
  'DIGEST-MD5': digestMd5,
  'SCRAM-SHA-1': scram('SCRAM-SHA-1', 'sha1', 'RFC 5802', false),
  'SCRAM-SHA-1-PLUS': scram('SCRAM-SHA-1-PLUS', 'sha1', 'RFC 5802', true),
  'SCRAM-SHA-256': scram('SCRAM-SHA-256', 'sha256', 'RFC 7677', false),
  'SCRAM-SHA-256-PLUS': scram('SCRAM-SHA-256-PLUS', 'sha256', 'RFC 7677', true),
  XOAUTH2: xoauth2,
  OAUTHBEARER: oauthbearer,
  EXTERNAL: external,
  ANONYMOUS: anonymous,
} satisfies Readonly<Record<string, Mechanism>>;

/** A mechanism's name as it is sent. */
export type SaslMechanism = keyof typeof mechanisms;

/** The values of `mechanism` in an `authenticate` step: SASL mechanisms and the protocols' own logins. */
export type MechanismName = SaslMechanism | LoginName;

/** In the order of the documentation. */
const saslMechanisms = Object.keys(mechanisms) as readonly SaslMechanism[];
export const mechanismNames: readonly MechanismName[] = [...saslMechanisms, ...(Object.keys(logins) as LoginName[])];

export function isLogin(name: MechanismName): name is LoginName {
  return Object.hasOwn(logins, name);
}

/** In the order in which messages list them. */
export const credentialKeys = [
  'user',
  'password',
  'authzid',
  'token',
] as const satisfies readonly (keyof GivenCredentials)[];

/** The credentials that a scenario must provide for a mechanism. */
export function needsOf(name: MechanismName): readonly (keyof GivenCredentials)[] {
  const needs: readonly (keyof SaslCredentials)[] = isLogin(name) ? logins[name].needs : mechanisms[name].needs;
  return credentialKeys.filter((key) => needs.includes(key));
}

/**
 * A client for one exchange. Throws a `SaslError`: `credentials` if one that the mechanism needs is missing, `binding`
 * if it needs channel binding and the context has none.
 */
export function createSaslClient(
  mechanism: SaslMechanism,
  credentials: SaslCredentials,
  context: SaslContext = {},
): SaslClient {
  const found: Mechanism = mechanisms[mechanism];
  const missing = found.needs.filter((need) => credentials[need] === undefined);
  if (missing.length > 0) {
    throw new SaslError(
      'credentials',
      `${mechanism} needs ${missing.join(' and ')}, and the step gives none`,
      found.standard,
    );
  }
  if (found.binds && context.channelBinding === undefined) {
    throw new SaslError('binding', `${mechanism} needs TLS, and the connection has none`, 'RFC 5802 section 6');
  }
  return clientOf(mechanism, found, found.start(credentials, context));
}

const nothing = Buffer.alloc(0);

function clientOf(
  mechanism: string,
  { clientFirst, standard }: Mechanism,
  exchange: ReturnType<Mechanism['start']>,
): SaslClient {
  const secrets: Buffer[] = [];
  let next = 0;
  return {
    mechanism,
    clientFirst,
    secrets,
    get refusal() {
      return exchange.refusal?.();
    },
    prepare: async (challenge) => exchange.prepare?.(challenge ?? nothing),
    respond(challenge) {
      const step = exchange.steps[next];
      if (step === undefined) {
        throw new SaslError(
          'challenge',
          `the server sends a challenge too many; ${mechanism} ends after ${next}`,
          standard,
        );
      }
      const { bytes, secrets: fresh = [] } = step(challenge ?? nothing);
      next++;
      secrets.push(...fresh.filter((secret) => secret.length > 0));
      return bytes;
    },
    finish(additional) {
      const { enough = exchange.steps.length } = exchange;
      if (next < enough) {
        throw new SaslError(
          'challenge',
          `the server says success after ${next} of ${enough} responses of ${mechanism}`,
          standard,
        );
      }
      if (additional !== undefined) {
        if (exchange.additional !== undefined) exchange.additional(additional);
        else if (additional.length > 0) {
          throw new SaslError(
            'challenge',
            `the server sends data with its success, and ${mechanism} has none`,
            standard,
          );
        }
      }
      const reason = exchange.unproved?.();
      if (reason !== undefined) throw new SaslError('signature', reason, standard);
    },
  };
}
