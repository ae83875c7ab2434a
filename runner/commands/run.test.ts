import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reservePorts } from '../../fixtures/servers/ports.ts';
import { type Ended, project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { packageRoot } from '../package-root.ts';
import {
  bad,
  byPattern,
  good,
  left,
  marked,
  node,
  said,
  serviceFiles,
  suiteOn,
  unreachable,
} from './run.test.helper.ts';

describe('mailspec run', () => {
  const { listen } = peers();
  const withServer = async (
    scenarios: readonly object[],
    files: Readonly<Record<string, unknown>> = {},
    config: object = {},
  ) => {
    const peer = await listen(smtpScript());
    return { cwd: suiteOn(peer, scenarios, files, config), peer };
  };
  /** The names of the scenarios that ran, from JSON events. */
  const ran = (ended: Ended): readonly string[] =>
    ended.stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { type?: string; name?: string; scenario?: { name?: string } })
      .filter(({ type }) => type === 'scenario')
      .map(({ name, scenario }) => name ?? scenario?.name ?? '?');

  it('exits with 0 where all is well, warnings, skips and known issues included', async () => {
    const { cwd } = await withServer([
      { name: 'passes', dialogue: good },
      { name: 'warns', level: 'should', dialogue: bad },
      { name: 'skips', skip: 'not today', dialogue: good },
      { name: 'is known', known_issue: { reason: 'why' }, dialogue: bad },
    ]);
    const ended = await dispatched(['run'], { cwd });
    assert.equal(ended.status, 0, said(ended));
    assert.match(ended.stdout, /passes/);
  });

  it('exits with 1 after a failure, and under strict after a warning', async () => {
    const { cwd } = await withServer([
      { name: 'fails', dialogue: bad },
      { name: 'errs', server: 'gone', dialogue: good },
    ]);
    const failed = await dispatched(['run'], { cwd });
    assert.equal(failed.status, 1, said(failed));
    assert.match(failed.stdout, /expected 251|expected: 251/);
    assert.match(failed.stdout, /scenarios\/a\.yaml:\d+/);
    const warned = await withServer([{ name: 'warns', level: 'should', dialogue: bad }]);
    assert.equal((await dispatched(['run', '--strict'], { cwd: warned.cwd })).status, 1);
  });

  it('exits with 3 where a scenario could not be checked and none failed', async () => {
    const { cwd } = await withServer([
      { name: 'passes', dialogue: good },
      { name: 'errs', server: 'gone', dialogue: good },
    ]);
    const ended = await dispatched(['run'], { cwd });
    assert.equal(ended.status, 3, said(ended));
  });

  it('exits with 2 for what it cannot use, before a connection', async () => {
    const { cwd, peer } = await withServer([{ name: 'passes', dialogue: good }], {
      'scenarios/wrong.yaml':
        'suite: B\nserver: it\nscenarios:\n  - name: one\n    dialogue:\n      - send: NOOP\n        expct: 250\n',
    });
    const rows: readonly (readonly [args: readonly string[], message: RegExp])[] = [
      [['run'], /wrong\.yaml:7:9[\s\S]*expct[\s\S]*Did you mean "expect"\?/],
      [['run', 'scenarios/a.yaml', '--strcit'], /Unknown option "--strcit"\n.*Did you mean "--strict"\?/],
      [['run', 'scenarios/a.yaml', '--xyzzy'], /Unknown option "--xyzzy"\n.*mailspec help run/],
      [['run', 'scenarios/a.yaml', '--parallel', 'many'], /--parallel many/],
      [['run', 'scenarios/a.yaml', '--parallel', '0'], /--parallel 0/],
      [['run', 'scenarios/a.yaml', '--timeout', '5'], /--timeout 5.*not a duration/],
      [['run', 'scenarios/a.yaml', '--strict=yes'], /"--strict" takes no value/],
      [['run', 'scenarios/a.yaml', '--parallel'], /"--parallel" needs a value/],
      [['run', 'scenarios/a.yaml', '--var', 'novalue'], /NAME=VALUE/],
      [['run', 'scenarios/a.yaml', '--reporter', 'junt'], /junit/],
      [['run', 'scenarios/a.yaml', '--tags', 'a and'], /tags/i],
      [['run', 'scenarios/a.yaml', '--profile', 'nowhere'], /profile "nowhere"/],
      [['run', 'scenarios/a.yaml', '--config', 'none.yaml'], /none\.yaml/],
      [['run', 'scenarios/a.yaml', '--grep', 'nothing like it'], /./],
      [['run', 'scenarios/a.yaml', '--server', 'it=nonsense'], /nonsense/],
      [['run', 'nowhere.yaml'], /Cannot find "nowhere\.yaml"/],
      [['rnu'], /Unknown command "rnu"\n.*Did you mean "mailspec run"\?/],
      [[], /mailspec COMMAND/],
    ];
    for (const [args, message] of rows) {
      const ended = await dispatched(args, { cwd });
      assert.equal(ended.status, 2, `${args.join(' ')}: ${said(ended)}`);
      assert.match(ended.stdout + ended.stderr, message, args.join(' '));
      assert.doesNotMatch(ended.stderr, /^ +at .*\.js/m, args.join(' '));
    }
    assert.equal((await dispatched(['run'], { cwd })).status, 2);
    assert.equal(peer.talks.length, 0);
  });

  it('selects by tags, text, place, id and file', async () => {
    const { cwd } = await withServer(
      [
        { name: 'One of them', tags: ['smtp', 'slow'], dialogue: good },
        { name: 'The other', tags: ['smtp'], dialogue: good },
        { name: 'Case ${n}', each: { n: [1, 2] }, dialogue: good },
      ],
      {
        'scenarios/deep/b.yaml':
          'suite: B\nserver: it\nscenarios:\n  - name: first in b\n    dialogue:\n      - expect: 220\n  - name: second in b\n    dialogue:\n      - expect: 220\n',
      },
    );
    const rows: readonly (readonly [args: readonly string[], names: readonly string[]])[] = [
      [[], ['One of them', 'The other', 'Case 1', 'Case 2', 'first in b', 'second in b']],
      [['--tags', 'smtp and not slow'], ['The other']],
      [['--grep', 'OTHER'], ['The other']],
      [['scenarios/deep'], ['first in b', 'second in b']],
      [['scenarios/deep/b.yaml:8'], ['second in b']],
      [['scenarios/deep/b.yaml:8:9'], ['second in b']],
      [
        ['scenarios/deep/b.yaml:4', 'scenarios/a.yaml', '--grep', 'case'],
        ['Case 1', 'Case 2'],
      ],
      [['a#the-other'], ['The other']],
      [['deep/b#*'], ['first in b', 'second in b']],
      [['scenarios/*.yaml'], ['One of them', 'The other', 'Case 1', 'Case 2']],
    ];
    for (const [args, names] of rows) {
      const ended = await dispatched(['run', ...args, '--reporter', 'json=-'], { cwd });
      assert.equal(ended.status, 0, `${args.join(' ')}: ${said(ended)}`);
      assert.deepEqual([...ran(ended)].sort(), [...names].sort(), args.join(' '));
    }
  });

  it('--rerun-failed plays what did not pass last time', async () => {
    const { cwd } = await withServer([
      { name: 'passes', dialogue: good },
      { name: 'fails', dialogue: bad },
      { name: 'errs', server: 'gone', dialogue: good },
    ]);
    const none = await dispatched(['run', '--rerun-failed'], { cwd });
    assert.equal(none.status, 2, said(none));
    assert.equal((await dispatched(['run'], { cwd })).status, 1);
    const again = await dispatched(['run', '--rerun-failed', '--reporter', 'json=-'], { cwd });
    assert.equal(again.status, 1, said(again));
    assert.deepEqual([...ran(again)].sort(), ['errs', 'fails']);
    const mended = await dispatched(
      ['run', '--rerun-failed', '--grep', 'errs', '--server', 'gone=smtp://127.0.0.1:1', '--reporter', 'json=-'],
      { cwd },
    );
    assert.deepEqual(ran(mended), ['errs'], said(mended));
  });

  it('takes folders and globs, and never the configuration for a scenario file', async () => {
    const beside = { 'b.yaml': { suite: 'B', server: 'it', scenarios: [{ name: 'beside', dialogue: good }] } };
    for (const [scenarios, names] of [
      [['*.yaml'], ['beside']],
      [['.'], ['beside', 'listed']],
      [['scenarios'], ['listed']],
    ] as const) {
      const { cwd } = await withServer([{ name: 'listed', dialogue: good }], beside, { scenarios });
      const ended = await dispatched(['run', '--reporter', 'json=-'], { cwd });
      assert.equal(ended.status, 0, said(ended));
      assert.deepEqual([...ran(ended)].sort(), names);
    }
  });

  it('replaces a link in the place of the last run, and waits for no pipe there', async () => {
    const { cwd } = await withServer([{ name: 'fails', dialogue: bad }]);
    const folder = join(cwd, '.mailspec');
    const place = join(folder, 'last-run.json');
    mkdirSync(folder);
    writeFileSync(join(cwd, 'theirs'), 'kept');
    symlinkSync('../theirs', place);
    assert.equal((await dispatched(['run'], { cwd })).status, 1);
    assert.equal(readFileSync(join(cwd, 'theirs'), 'utf8'), 'kept');
    assert.deepEqual(readdirSync(folder), ['last-run.json']);
    rmSync(place);
    execFileSync('mkfifo', [place]);
    const none = await dispatched(['run', '--rerun-failed'], { cwd });
    assert.equal(none.status, 2, said(none));
    assert.equal((await dispatched(['run'], { cwd })).status, 1);
    assert.equal((await dispatched(['run', '--rerun-failed'], { cwd })).status, 1);
  });

  it('starts early enough what took long in the last run', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `quick ${index}`);
    const { cwd } = await withServer([
      ...names.map((name) => ({ name, dialogue: good })),
      { name: 'slow', dialogue: bad },
    ]);
    /** A failure ends the run: scenarios that have not started by then do not run. */
    const isLeft = async () => {
      const ended = await dispatched(['run', '--parallel', '2', '--bail', '--reporter', 'json=-'], { cwd });
      return ended.stdout.includes('"outcome":"not_run"');
    };
    assert.equal(await isLeft(), false);
    const place = join(cwd, '.mailspec', 'last-run.json');
    writeFileSync(place, JSON.stringify({ failed: [], durations: { 'a#slow': 3000, 'b#elsewhere': 9000 } }));
    assert.equal(await isLeft(), true);
    const { durations } = JSON.parse(readFileSync(place, 'utf8')) as { durations: Readonly<Record<string, number>> };
    assert.equal(durations['b#elsewhere'], 9000);
  });

  it('--rerun-failed finds a file that only the command line named', async () => {
    const { cwd } = await withServer([{ name: 'listed', dialogue: good }]);
    writeFileSync(
      join(cwd, 'elsewhere.yml'),
      JSON.stringify({ suite: 'Elsewhere', scenarios: [{ name: 'errs', server: unreachable, dialogue: good }] }),
    );
    assert.equal((await dispatched(['run', 'elsewhere.yml'], { cwd })).status, 3);
    const again = await dispatched(['run', '--rerun-failed', '--reporter', 'json=-'], { cwd });
    assert.deepEqual(ran(again), ['errs'], said(again));
  });

  it('--rerun-failed reads no file that is outside of the project, whatever the last run is said to have been', async () => {
    const { cwd } = await withServer([{ name: 'fails', dialogue: bad }]);
    const outside = project({ 'secret.yaml': 'canary-of-another-folder: 1\n' });
    mkdirSync(join(cwd, '.mailspec'));
    symlinkSync(join(outside, 'secret.yaml'), join(cwd, 'link.yaml'));
    const rows: readonly (readonly [file: string, message: RegExp])[] = [
      [join(outside, 'secret.yaml'), /access\.denied.*outside.*Name the file, too/s],
      [join(cwd, 'link.yaml'), /access\.denied/],
      [join(outside, '*.yaml'), /Cannot read/],
      [outside, /Cannot read/],
      ['/etc/passwd', /access\.denied/],
    ];
    for (const [file, message] of rows) {
      const failed = [{ id: 'a#fails', file }];
      writeFileSync(join(cwd, '.mailspec', 'last-run.json'), JSON.stringify({ failed }));
      const ended = await dispatched(['run', '--rerun-failed'], { cwd });
      assert.equal(ended.status, 2, said(ended));
      assert.match(said(ended), message);
      assert.doesNotMatch(said(ended), /canary|root:/);
    }
  });

  it('--rerun-failed finds a file elsewhere that is named, too', async () => {
    const { cwd } = await withServer([{ name: 'listed', dialogue: good }]);
    const suite = { suite: 'E', scenarios: [{ name: 'errs', server: unreachable, dialogue: good }] };
    const file = join(project({ 'e.yaml': suite }), 'e.yaml');
    assert.equal((await dispatched(['run', file], { cwd })).status, 3);
    const again = await dispatched(['run', '--rerun-failed', file, '--reporter', 'json=-'], { cwd });
    assert.deepEqual(ran(again), ['errs'], said(again));
  });

  it('--rerun-failed finds a shipped scenario', async () => {
    const { cwd } = await withServer([{ name: 'listed', dialogue: good }]);
    const id = 'tour/tour#a-scenario-is-a-dialogue-what-is-sent-what-is-expected';
    const failed = [{ id, file: join(packageRoot(), 'scenarios/tour/tour.yaml') }];
    mkdirSync(join(cwd, '.mailspec'));
    writeFileSync(join(cwd, '.mailspec', 'last-run.json'), JSON.stringify({ failed }));
    const again = await dispatched(['run', '--rerun-failed', '--dry-run'], { cwd });
    assert.equal(again.status, 0, said(again));
    assert.match(again.stdout, /tour/);
  });

  it('--var, --server and profiles go before the configuration', async () => {
    const { cwd, peer } = await withServer(
      [{ name: 'says ${who}', server: 'other', dialogue: [{ expect: 220 }, { send: 'NOOP ${who}', expect: 250 }] }],
      {},
      {
        variables: { who: 'config' },
        servers: { other: unreachable },
        profiles: { staging: { variables: { who: 'profile' }, servers: { other: 'smtp://127.0.0.1:2' } } },
      },
    );
    const server = ['--server', `other=${peer.url()}`];
    for (const [args, who] of [
      [server, 'config'],
      [[...server, '--profile', 'staging'], 'profile'],
      [[...server, '--profile', 'staging', '--var', 'who=a=b'], 'a=b'],
    ] as const) {
      const ended = await dispatched(['run', ...args], { cwd });
      assert.equal(ended.status, 0, said(ended));
      assert.equal(peer.talks.at(-1)?.received, `NOOP ${who}\r\n`);
    }
    const profile = await dispatched(['run', '--profile', 'staging'], { cwd });
    assert.equal(profile.status, 3, said(profile));
    assert.match(profile.stdout, /127\.0\.0\.1:2/);
  });

  it('--dry-run prints the plan and opens no connection', async () => {
    const { cwd, peer } = await withServer(
      [{ name: 'passes', dialogue: [...good, { send: 'VRFY ${password}', expect: 252 }] }],
      {},
      { secrets: { password: 'hidden-one' }, variables: {} },
    );
    const ended = await dispatched(['run', '--dry-run'], { cwd });
    assert.equal(ended.status, 0, said(ended));
    assert.match(
      ended.stdout,
      /a#passes {2}passes\n {2}server: it \(smtp:\/\/127\.0\.0\.1:\d+\)\n {2}expect 220\n {2}NOOP/,
    );
    assert.doesNotMatch(ended.stdout + ended.stderr, /hidden-one/);
    assert.match(ended.stdout, /\n1 scenario, nothing was sent\n$/);
    assert.equal(peer.talks.length, 0);
  });

  it('--dry-run and list let no control character of a name reach the terminal', async () => {
    const { cwd } = await withServer([{ name: 'beeps \u0007\u001b[31m', dialogue: good }]);
    for (const args of [['list'], ['run', '--dry-run']]) {
      const ended = await dispatched(args, { cwd });
      assert.equal(ended.status, 0, said(ended));
      assert.match(ended.stdout, / {2}beeps \\x07\\x1b\[31m/);
    }
  });

  it('--bail stops after so many failures, one without a number', async () => {
    const { cwd } = await withServer([1, 2, 3, 4].map((n) => ({ name: `fails ${n}`, dialogue: bad })));
    for (const [args, failed] of [
      [['--bail'], 1],
      [['--bail', '3'], 3],
    ] as const) {
      const ended = await dispatched(['run', '--parallel', '1', ...args, '--junit', 'out.xml'], { cwd });
      assert.equal(ended.status, 1, said(ended));
      assert.equal(readFileSync(join(cwd, 'out.xml'), 'utf8').match(/<failure/g)?.length, failed, said(ended));
    }
  });

  it('gives standard output to the report that asks for it with "-", alone', async () => {
    const { cwd } = await withServer([
      { name: 'passes', dialogue: good },
      { name: 'fails', dialogue: bad },
    ]);
    const junit = await dispatched(['run', '--junit', '-'], { cwd });
    assert.equal(junit.status, 1, said(junit));
    assert.match(junit.stdout, /^<\?xml [\s\S]*<\/testsuites>\s*$/);
    assert.match(junit.stderr, /fails/);
    const json = await dispatched(['run', '--reporter', 'json=-', '--reporter', 'junit=out.xml'], { cwd });
    for (const line of json.stdout.trimEnd().split('\n')) JSON.parse(line);
    assert.match(readFileSync(join(cwd, 'out.xml'), 'utf8'), /<testsuites/);
  });
});

describe('services', () => {
  it('are ready by their output, whose named groups are variables, and stopped after the run', async () => {
    const cwd = project(serviceFiles([byPattern]));
    const ended = await dispatched(['run'], marked(cwd));
    assert.equal(ended.status, 0, said(ended));
    assert.ok(existsSync(join(cwd, 'stopped')));
    assert.deepEqual(left(cwd), []);
  });

  it('see of our environment only what programs need, what is listed, and what the service gives', async () => {
    const prints = 'const { env } = process; console.log("seen", typeof env.PATH, env.TOKEN, env.MARK, env.GIVEN)';
    const service = { name: 'prints', start: [node, '-e', prints], env: { GIVEN: 'given' }, ready: '/never/' };
    const cwd = project(serviceFiles([service], undefined, { variables: { port: '1' } }));
    const ended = await dispatched(['run'], { cwd, env: { MARK: 'mark', TOKEN: 'hidden' } });
    assert.match(ended.stderr, / \| seen string undefined mark given\n/, said(ended));
  });

  it('are ready by a URL that greets', async () => {
    const reserved = await reservePorts('127.0.0.1', ['service']);
    const port = reserved.ports.service;
    const folder = project(
      serviceFiles(
        [
          {
            name: 'server',
            start: [node, 'server.cjs'],
            env: { PORT: String(port) },
            ready: `smtp://127.0.0.1:${port}`,
          },
        ],
        undefined,
        { variables: { port: String(port) } },
      ),
    );
    const ended = await dispatched(['run'], marked(folder));
    reserved.release();
    assert.equal(ended.status, 0, said(ended));
    assert.deepEqual(left(folder), []);
  });

  it('that end before they are ready, cannot be started or never get ready end the run, with their output', async () => {
    const rows: readonly (readonly [service: object, message: RegExp])[] = [
      [
        { name: 'broken', start: [node, '-e', 'console.error("no disk"); process.exit(7)'], ready: '/never/' },
        /Service "broken" ended with status 7 before it was ready\n {2}\| no disk/,
      ],
      [
        { name: 'none', start: ['./no-such-program'] },
        /Cannot start service "none": there is no program "\.\/no-such-program"/,
      ],
      [
        { name: 'hanging', start: [node, '-e', 'setInterval(() => {}, 1000)'], ready: '/never/', timeout: '300ms' },
        /Service "hanging" was not ready within 300 ms/,
      ],
      [
        { name: 'quiet', start: [node, '-e', 'console.log("done")'], ready: '/never/' },
        /Service "quiet" ended before its output matched\n {2}\| done/,
      ],
    ];
    for (const [service, message] of rows) {
      const cwd = project(serviceFiles([byPattern, service]));
      const ended = await dispatched(['run'], marked(cwd));
      assert.equal(ended.status, 3, said(ended));
      assert.match(ended.stderr, message);
      assert.ok(existsSync(join(cwd, 'stopped')), 'those before it are stopped');
      assert.deepEqual(left(cwd), []);
    }
  });

  it('are stopped by their own command, and with all they started', async () => {
    const cwd = project(
      serviceFiles([
        {
          ...byPattern,
          start: ['sh', '-c', `${node} server.cjs & ${node} -e 'setInterval(() => {}, 1000)' & wait`],
          stop: ['touch', 'asked'],
        },
      ]),
    );
    const ended = await dispatched(['run'], marked(cwd));
    assert.equal(ended.status, 0, said(ended));
    assert.ok(existsSync(join(cwd, 'asked')));
    assert.ok(existsSync(join(cwd, 'stopped')), 'a child may end in peace');
    assert.deepEqual(left(cwd), []);
  });
});
