/**
 * A defense that a scenario sets off on purpose. Servers count such things by the client's address, so what else is to be
 * checked on that host comes first.
 */
export const provocations = ['failed-login', 'errors', 'rate-limit', 'tarpit'] as const;
export type Provocation = (typeof provocations)[number];
