import { type Exchange, type Mechanism, openResponse, type SaslCredentials, secretResponse } from './client.ts';

/**
 * LOGIN, which no RFC defines (draft-murchison-sasl-login): the user, then the password. The text of the prompts is
 * ignored: servers word them differently and agree only on their order.
 */
export const login: Mechanism = {
  standard: 'draft-murchison-sasl-login',
  clientFirst: false,
  needs: ['user', 'password'],
  binds: false,
  start: ({ user = '', password = '' }: SaslCredentials): Exchange => ({
    steps: [() => openResponse(user), () => secretResponse(password)],
  }),
};
