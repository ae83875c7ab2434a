/** A server's protocol, by its greeting. */
export type Speaks = 'smtp' | 'imap' | 'pop3' | 'sieve';

/** The purpose of a server, by the names in the packs. */
export const roles = ['mx', 'submission', 'submissions', 'imap', 'imaps', 'pop3', 'pop3s', 'sieve'] as const;
export type Role = (typeof roles)[number];

export interface RoleFacts {
  readonly scheme: string;
  /** The port registered with IANA. */
  readonly port: number;
  readonly speaks: Speaks;
  readonly implicitTls: boolean;
  /** RFC 6186 section 3, RFC 8314 section 5.1, RFC 5804 section 1.8. */
  readonly srv?: string;
  /** Names that such servers usually have in the domain; MX hosts are tried before them. */
  readonly usual: readonly string[];
}

export const roleFacts: Readonly<Record<Role, RoleFacts>> = {
  mx: { scheme: 'smtp', port: 25, speaks: 'smtp', implicitTls: false, usual: [] },
  submission: submission('smtp', 587, false, '_submission._tcp'),
  submissions: submission('smtps', 465, true, '_submissions._tcp'),
  imap: mailbox('imap', 143, false, ['imap', 'mail']),
  imaps: mailbox('imaps', 993, true, ['imap', 'mail']),
  pop3: mailbox('pop3', 110, false, ['pop', 'pop3', 'mail']),
  pop3s: mailbox('pop3s', 995, true, ['pop', 'pop3', 'mail']),
  sieve: {
    scheme: 'sieve',
    port: 4190,
    speaks: 'sieve',
    implicitTls: false,
    srv: '_sieve._tcp',
    usual: ['imap', 'mail'],
  },
};

function submission(scheme: string, port: number, implicitTls: boolean, srv: string): RoleFacts {
  return { scheme, port, speaks: 'smtp', implicitTls, srv, usual: ['smtp', 'mail'] };
}

function mailbox(
  scheme: 'imap' | 'imaps' | 'pop3' | 'pop3s',
  port: number,
  implicitTls: boolean,
  usual: readonly string[],
): RoleFacts {
  return {
    scheme,
    port,
    speaks: scheme.startsWith('imap') ? 'imap' : 'pop3',
    implicitTls,
    srv: `_${scheme}._tcp`,
    usual,
  };
}

export function isRole(name: string): name is Role {
  return roles.some((role) => role === name);
}

/** The role that a port is registered for. */
export function roleOfPort(port: number): Role | undefined {
  return roles.find((role) => roleFacts[role].port === port);
}
