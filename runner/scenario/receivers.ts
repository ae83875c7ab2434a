import type { Receiver, ReceiverReply, Receiving } from '../arrival.ts';
import { nearest } from '../nearest.ts';
import { parseServerUrl, ServerUrlError } from '../protocol/server-url.ts';
import type { Span } from '../source.ts';
import { childrenOf, type Step } from '../steps.ts';
import { readFlag, readPublicText, readSize, readString, readTexts } from './read.ts';
import type { ServerContext } from './server.ts';
import { readTls } from './tls-options.ts';
import { child, entriesOf, mapAt, type Node, type ScalarNode, scalarAt } from './tree.ts';
import { listed } from './validate.ts';

/** The default for the name in the greeting; RFC 2606 reserves it. */
const defaultHostname = 'receiver.example';
/** The largest message that a step can inspect. */
const defaultSize = 32 * 1024 * 1024;

/** Reads an entry of the configuration's `receivers`. `undefined` if an error was reported. */
export function readReceiver(context: ServerContext, name: string, span: Span): Receiver | undefined {
  const { scope, config } = context;
  const node = config.receivers.get(name);
  const none = { label: name, hostname: defaultHostname, starttls: true, tls: {}, size: defaultSize };
  if (scope.absent.has(name)) return { ...none, url: '' };
  if (node === undefined) {
    const near = nearest(name, config.receivers.keys());
    const known = [...config.receivers.keys()];
    const names =
      known.length === 0 ? 'The configuration has no "receivers"' : `The configuration has ${listed(known)}`;
    scope.shared.report({
      code: 'receiver.unknown',
      message: `Unknown receiver "${name}"`,
      span,
      hint:
        near === undefined ? `${names}; list the name under "requires" to skip without it` : `Did you mean "${near}"?`,
    });
    return undefined;
  }
  const at = node.kind === 'map' ? scalarAt(node, 'url') : node.kind === 'scalar' ? node : undefined;
  const url = at && urlOf(context, at);
  if (url === undefined) return undefined;
  const options = node.kind === 'map' ? node : undefined;
  const { cert, key, min, max } = readTls(context, mapAt(options, 'tls'));
  return {
    ...none,
    url,
    hostname: readString(scope, child(options, 'hostname'), 'A host name') ?? none.hostname,
    starttls: readFlag(scope, child(options, 'starttls')) ?? none.starttls,
    tls: { ...(cert && { cert }), ...(key && { key }), ...(min && { min }), ...(max && { max }) },
    size: readSize(scope, child(options, 'size')) ?? none.size,
  };
}

/** A port without an address means the loopback address. */
function urlOf({ scope }: ServerContext, node: ScalarNode): Receiver['url'] | undefined {
  const text = readPublicText(scope, node);
  if (typeof text !== 'string') return text;
  const url = /^\d+$/.test(text) ? `smtp://127.0.0.1:${text}` : text;
  try {
    const { address, protocol } = parseServerUrl(url);
    if (address.to === 'network' && protocol.transfersMail) return url;
    scope.shared.report({
      code: 'url.invalid',
      message: `Cannot receive mail at "${text}"`,
      span: node.span,
      hint: 'Write "smtp:", "smtps:" or "lmtp:" with an address and a port: smtp://127.0.0.1:2525',
    });
  } catch (error) {
    if (!(error instanceof ServerUrlError)) throw error;
    scope.shared.report({
      code: 'url.invalid',
      message: error.message,
      span: node.span,
      ...(error.hint !== undefined && { hint: error.hint }),
    });
  }
  return undefined;
}

/** Whether the configuration has a receiver of that name. */
export function hasReceiver({ config }: ServerContext, name: string): boolean {
  return config.receivers.has(name);
}

/** Reads a scenario's `receives`, and the receivers that its steps name. */
export function readReceives(context: ServerContext, node: Node | undefined, steps: readonly Step[]) {
  const receives = new Map<string, Receiving>();
  if (node === undefined && context.config.receivers.size === 0) return {};
  for (const { key, keySpan, node: options } of entriesOf(node)) {
    const receiver = readReceiver(context, key, keySpan);
    if (receiver === undefined) continue;
    receives.set(key, {
      receiver,
      recipients: readTexts(context.scope, child(options, 'recipients')),
      rcpt: repliesAt(context, options, 'rcpt'),
      message: repliesAt(context, options, 'message'),
    });
  }
  for (const receiver of receiversIn(steps)) {
    if (!receives.has(receiver.label))
      receives.set(receiver.label, { receiver, recipients: [], rcpt: [], message: [] });
  }
  return receives.size === 0 ? {} : { receives };
}

function receiversIn(steps: readonly Step[]): readonly Receiver[] {
  return steps.flatMap((step) => (step.kind === 'received' ? [step.receiver] : receiversIn(childrenOf(step))));
}

function repliesAt({ scope }: ServerContext, options: Node, key: string): readonly ReceiverReply[] {
  const node = child(options, key);
  const items = node?.kind === 'list' ? node.items : node === undefined ? [] : [node];
  return items.flatMap((item) => {
    const text = readString(scope, item, 'A reply');
    if (text === undefined) return [];
    // RFC 5321 section 4.2, RFC 3463 section 2.
    const [, code, enhanced, said] =
      /^([245]\d\d)(?:[ -]([245]\.\d{1,3}\.\d{1,3}))?(?: +(\S[^\r\n]*))?$/.exec(text.trim()) ?? [];
    if (code !== undefined) return [{ code: Number(code), ...(enhanced && { enhanced }), ...(said && { text: said }) }];
    scope.shared.report({
      code: 'value.invalid',
      message: `"${text}" is not a reply`,
      span: item.span,
      hint: 'Write a code, perhaps with an enhanced one and a text: 451 4.7.1 Try again later',
    });
    return [];
  });
}
