import type { Exchange } from '../authoring/exchange.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { positive } from './beginning.ts';

/** IMAP commands that need no login (RFC 9051 sections 6.1 and 6.2). */
const anyState = new Set(['CAPABILITY', 'NOOP', 'LOGOUT', 'STARTTLS', 'AUTHENTICATE', 'LOGIN', 'ID']);

/**
 * Adds what a program does on each connection before it runs a script: it reads the greeting and, in IMAP, logs in. A
 * script that begins with the greeting, or logs in itself, needs nothing.
 */
export function withPrelude(exchanges: readonly Exchange[], protocol: Protocol): readonly Exchange[] {
  const started = new Set<string | undefined>();
  return exchanges.flatMap((exchange) => {
    const { on, did } = exchange;
    if (did.kind === 'close') started.delete(on);
    if (did.kind === 'close' || did.kind === 'written' || started.has(on)) return [exchange];
    started.add(on);
    if (did.kind === 'wait' || !protocol.greets) return [exchange];
    const its = on !== undefined && { on };
    const greeting: Exchange = { did: { kind: 'wait' }, came: [], pinned: positive(protocol, 220), ...its };
    const mine = exchanges.filter((each) => each.on === on);
    if (!needsLogin(mine, protocol)) return [greeting, exchange];
    const login = { kind: 'login', mechanism: 'login-command', credentials: {} } as const;
    return [greeting, { did: login, came: [], pinned: positive(protocol, 250), ...its }, exchange];
  });
}

function needsLogin(exchanges: readonly Exchange[], { createTags }: Protocol): boolean {
  if (createTags === undefined) return false;
  const commands = exchanges.flatMap(({ did }) => {
    const [first] = did.kind === 'parts' ? did.parts : did.kind === 'line' ? [did] : [];
    return first !== undefined && 'text' in first ? [first.text.split(' ')[0]?.toUpperCase() ?? ''] : [];
  });
  const logsIn = commands.some((command) => command === 'LOGIN' || command === 'AUTHENTICATE');
  return !logsIn && commands.some((command) => !anyState.has(command));
}
