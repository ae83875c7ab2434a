import type { Group } from './groups.ts';

/** The test accounts. Passwords are never written. */
export interface Accounts {
  readonly user?: string;
  readonly recipient?: string;
}

export interface Settings {
  readonly group: Group;
  readonly domain?: string;
  readonly accounts: Accounts;
  readonly resolver?: string;
}

/** The variables for the packs. */
function variablesOf({ group, domain, accounts, resolver }: Settings): Readonly<Record<string, string>> {
  const { user, recipient = user } = accounts;
  return {
    ...(domain !== undefined && { domain }),
    ...(group.hostname !== undefined && { hostname: group.hostname }),
    ...(user !== undefined && { user }),
    ...(recipient !== undefined && { recipient }),
    ...(resolver !== undefined && { resolver }),
  };
}

/** The configuration of one run, as JSON, which is valid YAML. */
export function configurationOf(settings: Settings): string {
  // An audit takes seconds, so checks that wait for minutes are left to "mailspec run".
  const variables = { ...variablesOf(settings), idle_kept: '', silence_kept: '' };
  return JSON.stringify({ servers: settings.group.servers, variables });
}

export interface Saved {
  /** `mailspec audit example.com`, or `mailspec init`. */
  readonly by: string;
  /** The policy of docs/mailspec.example.yaml, commented out. */
  readonly policy: string;
  /** The packs that were run. */
  readonly packs: readonly string[];
  /** A folder of scenarios. */
  readonly scenarios?: string;
}

/** The same as a file for a person to keep and change. */
export function configurationFile(settings: Settings, { by, policy, packs, scenarios }: Saved): string {
  const { user, recipient } = settings.accounts;
  const variables = Object.entries(variablesOf(settings));
  const secrets = [
    ...(user === undefined ? [] : ['  password: "${env.MAIL_PASSWORD}"']),
    ...(recipient === undefined
      ? user === undefined
        ? []
        : ['  recipient_password: "${env.MAIL_PASSWORD}"']
      : ['  recipient_password: "${env.MAIL_PASSWORD_2}"']),
  ];
  const servers = Object.entries(settings.group.servers).map(([name, { url, tls, local_address: from }]) => {
    const more = [
      ...(tls === undefined ? [] : [`tls: ${flow(tls)}`]),
      ...(from === undefined ? [] : [`local_address: ${from}`]),
    ];
    return `  ${name}: ${more.length === 0 ? url : `{ ${[`url: ${JSON.stringify(url)}`, ...more].join(', ')} }`}`;
  });
  return [
    `# Written by "${by}". The same checks again, without the grades:`,
    `# mailspec run ${packs.join(' ')}`,
    ...(scenarios === undefined
      ? []
      : ['', '# Your own scenarios: what "mailspec run" runs.', `scenarios: [${scenarios}]`]),
    '',
    '# By the names that the packs have for them. What needs a server that is not here is skipped.',
    'servers:',
    ...servers,
    '',
    ...(variables.length === 0
      ? []
      : ['variables:', ...variables.map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`), '']),
    ...(secrets.length === 0
      ? [
          '# With accounts for tests (user, recipient) logins, submission and delivery are checked as well; passwords:',
          '# secrets: { password: "${env.MAIL_PASSWORD}", recipient_password: "${env.MAIL_PASSWORD_2}" }',
        ]
      : ['# Passwords come from the environment; no output shows them.', 'secrets:', ...secrets]),
    '',
    policy.trimEnd(),
    '',
  ].join('\n');
}

function flow(record: Readonly<Record<string, string | undefined>>): string {
  return `{ ${Object.entries(record)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(', ')} }`;
}
