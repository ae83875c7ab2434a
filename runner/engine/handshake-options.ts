import type { Target, TlsOptions } from '../plan.ts';
import type { ServerUrl } from '../server-url.ts';
import { readOnce } from '../transport/files.ts';
import type { HandshakeOptions } from '../transport/transport.ts';
import { type Context, fillText } from './context.ts';

/** The server's TLS options, overridden by the step's, with files read and the name to ask for. */
export async function handshakeOptions(
  context: Context,
  target: Target,
  overrides: TlsOptions,
  url: ServerUrl,
  on: string,
): Promise<HandshakeOptions> {
  return readTlsOptions(context, { ...target.options.tls, ...overrides }, url.address.to === 'network' ? url.address.host : undefined, on);
}

/** TLS options with files read; `host`: the name to ask for where they say none. */
export async function readTlsOptions(context: Context, options: TlsOptions, host: string | undefined, on: string): Promise<HandshakeOptions> {
  const { ca, cert, key, servername, verify, ...plain } = options;
  const name = servername === undefined ? host : fillText(context, servername, on);
  return {
    ...plain,
    ...(verify !== undefined && { verify }),
    ...(name !== undefined && { servername: name }),
    ...(ca !== undefined && { ca: await readOnce(ca) }),
    ...(cert !== undefined && { cert: await readOnce(cert) }),
    ...(key !== undefined && { key: await readOnce(key) }),
  };
}
