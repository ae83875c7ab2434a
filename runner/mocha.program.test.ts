import assert from 'node:assert/strict';
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type Peer, peers, smtpScript } from '../fixtures/testing/peer.ts';
import { outdent } from '../fixtures/testing/plan.ts';
import type { ScenariosOptions } from './mocha.ts';
import { packageRoot } from './package-root.ts';

/** A test in the output of mocha's `json` reporter. */
interface Test {
  readonly title: string;
  readonly fullTitle: string;
  readonly duration?: number;
  readonly err: { readonly message?: string; readonly stack?: string };
}

interface Printed {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Ran extends Printed {
  readonly passes: readonly Test[];
  readonly failures: readonly Test[];
  readonly pending: readonly Test[];
}

describe('mailspec/mocha', () => {
  const { listen } = peers();
  let folder: string;
  let running: ChildProcess;
  let died: Promise<never>;
  before(() => {
    const { NODE_OPTIONS: _, ...env } = process.env;
    running = fork(join(packageRoot(), 'fixtures/mocha/warm.mjs'), { env });
    died = once(running, 'exit').then(([status]) => {
      throw new Error(`The process that runs mocha ended with ${status}`);
    });
    died.catch(() => {});
  });
  after(() => running.kill());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailspec-mocha-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, content: string) => writeFileSync(join(folder, name), outdent(content));

  type Options = ScenariosOptions & { readonly targets?: string | readonly string[] };

  const variables = (options: Options) => ({
    SCENARIOS: JSON.stringify(options),
    SERVER: options.servers?.['it'] ?? '',
  });

  /** Starts mocha with a spec file that calls `scenarios` with these arguments. */
  function start(options: Options, flags: readonly string[], specs: readonly string[]): ChildProcess {
    const { NODE_OPTIONS: _, ...environment } = process.env;
    return spawn(
      process.execPath,
      [
        join(packageRoot(), 'node_modules/mocha/bin/mocha.js'),
        '--no-config',
        '--reporter',
        'json',
        ...flags,
        ...specs.map((name) => join(packageRoot(), 'fixtures/mocha', name)),
      ],
      {
        cwd: folder,
        env: { ...environment, ...variables(options) },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
  }

  /** Runs mocha's command. */
  async function command(
    options: Options,
    flags: readonly string[] = [],
    specs: readonly string[] = ['scenarios.spec.mjs'],
  ): Promise<Ran> {
    const child = start(options, flags, specs);
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout as Readable),
      text(child.stderr as Readable),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    return read({ status, stdout, stderr });
  }

  /** The same in a process that is already running, if starting and ending it does not matter. */
  async function mocha(
    options: Options,
    flags: readonly string[] = [],
    specs: readonly string[] = ['scenarios.spec.mjs'],
  ): Promise<Ran> {
    // A process loads each module only once, so each run has files of its own.
    const own = mkdtempSync(join(folder, 'specs-'));
    mkdirSync(join(own, 'node_modules'));
    symlinkSync(packageRoot(), join(own, 'node_modules/mailspec'));
    const copies = specs.map((name) => join(own, name));
    for (const [index, copy] of copies.entries())
      copyFileSync(join(packageRoot(), 'fixtures/mocha', specs[index] ?? ''), copy);
    running.send({ cwd: folder, env: variables(options), flags, specs: copies });
    const [printed] = (await Promise.race([once(running, 'message'), died])) as [Printed];
    return read(printed);
  }

  function read(printed: Printed): Ran {
    const report = printed.stdout.startsWith('{')
      ? (JSON.parse(printed.stdout) as Pick<Ran, 'passes' | 'failures' | 'pending'>)
      : { passes: [], failures: [], pending: [] };
    return { ...printed, ...report };
  }

  const titles = (tests: readonly Test[]) => tests.map(({ title }) => title);
  /** The first line that each client sent after the greeting: in these scenarios, the scenario's name. */
  const heard = ({ talks }: Peer) => talks.map(({ received }) => received.split('\r\n')[0]);

  /** Scenarios that send their names. */
  const named = (...names: readonly string[]) => `
    suite: Names
    server: it
    scenarios:
${names.map((name) => `      - name: ${name}\n        dialogue: [expect: 220, { send: "EHLO ${name}", expect: 250 }, { send: QUIT, expect: 221 }]`).join('\n')}
  `;

  it('scenarios() gives a describe for each suite and a test for each scenario, in the order of the files', async () => {
    const server = await listen(smtpScript());
    write('one.yaml', named('a', 'b').replace('Names', 'First'));
    write('two.yaml', named('c').replace('Names', 'Second'));
    const ran = await mocha({ targets: ['one.yaml', 'two.yaml'], servers: { it: server.url() } });
    assert.deepEqual(
      ran.passes.map(({ fullTitle }) => fullTitle),
      ['First a', 'First b', 'Second c'],
      ran.stderr + ran.stdout,
    );
    assert.equal(ran.status, 0);
    assert.equal(ran.stderr, '');
  });

  it('scenarios() fails a test with the message of every report, the steps, and the place in the scenario file', async () => {
    const server = await listen(smtpScript({ EHLO: '250 none' }));
    write(
      'fails.yaml',
      `
      suite: Fails
      server: it
      variables: { user: alice }
      scenarios:
        - name: offers STARTTLS
          references: [RFC 3207]
          dialogue:
            - expect: 220
            - send: EHLO client.example
              expect: 250-STARTTLS
            - send: QUIT
              expect: 221
    `,
    );
    const { failures, status } = await command({ targets: 'fails.yaml', servers: { it: server.url() } });
    assert.equal(status, 1);
    const [failed] = failures;
    assert.equal(failed?.title, 'offers STARTTLS');
    const message = failed?.err.message ?? '';
    assert.match(
      message,
      /^FAIL fails\.yaml › offers STARTTLS \(.*\)\nerror\[reply\.mismatch\]: EHLO client\.example: expected .*, got .*\n *--> fails\.yaml:10:17\n/,
    );
    assert.match(message, /\n *10 \| +expect: 250-STARTTLS\n/);
    assert.match(message, /= ref: RFC 3207\n/);
    assert.match(message, /C EHLO client\.example␍␊\n.* S 250 none␍␊\n/);
    assert.match(message, /rerun: mailspec run --server it=smtp:\S+ fails\.yaml:5\n/);
    assert.match(message, /\n {2}steps\n {4}✔ expect 220\n {4}✖ EHLO client\.example\n {4}- QUIT$/);
    // Mocha removes the working directory from the path.
    assert.equal(failed?.err.stack, `${message}\n    at fails#offers-starttls (fails.yaml:10:17)`);
  });

  it('scenarios() leaves pending, with the reason, what was skipped and what is known', async () => {
    const server = await listen(smtpScript());
    write(
      'pending.yaml',
      `
      suite: Pending
      server: it
      scenarios:
        - { name: never, skip: needs quota, dialogue: [expect: 220] }
        - { name: lacks, requires: [imap], dialogue: [expect: 220] }
        - name: asks
          dialogue: [expect: 220, { send: BDAT 0 LAST, expect: 354, otherwise: skip }]
        - name: waits
          known_issue: { reason: waits for 3.9 }
          dialogue: [expect: 221]
    `,
    );
    const { pending, status } = await mocha({ targets: 'pending.yaml', servers: { it: server.url() } });
    assert.equal(status, 0);
    assert.equal(pending.length, 4);
    assert.equal(pending[0]?.title, 'never (skipped: needs quota)');
    assert.match(pending[1]?.title ?? '', /^lacks \(skipped: .*"?imap/);
    assert.match(pending[2]?.title ?? '', /^asks \(skipped: BDAT 0 LAST: expected 354, got /);
    assert.equal(pending[3]?.title, 'waits (known issue: waits for 3.9)');
  });

  it('scenarios() passes a "should" that fails and says so on standard error, or fails it when strict', async () => {
    const server = await listen(smtpScript());
    write(
      'should.yaml',
      `
      suite: Should
      server: it
      scenarios:
        - { name: greets nicely, level: should, dialogue: [expect: 220 welcome] }
    `,
    );
    const options = { targets: 'should.yaml', servers: { it: server.url() } };
    const loose = await mocha(options);
    assert.deepEqual([loose.status, titles(loose.passes)], [0, ['greets nicely']]);
    assert.match(loose.stderr, /^WARN should\.yaml › greets nicely .*\nwarning\[reply\.mismatch\]/);
    const strict = await mocha({ ...options, strict: true });
    assert.deepEqual([strict.status, titles(strict.failures)], [1, ['greets nicely']]);
  });

  it('scenarios() fails the loading of the spec file with every mistake of every file', async () => {
    write('one.yaml', 'suite: One\nserver: it\nscenarios:\n  - name: a\n    dialogue: [{ expct: 220 }]\n');
    write('two.yaml', 'suite: Two\nserver: nowhere\nscenarios:\n  - { name: a, dialogue: [expect: 220] }\n');
    const { status, stderr, stdout } = await command({
      targets: ['one.yaml', 'two.yaml'],
      servers: { it: 'smtp://127.0.0.1:1' },
    });
    const said = stderr + stdout;
    assert.notEqual(status, 0);
    assert.match(said, /Cannot define scenarios: \d errors in files or arguments\n/);
    assert.match(said, /Unknown key "expct"[\s\S]*--> one\.yaml:5:/);
    assert.match(said, /Unknown server "nowhere"[\s\S]*--> two\.yaml:2:/);
    assert.doesNotMatch(said, /node_modules|dist\/runner/);
  });

  it('scenarios() says what it can not use of its arguments', async () => {
    write('one.yaml', named('a'));
    const options = { targets: 'one.yaml', servers: { it: 'smtp://127.0.0.1:1' } };
    assert.match(
      (await command({ ...options, timeout: '10' })).stderr,
      /Cannot use "--timeout 10": it is not a duration\n/,
    );
    assert.match(
      (await mocha({ ...options, targets: 'none.yaml' })).stderr,
      /Cannot find "none\.yaml": there is no such file/,
    );
    assert.match(
      (await mocha({ ...options, tags: 'none' })).stderr,
      /None of 1 scenarios is selected by --tags "none"/,
    );
  });

  it('scenarios() plays nothing that --grep leaves out', async () => {
    const server = await listen(smtpScript());
    write('names.yaml', named('alpha', 'beta', 'gamma'));
    const options = { targets: 'names.yaml', servers: { it: server.url() } };
    assert.deepEqual(titles((await mocha(options, ['--grep', 'beta'])).passes), ['beta']);
    assert.deepEqual(heard(server), ['EHLO beta']);
    assert.deepEqual(titles((await mocha(options, ['--fgrep', 'beta', '--invert'])).passes), ['alpha', 'gamma']);
    assert.deepEqual(heard(server).sort(), ['EHLO alpha', 'EHLO beta', 'EHLO gamma']);
    assert.deepEqual(titles((await command(options, ['--grep', '/GAM/i', '--parallel'])).passes), ['gamma']);
    assert.equal(server.talks.length, 4);
  });

  it('scenarios() plays nothing, and starts no service, where another test is the only one', async () => {
    const server = await listen(smtpScript());
    write('names.yaml', named('alpha'));
    write('mailspec.yaml', `services: [{ name: mark, start: [touch, ${JSON.stringify(join(folder, 'started'))}] }]`);
    const ran = await mocha(
      { targets: 'names.yaml', servers: { it: server.url() } },
      [],
      ['scenarios.spec.mjs', 'only.spec.mjs'],
    );
    assert.deepEqual(titles(ran.passes), ['is the only one'], ran.stderr + ran.stdout);
    assert.equal(server.talks.length, 0);
    assert.ok(!existsSync(join(folder, 'started')));
  });

  it('scenarios() plays as many at a time as "parallel" says, each reported in its place', async () => {
    let greet: (() => void)[] = [];
    let talking = 0;
    let most = 0;
    // The server greets only once three clients are connected: with fewer at a time, the run would hang.
    const server = await listen(async (talk) => {
      await new Promise<void>((resolve) => {
        greet.push(resolve);
        if (greet.length < 3) return;
        for (const each of greet) each();
        greet = [];
      });
      // Counts until QUIT is answered, because the server may notice a closed connection only after the next one opens.
      talking++;
      most = Math.max(most, talking);
      talk.write('220 peer.example\r\n');
      for (let line = await talk.line(); line !== 'QUIT'; line = await talk.line()) talk.write('250 OK\r\n');
      talking--;
      talk.write('221 Bye\r\n');
    });
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    write('names.yaml', named(...names));
    const ran = await mocha({ targets: 'names.yaml', servers: { it: server.url() }, parallel: 3 });
    assert.deepEqual(titles(ran.passes), names, ran.stdout);
    assert.equal(most, 3);
  });

  it('scenarios() plays each when mocha reaches it where "parallel" is 1, so that hooks hold', async () => {
    const server = await listen(async (talk) => {
      talk.write('220 peer.example\r\n');
      for (;;) {
        const line = await talk.line();
        talk.write(line === 'QUIT' ? '221 Bye\r\n' : '250 OK\r\n');
      }
    });
    write('names.yaml', named('a', 'b'));
    const ran = await mocha(
      { targets: 'names.yaml', servers: { it: server.url() }, parallel: 1 },
      [],
      ['hooks.spec.mjs', 'scenarios.spec.mjs'],
    );
    assert.equal(ran.passes.length, 2, ran.stdout + ran.stderr);
    assert.deepEqual(heard(server), ['before a', 'EHLO a', 'before b', 'EHLO b']);
  });

  it('scenarios() starts nothing after a failure under --bail, and leaves nothing behind', async () => {
    const server = await listen(smtpScript({ 'EHLO B': '550 no' }));
    write('names.yaml', named('a', 'b', 'c', 'd'));
    write('more.yaml', named('e').replace('Names', 'More'));
    for (const parallel of [1, 2]) {
      const before = server.talks.length;
      const ran = await command({ targets: ['names.yaml', 'more.yaml'], servers: { it: server.url() }, parallel }, [
        '--bail',
      ]);
      assert.deepEqual([titles(ran.passes), titles(ran.failures), ran.status], [['a'], ['b'], 1]);
      const played = server.talks.length - before;
      assert.ok(played <= 1 + parallel, `${played} were played`);
    }
  });

  it('scenarios() plays a scenario again when mocha retries its test', async () => {
    const server = await listen((talk, number) => smtpScript(number === 1 ? { EHLO: '421 later' } : {})(talk, number));
    write('names.yaml', named('a'));
    const ran = await mocha({ targets: 'names.yaml', servers: { it: server.url() } }, ['--retries', '2']);
    assert.deepEqual(titles(ran.passes), ['a']);
    assert.equal(server.talks.length, 2);
  });

  it("scenarios() lets no timeout of mocha's cut a scenario, and reports the scenario's own duration", async () => {
    const server = await listen(smtpScript());
    write(
      'slow.yaml',
      `
      suite: Slow
      server: it
      scenarios:
        - { name: one, dialogue: [expect: 220, wait: 300ms] }
        - { name: two, dialogue: [expect: 220, wait: 300ms] }
        - { name: ends, timeout: 200ms, dialogue: [expect: 220, wait: 10s] }
    `,
    );
    const ran = await mocha({ targets: 'slow.yaml', servers: { it: server.url() } }, ['--timeout', '50']);
    assert.deepEqual(titles(ran.passes), ['one', 'two']);
    // By mocha's own clock, a scenario that ended before its test began would have taken no time.
    for (const { duration = 0 } of ran.passes) assert.ok(duration >= 290, `${duration} ms`);
    assert.match(ran.failures[0]?.err.message ?? '', /scenario\.timeout.*did not end within/);
  });

  it('scenarios() works with mocha --parallel and with the interface "tdd"', async () => {
    const server = await listen(smtpScript());
    write('names.yaml', named('a', 'b'));
    const options = { targets: 'names.yaml', servers: { it: server.url() } };
    assert.deepEqual(titles((await command(options, ['--parallel'])).passes), ['a', 'b']);
    assert.deepEqual(titles((await command(options, ['--ui', 'tdd'])).passes), ['a', 'b']);
  });

  it('scenarios() can be called from CommonJS with --delay', async () => {
    const server = await listen(smtpScript());
    write('names.yaml', named('a', 'b'));
    const ran = await command({ targets: 'names.yaml', servers: { it: server.url() } }, ['--delay'], ['delayed.cjs']);
    assert.deepEqual(titles(ran.passes), ['a', 'b'], ran.stderr);
  });

  it("scenarios() starts the configuration's services before and stops them after", async () => {
    write('peer.mjs', service);
    write('mailspec.yaml', serviceConfig);
    write('names.yaml', named('a', 'b'));
    const ran = await mocha({ targets: ['names.yaml'] });
    assert.deepEqual(titles(ran.passes), ['a', 'b'], ran.stdout + ran.stderr);
    assert.throws(() => process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 0), { code: 'ESRCH' });
  });

  it('scenarios() tells why a service did not start', async () => {
    write(
      'mailspec.yaml',
      `
      servers: { it: "smtp://127.0.0.1:1" }
      services: [{ name: broken, start: [node, -e, "console.log('no licence'); process.exit(3)"], ready: /never/ }]
    `,
    );
    write('names.yaml', named('a'));
    const ran = await mocha({ targets: 'names.yaml' });
    assert.match(ran.failures[0]?.err.message ?? '', /^(?:Cannot start|Service) .*"?broken"?.*\n {2}\| no licence$/);
  });

  it('scenarios() stops everything when mocha is interrupted', async () => {
    write('peer.mjs', service);
    write('mailspec.yaml', serviceConfig);
    write('hangs.yaml', 'suite: Hangs\nserver: it\nscenarios:\n  - { name: a, dialogue: [expect: 220, wait: 50s] }\n');
    const child = start({ targets: ['hangs.yaml'] }, [], ['scenarios.spec.mjs']);
    const ended = once(child, 'exit');
    await appears(folder, 'talked');
    child.kill('SIGINT');
    const [status, signal] = (await ended) as [number | null, string | null];
    assert.ok(signal === 'SIGINT' || status === 130, `${status} ${signal}`);
    assert.throws(() => process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 0), { code: 'ESRCH' });
  });
});

/** A server in its own process: it writes its process id to a file, and another file once a client has connected. */
const service = `
  import { createServer } from 'node:net';
  import { writeFileSync } from 'node:fs';
  writeFileSync('pid', String(process.pid));
  const server = createServer((socket) => {
    writeFileSync('talked', '');
    socket.on('error', () => {}).write('220 peer.example\\r\\n');
    socket.on('data', (octets) => socket.write(/^QUIT/.test(octets) ? '221 Bye\\r\\n' : '250 OK\\r\\n'));
  });
  server.listen(0, '127.0.0.1', () => console.log('on port ' + server.address().port));
`;

const serviceConfig = `
  servers: { it: "smtp://127.0.0.1:\${port}" }
  services: [{ name: peer, start: [node, peer.mjs], ready: "/on port (?P<port>[0-9]+)/" }]
`;

async function appears(folder: string, name: string): Promise<void> {
  const watcher = watch(folder);
  try {
    while (!existsSync(join(folder, name))) await once(watcher, 'change');
  } finally {
    watcher.close();
  }
}
