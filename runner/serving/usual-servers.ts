import { protocols } from '../protocol/protocols.ts';

/** When a scenario is served, the user gives the address: of the server that it names, only the protocol is used. */
const host = 'mail.example.com';

/** Servers that need not be configured, since their names determine the protocol. */
export const usualServers: Readonly<Record<string, string>> = {
  mx: `smtp://${host}`,
  submission: `smtp://${host}:587`,
  submissions: `smtps://${host}`,
  managesieve: `sieve://${host}`,
  ...Object.fromEntries(
    Object.values(protocols)
      .flatMap(({ schemes }) => Object.entries(schemes))
      .flatMap(([scheme, { port }]) => (port === undefined ? [] : [[scheme, `${scheme}://${host}`]])),
  ),
};
