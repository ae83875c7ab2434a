import { join } from 'node:path';
import { startEmbeddedServer } from '../demo-server/server.ts';
import { ArgumentError } from '../diagnostic.ts';
import { packageRoot } from '../package-root.ts';
import { load } from '../project/load.ts';
import { rerunCommand } from '../project/rerun.ts';
import type { ScenarioResult } from '../result.ts';
import { refusePositionals } from './arguments.ts';
import { calledAs } from './called-as.ts';
import type { Main, Terminal } from './command.ts';
import { refuseExisting, writeNew } from './configuration-file.ts';
import { play } from './run.ts';

const domain = 'example.test';
const accounts = [
  { user: `alice@${domain}`, password: 'wonderland', aliases: [`postmaster@${domain}`] },
  { user: `bob@${domain}`, password: 'builder' },
] as const;

export const main: Main = async (args, terminal) => {
  refusePositionals(args, 'demo');
  const file = args.value('write');
  if (file !== undefined && !args.has('serve')) throw new ArgumentError('"--write" requires "--serve"');
  if (file !== undefined) await refuseExisting(file, terminal);
  const server = await startEmbeddedServer({ accounts });
  try {
    const config = demoConfig(server.addresses, server.ca);
    if (args.has('serve')) return await serve(config, file, terminal);
    const loaded = await load({
      targets: ['mailspec:tour/tour'],
      cwd: terminal.cwd,
      env: {},
      config: { path: 'demo', text: config },
    });
    terminal.stdout.write('A built-in mail server is running on free ports of this machine. The tour:\n\n');
    const failed: ScenarioResult[] = [];
    const status = await play(loaded.plan, {
      args,
      terminal,
      parallel: 1,
      rerun: rerunCommand({}),
      isTour: true,
      onResult: (result) => {
        if (result.problem !== undefined) failed.push(result);
      },
    });
    const asMeant = failed.length === 1 && failed.every(({ scenario }) => scenario.tags.includes('on-purpose'));
    return asMeant && status === 1 ? explain(terminal) : status === 0 ? 1 : status;
  } finally {
    await server.stop();
  }
};

/** The configuration for the embedded server: `--serve` prints it, and the tour runs with it. */
function demoConfig(addresses: Readonly<Record<string, string>>, ca: string): string {
  const servers = Object.entries(addresses).map(
    ([name, url]) => `  ${name}: { url: "${url}", tls: { ca: "${ca}", servername: localhost } }`,
  );
  return [
    'servers:',
    ...servers,
    'variables:',
    `  domain: ${domain}`,
    `  user: ${accounts[0].user}`,
    `  recipient: ${accounts[1].user}`,
    '  relay_domain: elsewhere.example',
    `secrets: { password: ${accounts[0].password} }`,
    '',
  ].join('\n');
}

async function serve(config: string, file: string | undefined, terminal: Terminal): Promise<number> {
  if (file === undefined) terminal.stdout.write(config);
  else await writeNew(file, config, terminal);
  const saved = file === undefined ? 'Save the lines above as mailspec.yaml' : `Its configuration is in ${file}`;
  terminal.stderr.write(`The server runs until Ctrl-C. ${saved}; run scenarios against it in another terminal.\n`);
  if (!terminal.signal.aborted) {
    await new Promise<void>((resolve) => {
      // The listening server keeps the process alive until the signal aborts.
      terminal.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
  return 0;
}

/** The tour has one intentional failure, so this run is a success. */
function explain(terminal: Terminal): number {
  const program = calledAs(terminal);
  terminal.stdout.write(
    [
      '',
      'That failure is there on purpose, to show what one looks like. "mailspec run" exits with 1 after a failure;',
      'this demo went as it should, and exits with 0.',
      '',
      `Read the scenarios:   ${join(packageRoot(), 'scenarios', 'tour', 'tour.yaml')}`,
      `Try your own:         ${program} demo --serve --write mailspec.yaml   (and in another terminal)   ${program} run my.yaml`,
      '',
    ].join('\n'),
  );
  return 0;
}
