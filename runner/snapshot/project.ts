import type { Written } from '../authoring/written.ts';
import { DiagnosticError } from '../diagnostic.ts';
import { load } from '../project/load.ts';
import type { LoadOptions } from '../project/options.ts';
import { protocols } from '../protocol/protocols.ts';
import { parseServerUrl } from '../protocol/server-url.ts';
import { type WatchedPath, watchedBy } from '../steps.ts';
import { defaultsFor, spoken } from './names.ts';
import type { Known } from './reason.ts';
import type { Named } from './survey.ts';

export interface Project extends Known {
  /** In the order of the configuration; of servers with the same address, only the first. */
  readonly servers: readonly Named[];
  readonly defaults: Readonly<Record<string, string>>;
  /** The names of variables with a value. */
  readonly variables: ReadonlySet<string>;
  readonly domain: string | undefined;
  readonly root: string;
  readonly parallel: number | undefined;
}

const some: Written = [{ expect: { within: '1s' } }];
const looked = ['smtp', 'lmtp', 'imap', 'pop3', 'sieve'] as const;

/** Reads the configuration, with only the servers in `only`. Throws a `DiagnosticError` for its errors. */
export async function readProject(options: LoadOptions, only?: readonly string[]): Promise<Project> {
  const first = await planned(options, [{ name: 'nothing', server: 'tcp://localhost:1', dialogue: some }], {});
  const { config } = first;
  const configured = new Set([
    ...config.variables.keys(),
    ...Object.keys(options.variables ?? {}),
    ...Object.keys(options.secrets ?? {}),
  ]);
  const defaults = Object.fromEntries(
    Object.entries(defaultsFor(configured)).filter(([name]) => !configured.has(name)),
  );
  const variables = new Set([...configured, ...Object.keys(defaults)]);
  const open = spoken.filter((name) => variables.has(name) && !config.secretNames.has(name));
  const servers = only ?? [...new Set([...config.servers.keys(), ...Object.keys(options.servers ?? {})])];
  const { plan } = await planned(
    options,
    [
      ...servers.map((server) => ({ name: `server ${server}`, server, dialogue: some })),
      ...open.map((name) => ({ name: `${name}=\${${name}}`, server: 'tcp://localhost:1', dialogue: some })),
    ],
    defaults,
  );
  const names = new Map<string, string>();
  for (const { name } of plan.scenarios.slice(servers.length)) {
    const at = name.indexOf('=');
    const value = name.slice(at + 1);
    if (value !== '' && !names.has(value)) names.set(value, name.slice(0, at));
  }
  const addresses = new Set<string>();
  const found = servers.flatMap((name, index): readonly Named[] => {
    const target = plan.scenarios[index]?.connections.get('');
    if (target === undefined || typeof target.url !== 'string') return [];
    const { protocol, implicitTls, address, scheme } = named(target.url);
    if (protocol === undefined || address === undefined) return [];
    // With a client certificate, the server may treat the client differently.
    const key = JSON.stringify([address, target.options.proxyProtocol, target.options.tls.cert !== undefined]);
    if (addresses.has(key)) return [];
    addresses.add(key);
    return [{ name, scheme, protocol, implicitTls }];
  });
  const secrets = new Map(
    plan.secrets.flatMap(({ name, forms }) => forms.slice(0, 1).map((form) => [form, name] as const)),
  );
  const domain = [...names].find(([, name]) => name === 'domain')?.[0];
  return { servers: found, domain, defaults, variables, names, secrets, root: first.root, parallel: config.parallel };
}

/**
 * The mailboxes on disk that the configuration names and scenarios may read: the recipient's, and the account's, to
 * which a server returns what it cannot deliver.
 */
export async function mailboxesIn(
  options: LoadOptions,
  { variables }: Pick<Project, 'variables'>,
): Promise<readonly WatchedPath[]> {
  const found: WatchedPath[] = [];
  for (const name of ['recipient_maildir', 'maildir'].filter((each) => variables.has(each))) {
    const dialogue: Written = [{ maildir: `\${${name}}`, expect: 0 }];
    try {
      const { plan } = await planned(options, [{ name, server: 'tcp://localhost:1', dialogue }], {});
      found.push(...plan.scenarios.flatMap((each) => each.dialogue).flatMap((step) => watchedBy(step)?.file ?? []));
    } catch (error) {
      // A scenario that reads it reports why it may not.
      if (!(error instanceof DiagnosticError)) throw error;
    }
  }
  return found;
}

function named(url: string) {
  const parsed = parseServerUrl(url);
  const protocol = looked.find((each) => protocols[each] === parsed.protocol);
  return {
    protocol,
    implicitTls: parsed.implicitTls,
    scheme: parsed.scheme,
    address: parsed.address.to === 'command' ? undefined : parsed.address,
  };
}

async function planned(
  options: LoadOptions,
  scenarios: readonly Written[],
  defaults: Readonly<Record<string, string>>,
) {
  const text = JSON.stringify({ suite: 'snapshot', ...(Object.keys(defaults).length > 0 && { defaults }), scenarios });
  return load({ ...options, targets: [{ path: 'snapshot.yaml', text }] });
}
