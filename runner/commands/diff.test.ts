import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';

const suite = (expected: string) => `suite: a
server: mx
scenarios:
  - { name: the greeting, dialogue: [{ expect: ${expected} }] }
  - { name: the end, dialogue: [{ expect: 220 }, { send: QUIT, expect: 221 }] }
`;

describe('mailspec diff', () => {
  const servers: Server[] = [];
  after(() => {
    for (const server of servers) server.close();
  });

  async function smtp(greeting: string, extensions: readonly string[]): Promise<string> {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.write(`220 ${greeting}\r\n`);
      socket.on('data', (octets: Buffer) => {
        for (const line of octets.toString('latin1').split('\r\n').slice(0, -1)) {
          const all = ['mail.example.test', ...extensions];
          if (/^EHLO \S/i.test(line))
            socket.write(all.map((each, index) => `250${index < all.length - 1 ? '-' : ' '}${each}\r\n`).join(''));
          else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
          else socket.write('500 what?\r\n');
        }
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('compares a run with scenarios that it should have met', async () => {
    const mx = await smtp('ready', []);
    const cwd = project({ 'mailspec.yaml': { servers: { mx } }, 'base/a.yaml': suite('220 ready') });
    const run = (file: string, ...more: readonly string[]) =>
      dispatched(['run', 'base', '--reporter', `json=${file}`, ...more], { cwd });
    assert.equal((await run('same.jsonl')).status, 0);
    const same = await dispatched(['diff', 'base', 'same.jsonl'], { cwd });
    assert.deepEqual([same.status, same.stdout], [0, '# `base` and `same.jsonl`\n\nNothing changed: 2 scenarios.\n']);

    const other = await smtp('another', []);
    await run('other.jsonl', '--server', `mx=${other}`);
    const changed = await dispatched(['diff', 'base', 'other.jsonl'], { cwd });
    assert.equal(changed.status, 1, changed.stderr);
    assert.match(changed.stdout, /## Newly red \(1\)\n\n- the greeting \(`base\/a#the-greeting`\): .*another/);
  });

  it('compares two servers, whatever others the configuration has', async () => {
    const [old, fresh] = [await smtp('ready', ['SIZE 1000', 'DSN']), await smtp('ready', ['SIZE 2000', 'DSN', 'HELP'])];
    const cwd = project({ 'mailspec.yaml': { servers: { mx: old } } });
    const diff = (left: string, right: string) =>
      dispatched(['diff', '--server', `old=${left}`, '--server', `new=${right}`, '--grep', 'EHLO before'], { cwd });
    const { status, stdout, stderr } = await diff(old, fresh);
    assert.equal(status, 1, stderr);
    assert.match(
      stdout,
      /^# \S+ and \S+\n\n2 differences:\n\n- EHLO before TLS: `step 1\.expect\.extensions`\n {2}- old: .*SIZE: 1000.*\n {2}- new: .*SIZE: 2000.*HELP.*\n/,
    );
    const same = await diff(old, old);
    assert.deepEqual([same.status, /Both answer the same/.test(same.stdout)], [0, true]);
  });
});
