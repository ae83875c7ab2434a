import { CheckError } from '../checks/check.ts';
import { unreadable } from '../checks/log.ts';
import { defined } from '../defined.ts';
import type { Target, Text } from '../plan.ts';
import type { ServerUrl } from '../protocol/server-url.ts';
import type { TlsOptions } from '../server-options.ts';
import type { FileCache } from '../transport/files.ts';
import type { HandshakeOptions } from '../transport/transport.ts';
import { StepFailure } from './failure.ts';

/** What TLS options of a scenario are made from. */
export interface TlsSources {
  readonly files: FileCache;
  /** Fills the holes of a text. */
  readonly fill: (text: Text) => string;
}

/** The server's TLS options, overridden by the step's, with files read and the name to ask for. */
export async function handshakeOptions(
  target: Target,
  overrides: TlsOptions,
  url: ServerUrl,
  sources: TlsSources,
): Promise<HandshakeOptions> {
  return readTlsOptions(
    { ...target.options.tls, ...overrides },
    url.address.to === 'network' ? url.address.host : undefined,
    sources,
  );
}

/**
 * TLS options with files read. `host`: the name to ask for if the options have none. Throws a `CheckError` for a file
 * that cannot be read.
 */
export async function readTlsOptions(
  options: TlsOptions,
  host: string | undefined,
  { files, fill }: TlsSources,
): Promise<HandshakeOptions> {
  const { ca, cert, key, servername, verifyName, verify, ...plain } = options;
  const name = servername === undefined ? host : fill(servername);
  return {
    ...plain,
    ...(verify !== undefined && { verify }),
    ...(name !== undefined && { servername: name }),
    ...(verifyName !== undefined && { verifyName: fill(verifyName) }),
    ...(ca !== undefined && { ca: await named(ca, files.readCertificates(ca)) }),
    ...(cert !== undefined && { cert: await named(cert, files.read(cert)) }),
    ...(key !== undefined && { key: await named(key, files.read(key)) }),
  };
}

/** Adds the path to errors: the option is often not in the step's file. */
async function named(path: string, octets: Promise<Buffer>): Promise<Buffer> {
  try {
    return await octets;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** The options for a step that is not a check: a `CheckError` becomes the step's failure. */
export async function asStep(options: Promise<HandshakeOptions>): Promise<HandshakeOptions> {
  try {
    return await options;
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    const { code, message, hint } = error;
    throw new StepFailure(code, message, defined({ hint }));
  }
}
