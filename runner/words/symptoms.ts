import { farewell, isAcceptance, isCommand, isLogin, replyText } from '../causes/exchange.ts';
import { lacksFolder, signOf } from '../causes/sign.ts';
import { wantsTlsFirst } from '../causes/tls-first.ts';
import { schemeOf } from '../protocol/server-url.ts';
import type { Problem, ScenarioResult } from '../result.ts';
import { signHints } from './sign-hints.ts';

/** A symptom, and what it usually means. */
interface Row {
  /** Its name in the documentation. */
  readonly symptom: string;
  readonly when: (problem: Problem) => boolean;
  /** The hint, for a connection with this scheme. */
  readonly says: (scheme: string) => string;
  /** A scheme with which the symptom occurs, if that matters. */
  readonly example?: string;
}

/** Greetings by protocol: they show which protocol a port has, whatever its URL says. */
const greetings = [
  { protocol: 'SMTP', scheme: 'smtp', greeting: /^220[ -]/, on: 'imap' },
  { protocol: 'IMAP', scheme: 'imap', greeting: /^\* (?:OK|PREAUTH|BYE)\b/, on: 'smtp' },
  { protocol: 'POP3', scheme: 'pop3', greeting: /^\+OK\b/, on: 'imap' },
] as const;

/** The first matching row counts, so more specific rows come first. */
export const symptoms: readonly Row[] = [
  {
    symptom: 'Silence instead of a greeting',
    example: 'imap',
    when: (problem) => isSilent(problem) && isGreeting(problem) && tlsScheme(problem) !== undefined,
    says: silence,
  },
  {
    symptom: "Silence after STARTTLS's handshake",
    // RFC 3207 section 4.2, RFC 9051 section 6.2.1, RFC 2595 section 4: the client speaks first.
    when: (problem) => isSilent(problem) && problem.evidence?.action?.kind === 'handshake',
    says: () =>
      'After the handshake, the server sends nothing by itself, no second greeting either: remove this "expect", or send a command before it',
  },
  {
    symptom: 'A greeting that no step expects',
    // RFC 5321 section 4.3.2: 220 is the reply to a connection and to STARTTLS.
    when: (problem) => problem.evidence?.reply?.status === '220' && isCommand(problem, /^(?!STARTTLS\b)/i),
    says: () => 'The server speaks first: begin the dialogue with an "expect" for its greeting',
  },
  ...greetings.map(
    ({ protocol, scheme: spoken, greeting, on }): Row => ({
      symptom: `The greeting of ${protocol}, where the URL names another protocol`,
      example: on,
      when: (problem) => isGreeting(problem) && isViolation(problem, greeting),
      says: (scheme) =>
        `The port speaks ${protocol}: write "${schemeOf(`${scheme}:`)?.implicitTls ? `${spoken}s` : spoken}:" instead of "${scheme}:", or use the right port`,
    }),
  ),
  {
    symptom: 'A literal that is shorter than announced',
    when: ({ mismatches }) => mismatches.some(({ actual }) => 'literal' in actual && actual.literal !== undefined),
    says: () =>
      'If octets of a literal do not come, the server usually counts them wrong, for example because another program changed a message file: its log says which',
  },
  {
    symptom: 'An answer to the TLS handshake that is not TLS',
    example: 'imaps',
    when: (problem) => handshake(problem) === 'not TLS' && speaksTlsFirst(problem),
    says: (scheme) =>
      `An answer that is not TLS usually means that the port speaks plain text first: write "${scheme.replace(/s$/, '')}:" instead of "${scheme}:", and STARTTLS in the dialogue. It may also expect a PROXY header`,
  },
  {
    symptom: 'The connection is closed at the ClientHello',
    when: (problem) => handshake(problem) === 'closed',
    says: () =>
      'A connection closed at the ClientHello usually means that the server has no certificate, or cannot read it or its key, or that a proxy, a firewall or TCP wrappers before it refuse this client: its log says which',
  },
  {
    // Postfix does the same if it cannot read smtpd_tls_chain_files.
    symptom: 'The TLS handshake is refused',
    when: (problem) => handshake(problem) === 'refused',
    says: () =>
      'A refused handshake usually means that the server could not load its certificate or key, or that none of the versions and ciphers that it allows fits: its log says which',
  },
  {
    symptom: '`temporary` in the reply to a login',
    when: (problem) =>
      isLogin(problem) &&
      ((isRefused(problem) && temporary.test(replyText(problem))) || temporary.test(farewell(problem))),
    says: () =>
      "A temporary problem at login usually means that one of the server's authentication backends is down: a database, an LDAP server or a socket, not the password",
  },
  {
    symptom: '`chdir`, `Maildir` or `home directory` in the reply to a login, or the connection is closed after it',
    when: (problem) =>
      isLogin(problem) && ((isRefused(problem) && lacksFolder(problem)) || problem.code === 'connection.closed'),
    says: () =>
      'If the password is right, this usually means that the user has no home directory or no Maildir, or that the server may not enter it',
  },
  {
    symptom: '538, `PRIVACYREQUIRED`, `TLS required` and other refusals of a login without TLS',
    when: (problem) => isRefused(problem) && wantsTlsFirst(problem),
    says: () => 'The server wants TLS before this login: put STARTTLS before it',
  },
  {
    // Postfix's "authentication not enabled", Exim's "AUTH command used when not advertised".
    symptom: '503 to AUTH',
    when: (problem) => isCommand(problem, /^AUTH\b/i) && replies(/^503$/)(problem),
    says: () =>
      '503 to AUTH usually means that the server wants TLS before a login: put STARTTLS before it; over TLS, that this port has no login',
  },
  {
    symptom: 'A login that is not answered in time',
    when: (problem) => isLogin(problem) && isSilent(problem),
    says: () =>
      'A late answer to a login often means that the server delays logins from an address after failed ones (Dovecot by up to 15 s): give the step or the server a longer timeout; otherwise its authentication backend hangs',
  },
  {
    symptom: '`Invalid authentication mechanism` and the like in the reply to a login',
    when: (problem) => isLogin(problem) && isRefused(problem) && signOf(problem, { transcript: [] }) === 'no mechanism',
    says: () =>
      'The server does not have this mechanism: enable it there, or log in with one that the server advertises',
  },
  {
    symptom: '535, `AUTHENTICATIONFAILED` and other refusals of a login',
    when: (problem) => isLogin(problem) && isRefused(problem) && isCredentialsRefusal(problem),
    says: () =>
      'If the password is right, this usually means that the server knows the user by another form of the name: try it with the domain (alice@example.com), or without (alice)',
  },
  {
    symptom: '530 with `STARTTLS`',
    when: replies(/^530$/, /\bSTARTTLS\b/i),
    says: () => '530 with STARTTLS means that the server wants TLS first: put STARTTLS before this command',
  },
  {
    symptom: '530',
    when: replies(/^530$/),
    says: () => '530 usually means that the server wants a login before this command',
  },
  {
    symptom: '`Authentication required` in another refusal',
    when: replies(/^5\d\d$/, /\bauthentication required\b|\bmust issue an AUTH\b/i),
    says: () => 'The server wants a login before this command',
  },
  {
    symptom: '554 5.7.1 with `Client host rejected`',
    when: replies(/^55[04]$/, /\b5\.7\.1\b.*\bclient host rejected\b/i),
    says: () =>
      '"Client host rejected" usually means that the server wants a login before this command, as on a submission port, or that a table of clients refuses this address',
  },
  {
    symptom: '550 5.1.1',
    when: replies(/^550$/, /\b5\.1\.1\b/),
    says: () =>
      '550 5.1.1 usually means that the mailbox does not exist: look at the address, and at the maps of recipients',
  },
  {
    symptom: '`User unknown`, `Unrouteable address`, `Invalid recipient` and the like for a recipient, without 5.1.1',
    when: (problem) => isCommand(problem, /^RCPT\b/i) && replies(/^55[0-3]$/, unknownMailbox)(problem),
    says: () =>
      'These words usually mean that the mailbox does not exist: look at the address, and at the tables of recipients and domains',
  },
  {
    symptom: '501, 550 or 553 5.1.7',
    when: replies(/^(?:501|55[03])$/, /\b5\.1\.7\b/),
    says: () => "5.1.7 usually means that the syntax of the sender's address is wrong",
  },
  {
    symptom: '550 or 553 5.1.8',
    when: replies(/^55[03]$/, /\b5\.1\.8\b/),
    says: () => "5.1.8 usually means that the sender's domain has neither an MX nor an address record",
  },
  {
    symptom: '501 to MAIL or RCPT', // Exim gives no 5.1.7
    when: (problem) => isCommand(problem, /^(?:MAIL|RCPT)\b/i) && replies(/^501$/)(problem),
    says: () => '501 usually means that the syntax of the address, or of a parameter after it, is wrong',
  },
  ...signHints.map(
    ({ sign, symptom, says }): Row => ({
      symptom,
      when: (problem) => isRefused(problem) && signOf(problem, { transcript: [] }) === sign,
      says: () => says,
    }),
  ),
  {
    // Exim's wording.
    symptom: '`Verification failed for` or `Sender verify failed`',
    when: replies(/^55\d$/, /\bverification failed for\b|\bsender verify failed\b/i),
    says: () =>
      "A sender that cannot be verified usually means that its domain has neither an MX nor an address record, or that the domain's server does not know the address",
  },
  {
    symptom: '513, 550, 553 or 554 5.7.1 with `relay` or `rcpthosts`',
    // Courier's wording is 513; qmail's mentions its list of domains.
    when: replies(
      /^(?:513|55[034])$/,
      /\b5\.7\.1\b.*\brelay|\brelay(?:ing)?\b.*\b(?:denied|not permitted|not allowed|prohibited)\b|\brcpthosts\b/i,
    ),
    says: () =>
      '"Relaying denied" usually means that the domain is not one of the server\'s own, and that the client has not logged in',
  },
];

function silence(scheme: string): string {
  return `Silence where a greeting is due usually means that the port speaks TLS first: write "${scheme}s:" instead of "${scheme}:". A slow server may need a longer timeout`;
}

/** A hint for a scenario whose own time limit ended it; the transcript shows whether anything arrived. */
export function silenceHint(problem: Problem, { transcript }: Pick<ScenarioResult, 'transcript'>): string | undefined {
  if (problem.code !== 'scenario.timeout' || problem.evidence?.action?.kind !== 'greeting') return undefined;
  if (transcript.some(({ from }) => from === 'server') || tlsScheme(problem) === undefined) return undefined;
  return silence(problem.evidence.protocol ?? '');
}

function isGreeting({ evidence }: Problem): boolean {
  return evidence?.action === undefined || evidence.action.kind === 'greeting';
}

/** The wordings of Exim, OpenSMTPD, Courier, Sendmail and others. */
const unknownMailbox =
  /\buser unknown\b|\bunknown user\b|\bunrouteable address\b|\binvalid recipient\b|\bno such (?:user|mailbox|recipient)\b|\bmailbox (?:not found|unknown|does not exist)\b/i;

function isViolation({ code, mismatches }: Problem, pattern: RegExp): boolean {
  return (
    code === 'protocol.violation' &&
    mismatches.some(({ actual }) => actual.kind === 'violation' && pattern.test(actual.text))
  );
}

function isSilent({ code, mismatches }: Problem): boolean {
  return code === 'reply.timeout' && mismatches.some(({ actual }) => actual.kind === 'silence');
}

/** `imaps` for `imap`, if there is such a scheme. */
function tlsScheme({ evidence }: Problem): string | undefined {
  const facts = schemeOf(`${evidence?.protocol}s:`);
  return facts?.implicitTls ? facts.scheme : undefined;
}

function speaksTlsFirst({ evidence }: Problem): boolean {
  return schemeOf(`${evidence?.protocol}:`)?.implicitTls === true;
}

function handshake({ evidence }: Problem): string | undefined {
  return evidence?.fault?.kind === 'handshake' ? evidence.fault.how : undefined;
}

/** Whether the reply refuses what should be accepted. If a refusal was expected, only its kind is wrong. */
function isRefused({ code, evidence, mismatches }: Problem): boolean {
  if (!/^(?:[45]\d\d|NO|-ERR)$/i.test(evidence?.reply?.status ?? '')) return false;
  const [first] = mismatches;
  return code === 'auth.failed' || (code === 'reply.mismatch' && first !== undefined && isAcceptance(first.expected));
}

const temporary = /\btemporar(?:y|ily)\b/i;

/** RFC 4954 section 6: 535; RFC 5530 section 3: AUTHENTICATIONFAILED; POP3 has only wordings. */
function isCredentialsRefusal(problem: Problem): boolean {
  return (
    problem.evidence?.reply?.status === '535' ||
    /AUTHENTICATIONFAILED|authentication failed|log ?in (?:failed|incorrect)|invalid (?:login|user|credentials)/i.test(
      replyText(problem),
    )
  );
}

function replies(status: RegExp, text = /^/): Row['when'] {
  return (problem) =>
    isRefused(problem) && status.test(problem.evidence?.reply?.status ?? '') && text.test(replyText(problem));
}
