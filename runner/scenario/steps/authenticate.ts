import { defined } from '../../defined.ts';
import { nearest } from '../../nearest.ts';
import type { Protocol } from '../../protocol/protocol.ts';
import { protocols } from '../../protocol/protocols.ts';
import { readFlag, readString, readText } from '../read.ts';
import { child, headOf, scalarAt } from '../tree.ts';
import { listed } from '../validate.ts';
import type { Action } from './context.ts';

interface Mechanism {
  readonly name: string;
  /** Keys without which it cannot work. */
  readonly needs: readonly string[];
  readonly protocols?: readonly Protocol[];
}

const byPassword = ['user', 'password'];
const byToken = ['user', 'token'];

/** The SASL mechanisms of IANA's registry that servers of mail have, and the protocols' own logins. */
const mechanisms: readonly Mechanism[] = [
  ...[
    'PLAIN',
    'LOGIN',
    'CRAM-MD5',
    'DIGEST-MD5',
    'SCRAM-SHA-1',
    'SCRAM-SHA-1-PLUS',
    'SCRAM-SHA-256',
    'SCRAM-SHA-256-PLUS',
  ].map((name) => ({
    name,
    needs: byPassword,
  })),
  { name: 'XOAUTH2', needs: byToken },
  { name: 'OAUTHBEARER', needs: byToken },
  { name: 'EXTERNAL', needs: [] },
  { name: 'ANONYMOUS', needs: [] },
  { name: 'user-pass', needs: byPassword, protocols: [protocols.pop3] }, // RFC 1939 section 7
  { name: 'apop', needs: byPassword, protocols: [protocols.pop3] }, // RFC 1939 section 7
  { name: 'login-command', needs: byPassword, protocols: [protocols.imap] }, // RFC 9051 section 6.2.3
];

export const authenticate: Action = {
  fits: (protocol) => protocol.sasl !== undefined,
  instead: "Send the service's own commands",
  label: (action) => `authenticate ${scalarAt(action, 'mechanism')?.text ?? ''}`,
  read({ scope, protocol }, action, base) {
    const { report } = scope.shared;
    const node = child(action, 'mechanism');
    const named = readString(scope, node, 'The mechanism');
    const credentials = {
      ...defined({
        user: readText(scope, child(action, 'user')),
        password: readText(scope, child(action, 'password')),
        authzid: readText(scope, child(action, 'authzid')),
        token: readText(scope, child(action, 'token')),
      }),
      initialResponse: readFlag(scope, child(action, 'initial_response')) ?? true,
    };
    if (named === undefined || node === undefined) return undefined;
    const mechanism = mechanisms.find(({ name }) => name.toLowerCase() === named.toLowerCase());
    if (mechanism === undefined) {
      const names = mechanisms.map(({ name }) => name);
      const near = nearest(named, names);
      report({
        code: 'value.invalid',
        message: `Unknown mechanism "${named}"`,
        span: node.span,
        hint: near === undefined ? `The mechanisms are ${names.join(', ')}` : `Did you mean "${near}"?`,
      });
      return undefined;
    }
    if (mechanism.protocols && protocol !== undefined && !mechanism.protocols.includes(protocol)) {
      report({
        code: 'step.protocol',
        message: `"${mechanism.name}" is not for ${protocol.title}, but for ${listed(mechanism.protocols.map(({ title }) => title))}`,
        span: node.span,
      });
    }
    // What most clients call the password of these mechanisms is the token.
    const instead =
      mechanism.needs === byToken && child(action, 'token') === undefined ? credentials.password : undefined;
    const missing = mechanism.needs.filter(
      (key) => child(action, key) === undefined && !(key === 'token' && child(action, 'password')),
    );
    if (missing.length > 0) {
      report({
        code: 'key.missing',
        message: `${mechanism.name} needs ${missing.map((key) => `"${key}"`).join(' and ')}`,
        span: headOf(action),
        hint: `Add ${missing.map((key) => `${key}: "\${${key}}"`).join(', ')}`,
      });
    }
    const token = instead === undefined ? {} : { token: instead };
    return { ...base, kind: 'authenticate', credentials: { mechanism: mechanism.name, ...credentials, ...token } };
  },
};
