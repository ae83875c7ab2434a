import type { Receiver } from '../arrival.ts';
import { defined } from '../defined.ts';
import { createAuthority } from '../demo-server/certificates.ts';
import type { RunningService } from '../demo-server/listener.ts';
import { messageOf } from '../phrase.ts';
import { parseServerUrl } from '../protocol/server-url.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { startReceiver } from './receiver.ts';

export interface OpenReceiver extends Pick<RunningService, 'close'> {
  readonly ledger: Ledger;
}

export interface OpenOptions {
  readonly runId: string;
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
  readonly readFile: (path: string) => Promise<string>;
}

/** Listens as the configuration says. Rejects with the reason if that is not possible. */
export async function openReceiver(receiver: Receiver, { runId, wall, readFile }: OpenOptions): Promise<OpenReceiver> {
  const { url, hostname, starttls, tls, size } = receiver;
  if (typeof url !== 'string') throw new Error('its address is not known before the run');
  const { address, protocol, implicitTls } = parseServerUrl(url);
  if (address.to !== 'network') throw new Error('it has no address and port');
  const { cert, key } = tls;
  const identity =
    cert === undefined || key === undefined
      ? await made([...new Set([hostname, address.host])])
      : { cert: await readFile(cert), key: await readFile(key) };
  const ledger = createLedger(runId, wall);
  const { close } = await startReceiver(
    {
      place: { host: address.host, port: address.port },
      lmtp: protocol.createRecipients !== undefined,
      implicitTls,
      starttls,
      hostname,
      size,
      ...identity,
      ...defined({ minVersion: tls.min, maxVersion: tls.max }),
    },
    ledger,
  ).catch((error: unknown) => {
    throw new Error(messageOf(error), { cause: error });
  });
  return { ledger, close };
}

/** A self-signed certificate is enough: mail servers encrypt opportunistically (RFC 7435). */
async function made(names: readonly string[]): Promise<{ readonly cert: string; readonly key: string }> {
  const authority = await createAuthority({ name: 'mailspec receiver' });
  const { key, chain } = await authority.issue({ names });
  return { key, cert: chain };
}
