import { isBelow, realPath } from '../paths.ts';
import type { Text } from '../plan.ts';
import type { ServerOptions } from '../server-options.ts';
import type { SourceFile, Span } from '../source.ts';
import type { Scope } from './scope.ts';
import type { ServerContext } from './server.ts';
import type { ScalarNode } from './tree.ts';
import { expandQuietly, toText } from './variables.ts';

/** Where the socket that this text names must be, unless the configuration or the command line names it. */
export function socketsOf(
  { scope, access, config }: Pick<ServerContext, 'scope' | 'access' | 'config'>,
  node: ScalarNode | undefined,
  text: Text,
): Pick<ServerOptions, 'sockets'> {
  const trusted = node === undefined || isTrusted(scope, node, text, config.file);
  return trusted ? {} : { sockets: access.sockets };
}

/** Whether the text is in the configuration, and so are the variables in it; a scenario could set others. */
export function isTrusted(scope: Scope, node: ScalarNode, text: Text, configFile: SourceFile | undefined): boolean {
  if (node.span.file !== configFile) return false;
  if (!node.text.includes('${')) return true;
  const { trusted = [] } = scope;
  const own = toText(expandQuietly({ ...scope, layers: trusted, captured: new Set() }, node));
  return typeof text === 'string' && own === text;
}

export function socketAllowed(
  path: string,
  { sockets }: Pick<ServerOptions, 'sockets'>,
  span: Span,
  report: Scope['shared']['report'],
): boolean {
  if (sockets === undefined || sockets.some((each) => isBelow(realPath(path), each))) return true;
  report({
    code: 'access.denied',
    message: `The configuration does not allow the socket "${path}"`,
    span,
    hint: 'Name it as a server of the configuration, or list it under "allow: { sockets: […] }" there',
  });
  return false;
}
