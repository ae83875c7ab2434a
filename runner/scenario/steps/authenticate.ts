import { defined } from '../../defined.ts';
import { nearest } from '../../nearest.ts';
import { protocolsWhere } from '../../protocol/protocols.ts';
import { isLogin, mechanismNames, needsOf } from '../../protocol/sasl.ts';
import { readFlag, readString, readText } from '../read.ts';
import { child, headOf, scalarAt } from '../tree.ts';
import { listed } from '../validate.ts';
import type { StepReader } from './context.ts';

export const authenticate: StepReader<'authenticate'> = {
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
        initialResponse: readFlag(scope, child(action, 'initial_response')),
      }),
    };
    if (named === undefined || node === undefined) return undefined;
    const mechanism = mechanismNames.find((name) => name.toLowerCase() === named.toLowerCase());
    if (mechanism === undefined) {
      const near = nearest(named, mechanismNames);
      report({
        code: 'value.invalid',
        message: `Unknown mechanism "${named}"`,
        span: node.span,
        hint: near === undefined ? `The mechanisms are ${mechanismNames.join(', ')}` : `Did you mean "${near}"?`,
      });
      return undefined;
    }
    if (isLogin(mechanism) && protocol !== undefined && !protocol.logins.includes(mechanism)) {
      const others = protocolsWhere(({ logins }) => logins.includes(mechanism));
      report({
        code: 'step.protocol',
        message: `"${mechanism}" is not for ${protocol.title}, but for ${listed(others.map(({ title }) => title))}`,
        span: node.span,
      });
    }
    const needs = needsOf(mechanism);
    // Most clients call the token of these mechanisms a password.
    const instead = needs.includes('token') && child(action, 'token') === undefined ? credentials.password : undefined;
    const missing = needs.filter(
      (key) => child(action, key) === undefined && !(key === 'token' && child(action, 'password')),
    );
    if (missing.length > 0) {
      report({
        code: 'key.missing',
        message: `${mechanism} needs ${missing.map((key) => `"${key}"`).join(' and ')}`,
        span: headOf(action),
        hint: `Add ${missing.map((key) => `${key}: "\${${key}}"`).join(', ')}`,
      });
    }
    const token = instead === undefined ? {} : { token: instead };
    return { ...base, kind: 'authenticate', credentials: { mechanism, ...credentials, ...token } };
  },
};
