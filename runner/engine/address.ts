import type { Text } from '../plan.ts';
import type { ServerUrl } from '../protocol/server-url.ts';
import type { ServerOptions } from '../server-options.ts';
import type { ConnectOptions } from '../transport/transport.ts';

/** The address, together with what the scenario may use: which sockets, and which part of the environment. */
export function addressFor(
  { address }: ServerUrl,
  options: ServerOptions,
  fill: (text: Text) => string,
): ConnectOptions['address'] {
  switch (address.to) {
    case 'network':
      return address;
    case 'unix':
      return withSockets(address, options);
    case 'command': {
      const { command = [], folder, environment } = options;
      return { to: 'command', command: command.map(fill), cwd: folder, inherit: environment };
    }
  }
}

export function withSockets<Address extends { readonly to: 'unix' }>(address: Address, { sockets }: ServerOptions) {
  return { ...address, ...(sockets !== undefined && { within: sockets }) };
}
