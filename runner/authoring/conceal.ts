import type { Protocol } from '../protocol/protocol.ts';
import type { GivenCredentials } from '../protocol/sasl.ts';
import {
  announcedSecret,
  announcedUser,
  decodeResponse,
  hiddenExchange,
  isPlaceholder,
  ownLogin,
  readExchange,
  type SaslCommand,
  saslCommand,
  unhidden,
} from './credentials.ts';
import type { Exchange } from './exchange.ts';
import { isEnd } from './expectation.ts';
import type { Vocabulary } from './generalize.ts';
import { leftOver } from './left-over.ts';

export interface Concealed extends Vocabulary {
  /** Logins that could be read are one step each. */
  readonly exchanges: readonly Exchange[];
}

/**
 * Finds the logins of a session: users get the name `user`, passwords `password`, tokens `token`, and further ones a
 * number. Anything unreadable that a login sent is a secret as a whole.
 */
export function conceal(
  exchanges: readonly Exchange[],
  protocol: Protocol,
  known?: Vocabulary,
  comments: readonly string[] = [],
): Concealed {
  const names = new Map(known?.names);
  const secrets = new Map(known?.secrets);
  const keeper: Keeper = {
    user: (value) => keep(names, value, 'user'),
    secret: (value, name = 'password') => keep(secrets, value, name),
  };
  const written: Exchange[] = [];
  for (let at = 0; at < exchanges.length; ) {
    const login = loginAt(exchanges, at, protocol, keeper);
    written.push(...login.exchanges);
    at += login.length;
  }
  for (const value of leftOver([...linesIn(written), ...comments])) keeper.secret(value);
  // A name that is a secret elsewhere remains a secret.
  for (const value of secrets.keys()) names.delete(value);
  return { exchanges: written, names, secrets };
}

interface Keeper {
  readonly user: (value: string) => void;
  readonly secret: (value: string, name?: string) => void;
}

function keep(map: Map<string, string>, value: string, name: string): void {
  if (value === '' || map.has(value)) return;
  const taken = new Set(map.values());
  let free = name;
  for (let count = 2; taken.has(free); count++) free = `${name}_${count}`;
  map.set(value, free);
}

interface Login {
  readonly exchanges: readonly Exchange[];
  /** How many exchanges it replaces. */
  readonly length: number;
}

function loginAt(all: readonly Exchange[], at: number, protocol: Protocol, keeper: Keeper): Login {
  const exchange = shownIn(all[at] as Exchange);
  const { did } = exchange;
  if (did.kind === 'login') noteCredentials(did.credentials, keeper);
  if (did.kind === 'pipeline') {
    const inner = did.exchanges.map(
      (each, index) => loginAt(did.exchanges, index, protocol, keeper).exchanges[0] ?? each,
    );
    // A login in a pipeline stays as it was sent, since nothing waits for its challenges.
    const kept = inner.map((each, index) => (each.did.kind === 'line' ? each : (did.exchanges[index] ?? each)));
    return { exchanges: [{ ...exchange, did: { ...did, exchanges: kept } }], length: 1 };
  }
  if (did.kind === 'parts') noteParts(did.parts, protocol, keeper);
  if (did.kind === 'raw') for (const line of did.octets.split(/\r?\n/)) noteLine(line, protocol, keeper);
  if (did.kind !== 'line') return { exchanges: [exchange], length: 1 };
  const sasl = saslCommand(did.text, protocol);
  if (sasl !== undefined) return saslAt(all, at, sasl, protocol, keeper);
  const own = ownLogin(did.text, protocol);
  if (own !== undefined) {
    const credentials = visibleIn(own.credentials);
    noteCredentials(credentials, keeper);
    for (const secret of own.secrets) if (!isPlaceholder(secret)) keeper.secret(secret);
    return { exchanges: [loginExchange(exchange, own.mechanism, credentials)], length: 1 };
  }
  noteLine(did.text, protocol, keeper);
  return { exchanges: [exchange], length: 1 };
}

function shownIn(exchange: Exchange): Exchange {
  const { did } = exchange;
  return did.kind === 'line' ? { ...exchange, did: { ...did, text: unhidden(did.text) } } : exchange;
}

function noteCredentials({ user, password, token }: GivenCredentials, keeper: Keeper): void {
  if (user !== undefined) keeper.user(user);
  if (password !== undefined) keeper.secret(password);
  if (token !== undefined) keeper.secret(token, 'token');
}

/** Hidden values are left to the configuration. */
function visibleIn(credentials: GivenCredentials): GivenCredentials {
  return Object.fromEntries(Object.entries(credentials).filter(([, value]) => !isPlaceholder(value)));
}

function noteLine(line: string, protocol: Protocol, keeper: Keeper): void {
  const [secret, user] = [announcedSecret(line), announcedUser(line)];
  if (secret !== undefined) keeper.secret(secret);
  if (user !== undefined) keeper.user(user);
  const own = ownLogin(line.replace(/^\S+ (?=LOGIN )/i, ''), protocol);
  for (const value of own?.secrets ?? []) keeper.secret(value);
  const initial = saslCommand(line, protocol)?.initial;
  if (initial !== undefined && initial !== '') keeper.secret(initial);
}

/** A login with literals: the last one is the password. */
function noteParts(
  parts: Extract<Exchange['did'], { kind: 'parts' }>['parts'],
  protocol: Protocol,
  keeper: Keeper,
): void {
  const [first] = parts;
  if (first === undefined || !('text' in first) || protocol.login?.test(first.text) !== true) return;
  const last = parts.findLast((part) => 'literal' in part);
  if (last !== undefined && 'literal' in last) keeper.secret(last.literal);
}

/** An exchange of challenges and responses, from the command to the first reply that is not a challenge. */
function saslAt(
  all: readonly Exchange[],
  at: number,
  { mechanism, initial }: SaslCommand,
  protocol: Protocol,
  keeper: Keeper,
): Login {
  let end = at;
  while (isChallenged(all[end], protocol) && all[end + 1] !== undefined) end++;
  const sent = [
    ...(initial === undefined ? [] : [initial]),
    ...all.slice(at + 1, end + 1).map(({ did }) => (did.kind === 'line' ? did.text : '')),
  ];
  const isPlain = all.slice(at, end).some((each) => isPlainChallenge(each, protocol));
  const responses = sent.map((each) => (isPlain ? each : (decodeResponse(each) ?? withNul(each))));
  const found =
    hiddenExchange(mechanism, sent) ??
    readExchange(mechanism, responses.slice(0, responsesOf(mechanism, responses.length)));
  for (const secret of found?.secrets ?? [])
    keeper.secret(secret, found?.credentials.token === secret ? 'token' : 'password');
  if (found !== undefined) noteCredentials(found.credentials, keeper);
  const [first, last] = [all[at] as Exchange, all[end] as Exchange];
  const isWhole = !isChallenged(last, protocol) && all.slice(at + 1, end + 1).every(({ did }) => did.kind === 'line');
  if (found !== undefined && isWhole) {
    const login = loginExchange(
      { ...last, comments: commentsOf(all.slice(at, end + 1)) },
      found.mechanism,
      found.credentials,
    );
    return { exchanges: [login], length: end - at + 1 };
  }
  // "*" cancels an exchange, and is not a secret.
  for (const response of sent) {
    if (response === '*' || response === '=') continue;
    keeper.secret(response);
    keeper.secret(decodeResponse(response) ?? '');
  }
  const comments = [...(first.comments ?? []), 'A login that could not be taken apart: put its responses here'];
  return { exchanges: [{ ...first, comments }, ...all.slice(at + 1, end + 1)], length: end - at + 1 };
}

/** The number of responses in an exchange: the last one, after the server's proof, is empty. */
function responsesOf(mechanism: string, count: number): number {
  return mechanism.startsWith('SCRAM-') ? Math.min(2, count) : mechanism === 'DIGEST-MD5' ? Math.min(1, count) : count;
}

function isChallenged(exchange: Exchange | undefined, { sasl }: Protocol): boolean {
  const reply = exchange?.came.at(-1);
  return reply !== undefined && !isEnd(reply) && sasl?.challenge(reply) !== undefined;
}

/** Programs that decode what they show also decode challenges. */
function isPlainChallenge({ came }: Exchange, { sasl }: Protocol): boolean {
  const reply = came.at(-1);
  const challenge = reply === undefined || isEnd(reply) ? undefined : sasl?.challenge(reply);
  return challenge !== undefined && challenge !== '' && decodeResponse(challenge) === undefined;
}

/** `swaks --auth-plaintext` shows PLAIN's separators as `\0`. */
function withNul(text: string): string | undefined {
  const parts = text.split('\\0');
  return parts.length === 3 ? parts.join('\0') : undefined;
}

/** The lines that are not part of a login, including comments. */
function linesIn(exchanges: readonly Exchange[]): readonly string[] {
  return exchanges.flatMap(({ did, comments = [] }) => [
    ...comments,
    ...(did.kind === 'line' ? [did.text] : did.kind === 'pipeline' ? linesIn(did.exchanges) : []),
  ]);
}

function commentsOf(exchanges: readonly Exchange[]): readonly string[] {
  return exchanges.flatMap(({ comments = [] }) => comments);
}

/** What the transcript lacks is written as a variable. */
function loginExchange(exchange: Exchange, mechanism: LoginMechanism, credentials: GivenCredentials): Exchange {
  return { ...exchange, did: { kind: 'login', mechanism, credentials } };
}

type LoginMechanism = Extract<Exchange['did'], { kind: 'login' }>['mechanism'];
