import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type Ended, project } from '../../fixtures/testing/command.ts';
import { begin, dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { type Answers, peers, smtpScript, type Talk } from '../../fixtures/testing/peer.ts';
import type { LoadResult } from '../load/result.ts';
import { packageRoot } from '../package-root.ts';
import { readLoadResult } from './load-results.ts';

const said = ({ stdout, stderr, status }: Ended) => `status ${status}\n${stdout}\n--- stderr\n${stderr}`;
const hello = [{ expect: 220 }, { send: 'NOOP', expect: 250 }, { send: 'QUIT', expect: 221 }];

describe('mailspec load', () => {
  const { listen } = peers();

  const prepared = async (
    answers: Answers = {},
    scenarios: readonly object[] = [{ name: 'a client says hello', dialogue: hello }],
  ) => {
    const peer = await listen(smtpScript(answers));
    const cwd = project({
      'mailspec.yaml': { servers: { it: peer.url() } },
      'a.yaml': { suite: 'A', server: 'it', scenarios },
    });
    const read = (file: string) => readLoadResult(file, cwd);
    return { peer, cwd, read, load: (...args: readonly string[]) => dispatched(['load', ...args], { cwd }) };
  };

  it('starts as many as are due, and reports scenario and steps, throughput and settings', async () => {
    const { peer, load, read, cwd } = await prepared();
    const ended = await load('a.yaml', '--rate', '100/s', '--for', '0.2s', '--out', 'a.json', '--out', 'a.md');
    assert.equal(ended.status, 0, said(ended));
    assert.equal(peer.talks.length, 20);
    const result = read('a.json');
    assert.deepEqual(result.settings, { rate: 100, seconds: 0.2, connections: 50, processes: 1 });
    assert.deepEqual(result.errors, []);
    const [scenario] = result.scenarios;
    assert.deepEqual(scenario?.outcomes, { passed: 20 });
    assert.deepEqual(
      scenario?.steps.map(({ label, latency }) => [label, latency?.count]),
      [
        ['expect 220', 20],
        ['NOOP', 20],
        ['QUIT', 20],
      ],
    );
    assert.equal(scenario?.latency?.count, 20);
    assert((scenario?.latency?.max ?? 0) >= (scenario?.service?.max ?? 0));
    assert.match(ended.stdout, /^a client says hello +20( +[\d,.]+){5}$/m);
    assert.match(ended.stdout, /^ {2}NOOP +20( +[\d,.]+){5}$/m);
    assert.match(
      ended.stdout,
      /^100\/s for 0\.2 s, at most 50 connections\n20 scenarios in \d.* 20 passed \(.*\/s\), no errors\n$/m,
    );
    const page = readFileSync(join(cwd, 'a.md'), 'utf8');
    assert.match(page, /^\| \*\*`a client says hello`\*\* \| 20 \|/m);
    assert.match(page, /^\| – `NOOP` \| 20 \|/m);
  });

  it('runs several scenarios in turn, and gives each run an id of its own', async () => {
    const named = (name: string) => ({
      name,
      dialogue: [{ expect: 220 }, { send: `NOOP ${name} \${scenario.id}`, expect: 250 }],
    });
    const { peer, load } = await prepared({}, [named('one'), named('two')]);
    const ended = await load('a.yaml', '--rate', '100/s', '--for', '0.1s');
    assert.equal(ended.status, 0, said(ended));
    const sent = peer.talks.map(({ received }) => /NOOP (\S+) (\S+)/.exec(received));
    assert.deepEqual(sent.map((match) => match?.[1]).sort(), [...Array(5).fill('one'), ...Array(5).fill('two')]);
    assert.equal(new Set(sent.map((match) => match?.[2])).size, 10);
    assert.match(ended.stdout, /^all scenarios +10 .*\none +5 /m);
    const few = await load('a.yaml', '--rate', '100/s', '--for', '0.01s');
    assert.match(few.stdout, /warning: 1 scenario of 2 did not run/);
    assert.doesNotMatch(few.stdout, /^two /m);
  });

  it('counts latency from the intended start, and reports when it is interrupted', async () => {
    const stalled = 300;
    let talks = 0;
    let third: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => {
      third = resolve;
    });
    // The first client waits, and so do the ones due meanwhile, since there is only one connection.
    const greeting = async () => {
      talks++;
      if (talks === 1) await new Promise((resolve) => setTimeout(resolve, stalled));
      if (talks === 4) third();
      return talks < 4 ? '220 peer.example ESMTP' : '';
    };
    const { cwd, read } = await prepared({ greeting });
    const args = ['load', 'a.yaml', '--rate', '20/s', '--for', '10m', '--connections', '1', '--out', 'a.json'];
    const running = begin(args, { cwd });
    await reached;
    running.interrupt();
    const ended = await running.ended;
    assert.equal(ended.status, 130, said(ended));
    const { scenarios, waited, interrupted, notStarted } = read('a.json');
    const [scenario] = scenarios;
    assert.equal(interrupted, true);
    assert.equal(notStarted, 0);
    // What was running at the end is not a failure of the server.
    assert.deepEqual(scenario?.outcomes, { passed: 3 });
    assert(waited >= 2, `${waited} waited`);
    // The second and third were due after 50 ms and 100 ms, and could not start before the first had ended.
    assert((scenario?.latency?.min ?? 0) >= stalled / 2, JSON.stringify(scenario));
    assert.match(ended.stdout, /warning: \d+ scenarios started late, because the only connection was in use/);
    assert.match(ended.stdout, /warning: The load was interrupted/);
  });

  it('groups errors by cause, and fails when there are more than are allowed', async () => {
    let count = 0;
    // Of ten commands, the second and the seventh are refused.
    const NOOP = () => (++count % 5 === 2 ? `450 4.3.2 Too busy, client ${count}` : '250 OK');
    const { load, read } = await prepared({ NOOP });
    const args = ['a.yaml', '--rate', '100/s', '--for', '0.1s', '--out', 'a.json'];
    const ended = await load(...args);
    assert.equal(ended.status, 1, said(ended));
    assert.match(
      ended.stdout,
      /2 × a client says hello: NOOP: expected 250, got 450 4\.3\.2 Too busy, client [27]\n +a\.yaml:\d+/,
    );
    const { errors, scenarios } = read('a.json');
    assert.deepEqual(
      errors.map(({ code, status, count: times }) => [code, status, times]),
      [['reply.mismatch', '450', 2]],
    );
    assert.deepEqual(scenarios[0]?.outcomes, { passed: 8, failed: 2 });
    assert.equal(scenarios[0]?.latency?.count, 8);
    assert.equal(scenarios[0]?.failed?.count, 2);
    assert.equal((await load(...args, '--max-errors', '20%')).status, 0);
    assert.equal((await load(...args, '--max-errors', '1')).status, 1);
  });

  it('ends early when nothing passes', async () => {
    const { load, peer } = await prepared({ NOOP: '554 5.7.1 Go away' });
    const ended = await load('a.yaml', '--for', '10m', '--connections', '10');
    assert.equal(ended.status, 1, said(ended));
    assert.match(ended.stdout, /The load was ended early: no scenario passed/);
    assert(peer.talks.length < 200, `${peer.talks.length} connections`);
  });

  it('divides the load among processes, and their results are one', async () => {
    const { load, read, peer } = await prepared();
    const ended = await load('a.yaml', '--rate', '100/s', '--for', '0.1s', '--processes', '2', '--out', 'a.json');
    assert.equal(ended.status, 0, said(ended));
    const { settings, scenarios } = read('a.json');
    assert.deepEqual(settings, { rate: 100, seconds: 0.1, connections: 50, processes: 2 });
    assert.deepEqual(
      [scenarios[0]?.outcomes.passed, scenarios[0]?.steps[1]?.latency?.count, peer.talks.length],
      [10, 10, 10],
    );
  });

  it('merges the results of several machines, and refuses what is none', async () => {
    const { load, read, cwd } = await prepared();
    for (const file of ['1.json', '2.json'])
      assert.equal((await load('a.yaml', '--rate', '50/s', '--for', '0.1s', '--out', file)).status, 0);
    const ended = await load('--merge', '1.json', '2.json', '--out', 'all.json');
    assert.equal(ended.status, 0, said(ended));
    const [one, two, all] = [read('1.json'), read('2.json'), read('all.json')];
    assert.deepEqual(all.settings, { rate: 100, seconds: 0.1, connections: 100, processes: 2 });
    assert.equal(all.scenarios[0]?.outcomes.passed, 10);
    const max = (result: LoadResult) => result.scenarios[0]?.latency?.max ?? 0;
    assert.equal(max(all), Math.max(max(one), max(two)));
    const damaged = readFileSync(join(cwd, '1.json'), 'utf8').replace(/"HISTF\w{12}/, '"HISTFAAAA');
    writeFileSync(join(cwd, 'damaged.json'), damaged);
    writeFileSync(join(cwd, 'other.json'), '{"format":"mailspec/1"}');
    for (const file of ['damaged.json', 'other.json', 'missing.json']) {
      const refused = await load('--merge', '1.json', file, '--out', 'none.json');
      assert.equal(refused.status, 2, said(refused));
      assert.match(refused.stderr, new RegExp(`error: Cannot (?:use|read) the results "${file}"`));
      assert(!existsSync(join(cwd, 'none.json')));
    }
  });

  it('does not load another machine unless it may', async () => {
    const { load, cwd } = await prepared();
    const refused = await load('a.yaml', '--server', 'it=smtp://mail.example.com', '--out', 'a.json');
    assert.equal(refused.status, 2, said(refused));
    assert.match(refused.stderr, /Cannot load mail\.example\.com: it is another machine\n.*"--yes"/);
    assert(!existsSync(join(cwd, 'a.json')));
  });

  it('leaves out what provokes defenses, and refuses a load of nothing else', async () => {
    const scenarios = [
      { name: 'a client says hello', dialogue: hello },
      { name: 'a client is rude', provokes: ['errors'], dialogue: hello },
    ];
    const { load } = await prepared({}, scenarios);
    const some = await load('a.yaml', '--rate', '100/s', '--for', '0.02s');
    assert.equal(some.status, 0, said(some));
    assert.match(some.stderr, /note: "a client is rude" is left out: it provokes the server's defenses \(errors\)/);
    const alone = await load('a.yaml', '--grep', 'rude');
    assert.equal(alone.status, 2, said(alone));
    assert.match(alone.stderr, /Cannot run "a client is rude" as load: it provokes/);
  });

  it('refuses options that cannot be met before it opens a connection', async () => {
    const { load, peer, cwd } = await prepared();
    const arrives = {
      name: 'mail arrives',
      receives: { outside: { rcpt: [250] } },
      dialogue: [{ expect: 220 }],
    };
    const suite = { suite: 'R', server: 'it', scenarios: [arrives] };
    writeFileSync(join(cwd, 'receives.yaml'), JSON.stringify(suite));
    const config = { servers: { it: peer.url() }, receivers: { outside: 2525 } };
    writeFileSync(join(cwd, 'mailspec.yaml'), JSON.stringify(config));
    for (const [args, message] of [
      [[], /no scenario file is named/],
      [['a.yaml', '--rate', '0/s'], /Cannot use "--rate 0\/s"/],
      [['a.yaml', '--rate', 'fast'], /Cannot use "--rate fast"/],
      [['a.yaml', '--for', '10'], /Cannot use "--for 10"/],
      [['a.yaml', '--max-errors', 'few'], /Cannot use "--max-errors few"/],
      [['a.yaml', '--out', 'a.txt'], /must end in \.json or \.md/],
      [['a.yaml', '--out', 'no/such/a.json'], /Cannot write "no\/such\/a\.json"/],
      [['a.yaml', '--connections', '2', '--processes', '3'], /each process has 0/],
      [['--merge'], /no results are named/],
      [['receives.yaml', '--processes', '2'], /Cannot run "mail arrives" in 2 processes: it receives mail/],
    ] as const) {
      const refused = await load(...args);
      assert.equal(refused.status, 2, said(refused));
      assert.match(refused.stderr, message);
    }
    assert.equal(peer.talks.length, 0);
    assert(!existsSync(join(cwd, 'a.txt')));
  });

  it('shows no secret, whatever the server does with it', async () => {
    const scenarios = [
      {
        name: 'a password is repeated',
        dialogue: [{ expect: 220 }, { send: 'NOOP ${password}', expect: 250 }],
      },
    ];
    const echo = (_talk: Talk, line: string) => `450 4.0.0 You said ${line}`;
    const { cwd } = await prepared({ NOOP: echo }, scenarios);
    const ended = await dispatched(
      [
        'load',
        'a.yaml',
        '--rate',
        '100/s',
        '--for',
        '0.02s',
        '--secret',
        'password=env:PW',
        '--out',
        'a.json',
        '--out',
        'a.md',
      ],
      { cwd, env: { PW: 'hunter2secret' } },
    );
    assert.equal(ended.status, 1, said(ended));
    const shown = [
      ended.stdout,
      ended.stderr,
      ...['a.json', 'a.md'].map((file) => readFileSync(join(cwd, file), 'utf8')),
    ];
    for (const text of shown) assert(!text.includes('hunter2'), text);
    assert.match(ended.stdout, /You said NOOP «password»/);
  });

  it('writes results that the schema describes in full', async () => {
    let count = 0;
    const { load, cwd } = await prepared({ NOOP: () => (++count % 2 === 0 ? '450 4.3.2 Too busy' : '250 OK') });
    const ended = await load('a.yaml', '--rate', '100/s', '--for', '0.1s', '--out', 'a.json');
    assert.equal(ended.status, 1, said(ended));
    // Without fields that the schema does not define.
    const schema: unknown = JSON.parse(
      readFileSync(join(packageRoot(), 'schemas', 'load.schema.json'), 'utf8'),
      (_, value) => (value?.type === 'object' ? { additionalProperties: false, ...value } : value),
    );
    const validate = new Ajv2020({ allErrors: true }).compile(schema as object);
    const result = JSON.parse(readFileSync(join(cwd, 'a.json'), 'utf8')) as LoadResult;
    assert.ok(validate(result), JSON.stringify(validate.errors, null, 2));
    assert.deepEqual(
      [result.scenarios[0]?.outcomes, result.errors.length, result.client.startDelay?.count],
      [{ passed: 5, failed: 5 }, 1, 10],
    );
  });
});
