import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createAuthority } from '../demo-server/certificates.ts';
import { ArgumentError } from '../diagnostic.ts';
import { readTlsOptions } from '../engine/handshake-options.ts';
import { writeHostAndPort } from '../host-and-port.ts';
import { many, systemReason } from '../phrase.ts';
import type { ServerUrl } from '../protocol/server-url.ts';
import { filesOf } from '../recording/files.ts';
import { type ProxySession, startProxy } from '../recording/proxy.ts';
import { createFileCache } from '../transport/files.ts';
import { secureContextFor } from '../transport/secure-context.ts';
import { refusePositionals, wholeNumber } from './arguments.ts';
import type { Main, Terminal } from './command.ts';
import { listenAddress } from './listen-address.ts';
import { probe, urlOf, withTls } from './single-server.ts';
import { requestedTls } from './tls-arguments.ts';

export const main: Main = async (args, terminal) => {
  const { host, port } = listenAddress(args.value('listen') ?? '', args);
  const to = args.value('to');
  if (to === undefined)
    throw new ArgumentError('Cannot record: no server is named', 'Write "--listen 2525 --to smtp://mail.example.com"');
  refusePositionals(args, 'record');
  const most = wholeNumber(args, 'sessions', 1) ?? Number.POSITIVE_INFINITY;
  const plan = await probe(to, 'connect', args, terminal);
  const url = urlOf(plan, to);
  const target = plan.scenarios.map((each) => withTls(each, requestedTls(args, terminal)))[0]?.connections.get('');
  const { address } = url;
  if (address.to === 'command' || target === undefined)
    throw new ArgumentError(`Cannot record a session with "${to}": it is a program`);
  const sources = { files: createFileCache(), fill: String };
  const options = await readTlsOptions(target.options.tls, hostOf(url), sources).catch((error: unknown) => {
    throw new ArgumentError(systemReason(error));
  });
  const tls = { ...options, watchEnd: true };
  const folder = resolve(terminal.cwd, args.value('output') ?? 'recorded');
  await mkdir(folder, { recursive: true });
  const { key, chain } = await (await createAuthority()).issue({
    names: [hostOf(url) ?? 'localhost', 'localhost', '127.0.0.1'],
  });
  const ended = new AbortController();
  terminal.signal.addEventListener('abort', () => ended.abort());
  let over = 0;
  const implicitTls = url.implicitTls && !args.has('plain');
  const proxy = await startProxy({
    ...{ host, port, implicitTls, tls, protocol: url.protocol },
    upstream: { address, ...(url.implicitTls && { tls }) },
    secureContext: secureContextFor({ key: Buffer.from(key), cert: Buffer.from(chain) }),
    signal: ended.signal,
    clock: () => performance.now(),
    async onSession(session) {
      await write(session, { folder, protocol: url.protocol, server: to, terminal });
      if (++over >= most) ended.abort();
    },
  }).catch((error: unknown) => {
    throw new ArgumentError(`Cannot listen on ${writeHostAndPort(host, port)}: ${systemReason(error)}`);
  });
  terminal.stderr.write(
    `recording on ${writeHostAndPort(host, proxy.port)}${implicitTls ? ' with TLS' : ''}, to ${to}; Ctrl-C ends\n`,
  );
  await proxy.closed;
  terminal.stderr.write(`${many(over, 'session')} recorded\n`);
  return 0;
};

function hostOf({ address }: ServerUrl): string | undefined {
  return address.to === 'network' ? address.host : undefined;
}

interface Place {
  readonly folder: string;
  readonly protocol: ServerUrl['protocol'];
  readonly server: string;
  readonly terminal: Terminal;
}

/** Does not overwrite files, so that sessions of earlier runs are kept. */
async function write(
  { number, lines, trouble }: ProxySession,
  { folder, protocol, server, terminal }: Place,
): Promise<void> {
  const { transcript, scenario } = filesOf(lines, { protocol, server, title: `Recorded session ${number}` });
  for (let name = number; ; name++) {
    const base = join(folder, `session-${String(name).padStart(3, '0')}`);
    try {
      await writeFile(`${base}.txt`, transcript, { flag: 'wx' });
      if (scenario !== undefined) await writeFile(`${base}.yaml`, scenario, { flag: 'wx' });
      terminal.stderr.write(`session ${number}: ${base}.txt${trouble === undefined ? '' : `; ${trouble}`}\n`);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      terminal.stderr.write(`error: cannot write session ${number}: ${systemReason(error)}\n`);
      return;
    }
  }
}
