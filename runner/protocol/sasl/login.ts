import { type Exchange, type Mechanism, openResponse, type SaslCredentials, secretResponse } from './client.ts';

/**
 * LOGIN, which no RFC defines (draft-murchison-sasl-login): the user, then the password. What the prompts say is
 * not looked at: servers word them differently, and their order is all that they agree on.
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
