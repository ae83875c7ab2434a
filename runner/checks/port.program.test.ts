import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

describe('checkPort()', () => {
  // Packets to 192.0.2.9 leave through one end of a pair of interfaces, and the other end drops them.
  const dropping = [
    'ip link set lo up',
    'ip link add name here type veth peer name there',
    'ip addr add 192.0.2.1/24 dev here',
    'ip link set here up',
    'ip link set there up',
    'ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev here nud permanent',
  ].join(' && ');
  const [program, ...apart] = ['unshare', '--net', 'sh', '-c'] as const;
  const canDrop = spawnSync(program, [...apart, dropping]).status === 0;
  (canDrop ? it : it.skip)(
    `says filtered where packets are dropped${canDrop ? '' : ' (skipped: no network namespaces here)'}`,
    () => {
      const script = `
      const { checkPort } = await import(${JSON.stringify(fileURLToPath(new URL('./port.js', import.meta.url)))});
      const clock = () => performance.now();
      const context = { clock, wall: Date.now, deadline: clock() + 300, signal: new AbortController().signal };
      console.log(JSON.stringify(await checkPort({ host: '192.0.2.9', port: 25 }, context)));`;
      const node = [process.execPath, '--input-type=module', '-e', script];
      const output = execFileSync(program, [...apart, `${dropping} && exec "$@"`, 'sh', ...node], { encoding: 'utf8' });
      assert.deepEqual(JSON.parse(output), {
        evidence: { state: 'filtered', address: '192.0.2.9:25' },
        transcript: ['192.0.2.9:25: filtered (no answer in time)'],
        text: 'filtered',
      });
    },
  );
});
