import { fillPattern } from '../matchers/fill.ts';
import { compilePattern } from '../matchers/pattern.ts';
import { parseServerUrl } from '../protocol/server-url.ts';
import type { Service } from '../service.ts';
import { connect } from '../transport/connect.ts';

/** Asks once whether the service is ready. */
type Readiness = (signal: AbortSignal, deadline: number) => Promise<boolean>;

/** The check that a service's `ready` asks for; a pattern also sets variables. */
export function readiness(ready: Service['ready'], output: () => string, variables: Map<string, string>): Readiness {
  if (ready === undefined) return async () => true;
  if (ready.by === 'pattern') {
    const pattern = compilePattern(
      fillPattern(ready.pattern, () => undefined),
      ready.pattern.flags,
    );
    return async () => {
      const found = pattern.exec(output());
      if (found === undefined) return false;
      for (const [name, value] of Object.entries(found.named)) {
        if (value !== undefined) variables.set(name, value);
      }
      return true;
    };
  }
  return (signal, deadline) => greets(ready.url, signal, deadline);
}

/** Whether a connection gets a greeting. A `line:` server only needs to accept the connection. */
async function greets(text: string, signal: AbortSignal, deadline: number): Promise<boolean> {
  const url = parseServerUrl(text);
  if (url.address.to === 'command') return true;
  try {
    const transport = await connect({
      address: url.address,
      ...(url.implicitTls && { tls: { verify: false } }),
      deadline,
      signal,
      clock: () => performance.now(),
      observer: { received() {}, sent() {}, note() {} },
    });
    try {
      return !url.protocol.greets || (await transport.read(deadline)) !== null;
    } finally {
      await transport.close();
    }
  } catch {
    return false;
  }
}
