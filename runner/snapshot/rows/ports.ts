import { fields, type Probe } from '../probe.ts';
import type { Target } from './target.ts';

const ports = [24, 25, 80, 106, 109, 110, 143, 209, 220, 443, 465, 587, 993, 995, 2000, 2525, 4190] as const;

/** Which ports of a host are open. */
export function portProbes(targets: readonly Target[]): readonly Probe[] {
  const [first] = targets;
  return [
    ...targets.map(
      ({ name: server }): Probe => ({
        file: 'ports',
        server,
        name: `The port of ${server}`,
        steps: [{ port: { host: '${server.host}', port: '${server.port}' }, expect: fields('state') }],
      }),
    ),
    ...(first === undefined
      ? []
      : [
          {
            file: 'ports',
            server: first.name,
            name: `Usual ports on the host of ${first.name}`,
            steps: ports.map((port) => ({
              port: { host: '${server.host}', port },
              timeout: '3s',
              expect: fields('state'),
            })),
          },
        ]),
  ];
}
