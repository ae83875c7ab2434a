import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { defined } from '../defined.ts';
import type { Context } from '../engine/context.ts';
import type { Counterpart, Counterparts } from '../engine/counterpart.ts';
import { StepFailure } from '../engine/failure.ts';
import { run } from '../engine/run.ts';
import { writeHostAndPort } from '../host-and-port.ts';
import type { Plan, Scenario } from '../plan.ts';
import type { ServerUrl } from '../protocol/server-url.ts';
import type { ScenarioResult } from '../result.ts';
import { forget, heed } from '../transport/abort.ts';
import { ServedClient } from './counterpart.ts';
import { Link } from './link.ts';
import type { Identity } from './mirror.ts';
import type { Served } from './prepare.ts';
import { createSchedule } from './schedule.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface ServeOptions {
  readonly plan: Plan;
  readonly servers: readonly Served[];
  /** The address at which a server listens. */
  readonly listen: (server: Served) => Address;
  /** Created when the first client needs it. */
  readonly identity: () => Promise<Identity>;
  /** How long to wait for a client's line, in milliseconds. */
  readonly patience: number;
  /** Whether to end once each scenario has run. */
  readonly once: boolean;
  readonly signal: AbortSignal;
  readonly clock: () => number;
  readonly wall: () => number;
  readonly onListening: (server: Served, address: Address) => void;
  readonly onResult: (result: ScenarioResult) => void;
}

/** The most simultaneous clients; further ones are refused. */
const mostClients = 256;

/** Serves scenarios to clients until the signal aborts, or each has run. Rejects if it cannot listen at an address. */
export async function serve(options: ServeOptions): Promise<void> {
  const { servers, listen, onListening, signal } = options;
  const listening = new Map<string, Server>();
  const addresses = new Map<string, Address>();
  const house = createHouse(options, addresses, () => stop());
  const stop = () => {
    for (const server of listening.values()) server.close();
  };
  try {
    for (const server of servers) {
      // A client that closes its side still gets the replies to what it sent.
      const made = createServer({ allowHalfOpen: true }, (socket) => house.welcome(server, socket));
      made.maxConnections = mostClients;
      const { host, port } = listen(server);
      made.listen({ host, port });
      await once(made, 'listening');
      listening.set(server.label, made);
      const address = { host, port: (made.address() as AddressInfo).port };
      addresses.set(server.label, address);
      onListening(server, address);
    }
  } catch (error) {
    stop();
    throw error;
  }
  const closed = Promise.all([...listening.values()].map((server) => once(server, 'close')));
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  await closed;
  await house.empty();
}

/** The connected clients, and the scenarios that they run. */
interface House {
  welcome(server: Served, socket: Socket): void;
  /** Resolves when all clients have disconnected. */
  empty(): Promise<void>;
}

type Admit = (link: Link) => void;

function createHouse(options: ServeOptions, addresses: ReadonlyMap<string, Address>, done: () => void): House {
  const { plan, signal } = options;
  const schedule = createSchedule(plan, options.once);
  const running = new Set<Promise<void>>();
  /** Scenarios that wait for another connection. */
  const expected = new Map<string, Admit[]>();
  let over = 0;

  function next(label: string): Promise<Link | undefined> {
    return new Promise((resolve) => {
      const queue = expected.get(label) ?? [];
      expected.set(label, queue);
      const leave = () => {
        clearTimeout(timer);
        forget(signal, late);
        queue.splice(queue.indexOf(admit), 1);
      };
      const admit: Admit = (link) => {
        leave();
        resolve(link);
      };
      const late = () => {
        leave();
        resolve(undefined);
      };
      const timer = setTimeout(late, options.patience);
      queue.push(admit);
      heed(signal, late);
    });
  }

  async function play(scenario: Scenario, server: Served, link: Link): Promise<void> {
    let first: Link | undefined = link;
    const counterparts: Counterparts = {
      open: async (context, name, url) => {
        const label = context.scenario.connections.get(name)?.label ?? '';
        const mine = label === server.label ? first : undefined;
        if (mine !== undefined) first = undefined;
        const client = mine ?? (await next(label));
        if (client === undefined) throw nobody(label);
        return greet(client, context, name, url, options);
      },
    };
    await run(
      { ...plan, scenarios: [at(scenario, addresses)] },
      { ...options, parallel: 1, strict: false, counterparts },
      (event) => {
        if (event.type === 'scenario') options.onResult(event.result);
      },
    );
    first?.close();
    if (++over === schedule.total && options.once) done();
  }

  return {
    welcome(server, socket) {
      const link = new Link(socket, signal);
      const [admit] = expected.get(server.label) ?? [];
      if (admit !== undefined) return admit(link);
      const scenario = schedule.next(server.label);
      if (scenario === undefined) return link.close();
      const played = play(scenario, server, link).finally(() => running.delete(played));
      running.add(played);
    },
    async empty() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

async function greet(
  link: Link,
  context: Context,
  name: string,
  url: ServerUrl,
  { servers, identity, patience }: ServeOptions,
): Promise<Counterpart> {
  const target = context.scenario.connections.get(name);
  const server = servers.find(({ label }) => label === target?.label);
  const observer = context.transcript.observer(name);
  observer.note({ kind: 'connected', remote: link.remote });
  const { protocol, implicitTls } = url;
  const host = server?.url.address.to === 'network' ? server.url.address.host : 'localhost';
  const client = new ServedClient({ link, context, name, protocol, host, observer, identity, patience });
  if (implicitTls)
    await client.transport.handshake(defined({ min: target?.options.tls.min, max: target?.options.tls.max }));
  return client;
}

/** The scenario with its servers' addresses replaced by those that are served. */
function at(scenario: Scenario, addresses: ReadonlyMap<string, Address>): Scenario {
  const connections = [...scenario.connections].map(([name, target]) => {
    const address = addresses.get(target.label);
    const scheme = typeof target.url === 'string' ? /^[a-z0-9]+/i.exec(target.url)?.[0] : undefined;
    const url = address && scheme ? `${scheme}://${writeHostAndPort(address.host, address.port)}` : target.url;
    return [name, { ...target, url }] as const;
  });
  return { ...scenario, connections: new Map(connections) };
}

function nobody(label: string): StepFailure {
  return new StepFailure('client.timeout', `expected the client to connect to ${label} again, and it did not`);
}
