import type { Target } from '../../plan.ts';
import { schemeOf } from '../../protocol/server-url.ts';
import type { TlsOptions } from '../../server-options.ts';
import { readServer } from '../server.ts';
import { readTls } from '../tls-options.ts';
import { child, type MapNode, type Node } from '../tree.ts';
import { serversOf } from './check.ts';
import type { StepContext } from './context.ts';

/** TLS options given in a step, which override the server's. */
export function tlsOf(context: StepContext, action: Node): TlsOptions {
  const node: MapNode | undefined = action.kind === 'map' ? action : undefined;
  return readTls(context, node);
}

/** A server whose certificate can be checked: one that is reached over a network or a socket. */
export function targetOf(context: StepContext, action: Node): Target | undefined {
  const server = child(action, 'server');
  const resolved = server && readServer(serversOf(context), server);
  if (server === undefined || resolved === undefined) return undefined;
  const { target } = resolved;
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
  const scheme = schemeOf(url);
  if (scheme?.implicitTls === false && scheme.protocol.starttls === undefined) {
    const { title } = scheme.protocol;
    report(
      `${title.charAt(0).toUpperCase()}${title.slice(1)} has no STARTTLS`,
      'Write "tls:" where TLS begins with the first octet',
    );
    return undefined;
  }
  return target;
}
