import { protocols } from '../protocol/protocols.ts';

/** Who serves a scenario gives the server's address: of the server that it names, only the protocol is needed. */
const host = 'mail.example.com';

/** Servers that no configuration need have, since their names say what they speak. */
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
