/** The names that every scenario can use. */
export const builtIn: readonly string[] = ['scenario.id', 'run.id', 'now', 'index', 'server.host', 'server.port'];

/** Variables that often occur in replies, in the order in which they are searched for. */
export const spoken: readonly string[] = [
  'user',
  'recipient',
  'unknown_user',
  'full_user',
  'hostname',
  'sender',
  'domain',
  'relay_domain',
  'helo',
];

/** Defaults, which the configuration overrides; those that use another variable are included only if it is defined. */
export function defaultsFor(configured: ReadonlySet<string>): Readonly<Record<string, string>> {
  const domain = configured.has('domain') || configured.has('user') || configured.has('recipient');
  const all: readonly (readonly [name: string, value: string, given: boolean])[] = [
    ['helo', 'client.example', true],
    ['sender', 'someone@somewhere.example', true],
    ['relay_domain', 'elsewhere.example', true],
    ['domain', configured.has('user') ? '${user|domain}' : '${recipient|domain}', domain],
    ['recipient', '${user}', configured.has('user')],
    ['unknown_user', 'mailspec-nobody@${domain}', domain],
  ];
  return Object.fromEntries(all.flatMap(([name, value, given]) => (given ? [[name, value] as const] : [])));
}
