/**
 * A defense that a scenario triggers on purpose. Servers count such events by the client's address, so all other
 * scenarios for that host run first.
 */
export const provocations = ['failed-login', 'errors', 'rate-limit', 'tarpit'] as const;
export type Provocation = (typeof provocations)[number];
