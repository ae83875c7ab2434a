import type { Target, TlsOptions } from '../../plan.ts';
import { checkExpectation, oneOfWords, someItem } from '../check-expectation.ts';
import { readMatcher } from '../matcher.ts';
import { readServer, readTls } from '../server.ts';
import { child, type MapNode, type Node } from '../tree.ts';
import { limitOf, serversOf, written } from './check.ts';
import type { Action, StepContext } from './context.ts';

const certificateFields = {
  valid_for: someItem,
  trusted: readMatcher,
  reason: readMatcher,
  days_left: readMatcher,
  not_before: readMatcher,
  not_after: readMatcher,
  issuer: readMatcher,
  subject: readMatcher,
  serial: readMatcher,
  fingerprint: readMatcher,
  alt_names: someItem,
  key: readMatcher,
  chain: someItem,
  tlsa: someItem,
  protocol: readMatcher,
  cipher: readMatcher,
};

export const certificate: Action = {
  connection: (action) => child(action, 'server') === undefined,
  reply: true,
  expectation: checkExpectation({
    ...oneOfWords('trusted', []),
    hint: 'Say what to look at: { valid_for: mail.example.com, days_left: { at_least: 20 } }',
    fields: certificateFields,
  }),
  label: (action) => `certificate ${written(child(action, 'server'))}`.trim(),
  read(context, action, base) {
    const tls = tlsOf(context, action);
    const server = child(action, 'server');
    if (server === undefined) return { ...base, kind: 'certificate', of: 'connection', tls, limit: limitOf(context) };
    const of = targetOf(context, server);
    return of && { ...base, kind: 'certificate', of, tls, limit: limitOf(context) };
  },
};

export const tls: Action = {
  connection: false,
  reply: true,
  expectation: checkExpectation({
    ...oneOfWords('state', ['accepted', 'refused']),
    fields: { state: readMatcher, protocol: readMatcher, cipher: readMatcher, reason: readMatcher },
  }),
  label: (action) =>
    ['tls', ...['server', 'min', 'max', 'ciphers'].map((key) => written(child(action, key)))].filter(Boolean).join(' '),
  read(context, action, base) {
    const server = child(action, 'server');
    const of = server && targetOf(context, server);
    return of && { ...base, kind: 'tls', of, tls: tlsOf(context, action), limit: limitOf(context) };
  },
};

function tlsOf(context: StepContext, action: Node): TlsOptions {
  const node: MapNode | undefined = action.kind === 'map' ? action : undefined;
  return readTls(context, node);
}

/** A server whose certificate can be asked for: one that is reached over a network or a socket. */
function targetOf(context: StepContext, server: Node): Target | undefined {
  const resolved = readServer(serversOf(context), server);
  if (resolved === undefined) return undefined;
  const { target, protocol } = resolved;
  const url = typeof target.url === 'string' ? target.url : String(target.url.parts[0]);
  const report = (message: string, hint: string) =>
    void context.scope.shared.report({ code: 'step.protocol', message, span: server.span, hint });
  if (/^[a-z0-9]+\+exec:/i.test(url)) {
    report(
      'A program has no certificate to look at from outside',
      'Use "certificate: {}" on its connection, after "starttls"',
    );
    return undefined;
  }
  if (protocol === 'line' && /^tcp(?:\+unix)?:/i.test(url)) {
    report('A line-based service has no STARTTLS', 'Write "tls:" where TLS begins with the first octet');
    return undefined;
  }
  return target;
}
