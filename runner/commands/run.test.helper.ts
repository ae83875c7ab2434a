import { readdirSync, readFileSync } from 'node:fs';
import { type Ended, project } from '../../fixtures/testing/command.ts';
import type { Peer } from '../../fixtures/testing/peer.ts';

export const good = [{ expect: 220 }, { send: 'NOOP', expect: 250 }];
export const bad = [{ expect: 220 }, { send: 'NOOP', expect: 251 }];
export const unreachable = 'smtp://127.0.0.1:1';

export const said = ({ stdout, stderr, status }: Ended) => `status ${status}\n${stdout}\n--- stderr\n${stderr}`;

/** A folder with a suite `A` on the peer, which is the server `it`. */
export function suiteOn(
  peer: Peer,
  scenarios: readonly object[],
  files: Readonly<Record<string, unknown>> = {},
  config: object = {},
): string {
  return project({
    'mailspec.yaml': {
      scenarios: ['scenarios/**/*.yaml'],
      servers: { it: peer.url(), gone: unreachable },
      ...config,
    },
    'scenarios/a.yaml': { suite: 'A', server: 'it', scenarios },
    ...files,
  });
}

/** Its first line reports its port; `marker` identifies its processes. */
const server = `const net = require('node:net'); const s = net.createServer((c) => { c.write('220 service\\r\\n'); c.on('data', () => c.end('221 bye\\r\\n')); c.on('error', () => {}); }); s.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log('listening on ' + s.address().port)); process.on('SIGTERM', () => { require('node:fs').writeFileSync('stopped', ''); process.exit(0); });`;
export const serviceFiles = (
  services: readonly object[],
  dialogue: readonly object[] = [{ expect: '220 service' }],
  extra: object = {},
) => ({
  'server.cjs': server,
  'mailspec.yaml': { scenarios: ['a.yaml'], services, allow: { environment: ['MARK'] }, ...extra },
  'a.yaml': { suite: 'A', scenarios: [{ name: 'one', server: 'smtp://127.0.0.1:${port}', dialogue }] },
});
export const node = process.execPath;
export const byPattern = { name: 'server', start: [node, 'server.cjs'], ready: '/listening on (?P<port>\\d+)/' };
export const left = (cwd: string) =>
  readdirSync('/proc').filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) &&
        readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '' &&
        readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`MARK=${cwd}`)
      );
    } catch {
      return false;
    }
  });
export const marked = (cwd: string) => ({ cwd, env: { MARK: cwd } });
