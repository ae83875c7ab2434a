import type { Target, Text, TlsOptions } from '../plan.ts';
import type { ServerUrl } from '../protocol/server-url.ts';
import { readOnce } from '../transport/files.ts';
import type { HandshakeOptions } from '../transport/transport.ts';

/** Fills a text's holes. */
type Fill = (text: Text) => string;

/** The server's TLS options, overridden by the step's, with files read and the name to ask for. */
export async function handshakeOptions(
  target: Target,
  overrides: TlsOptions,
  url: ServerUrl,
  fill: Fill,
): Promise<HandshakeOptions> {
  return readTlsOptions(
    { ...target.options.tls, ...overrides },
    url.address.to === 'network' ? url.address.host : undefined,
    fill,
  );
}

/** TLS options with files read; `host`: the name to ask for where they say none. */
export async function readTlsOptions(
  options: TlsOptions,
  host: string | undefined,
  fill: Fill,
): Promise<HandshakeOptions> {
  const { ca, cert, key, servername, verify, ...plain } = options;
  const name = servername === undefined ? host : fill(servername);
  return {
    ...plain,
    ...(verify !== undefined && { verify }),
    ...(name !== undefined && { servername: name }),
    ...(ca !== undefined && { ca: await readOnce(ca) }),
    ...(cert !== undefined && { cert: await readOnce(cert) }),
    ...(key !== undefined && { key: await readOnce(key) }),
  };
}
