import { fileText } from '../authoring/document.ts';
import type { Written } from '../authoring/written.ts';
import { ArgumentError, type Diagnostic, DiagnosticError } from '../diagnostic.ts';
import type { Plan, Scenario } from '../plan.ts';
import { load } from '../project/load.ts';
import { parseServerUrl, type ServerUrl } from '../protocol/server-url.ts';
import type { TlsOptions } from '../server-options.ts';
import type { Arguments, Terminal } from './command.ts';

/** The only argument of a command that connects to one server. */
export function serverFrom({ positionals }: Arguments, command: string): string {
  const [server, ...more] = positionals;
  if (server === undefined || more.length > 0)
    throw new ArgumentError(
      `Cannot connect: ${server === undefined ? 'no server is named' : 'several servers are named'}`,
      `Write "mailspec ${command} smtp://mail.example.com"`,
    );
  return server;
}

/** The project options of such a command. */
export function serverOptions(server: string, args: Arguments, { cwd, env, learn }: Terminal) {
  const [, socket] = /^[a-z0-9]+\+unix:(.+)$/i.exec(server) ?? [];
  return {
    ...(socket !== undefined && { sockets: [socket] }),
    cwd,
    env,
    config: args.value('config'),
    profile: args.value('profile'),
    timeout: args.value('timeout'),
    onSecrets: learn,
  };
}

/** A scenario file with these steps. */
export function singleScenario(name: string, server: string, steps: readonly Written[]): string {
  return fileText({
    suite: name,
    server,
    defaults: {},
    scenarios: [{ name, requires: [], comments: [], steps: steps.map((step) => ({ step, comments: [] })) }],
    comments: [],
  });
}

/** A plan with only this server and step; throws if the server, or a name in the step, is unknown. */
export async function probe(server: string, step: Written, args: Arguments, terminal: Terminal): Promise<Plan> {
  const text = singleScenario('probe', server, [step, { expect: { within: '1s' } }]);
  try {
    const { plan } = await load({ ...serverOptions(server, args, terminal), targets: [{ path: probed, text }] });
    return plan;
  } catch (error) {
    throw error instanceof DiagnosticError ? new DiagnosticError(error.diagnostics.map(withoutFile)) : error;
  }
}

const probed = 'probe';

/** Without a place, since the file is ours and the user has never seen it. */
function withoutFile({ span, place: _, ...diagnostic }: Diagnostic): Diagnostic {
  if (span?.file.path !== probed) return { ...diagnostic, ...(span && { span }) };
  if (diagnostic.code !== 'server.unknown' || diagnostic.near !== undefined) return diagnostic;
  return { ...diagnostic, hint: 'Write a URL, such as smtp://mail.example.com, or a server of the configuration' };
}

/** Whether the configuration has a password. */
export async function hasPassword(server: string, args: Arguments, terminal: Terminal): Promise<boolean> {
  const login = { authenticate: { mechanism: 'PLAIN', user: 'x', password: '${password}' } };
  return probe(server, login, args, terminal).then(
    () => true,
    () => false,
  );
}

/** The URL of the plan's only server. */
export function urlOf({ scenarios }: Plan, server: string): ServerUrl {
  const url = scenarios[0]?.connections.get('')?.url;
  if (typeof url !== 'string') throw new ArgumentError(`Cannot use the server "${server}": its URL is not known yet`);
  return parseServerUrl(url);
}

/** The scenario, with TLS options that override those of its servers. */
export function withTls(scenario: Scenario, tls: TlsOptions): Scenario {
  const connections = [...scenario.connections].map(([name, target]) => {
    const { options } = target;
    return [name, { ...target, options: { ...options, tls: { ...options.tls, ...tls } } }] as const;
  });
  return { ...scenario, connections: new Map(connections) };
}
