import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mailspec, project, start } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { bad, byPattern, good, left, marked, node, said, serviceFiles, suiteOn } from './run.test.helper.ts';

/** Milliseconds. A missing reply, and a service that does not stop, would take 10 s. */
const atOnce = 9_000;

/** Between two checks of what another process does. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('mailspec run, as a process', () => {
  const { listen } = peers();
  const withServer = async (scenarios: readonly object[]) => {
    const peer = await listen(smtpScript({ VRFY: '' }));
    return { cwd: suiteOn(peer, scenarios), peer };
  };

  it('ends with the status of the run, and its reports are whole', async () => {
    for (const [scenarios, status] of [
      [[{ name: 'fails', dialogue: bad }], 1],
      [[{ name: 'is wrong', dialog: good }], 2],
      [[{ name: 'errs', server: 'gone', dialogue: good }], 3],
    ] as const) {
      const { cwd } = await withServer([{ name: 'passes', dialogue: good }, ...scenarios]);
      const ended = await mailspec(['run', '--junit', '-'], { cwd });
      assert.equal(ended.status, status, said(ended));
      if (status === 2) assert.equal(ended.stdout, '');
      else assert.match(ended.stdout, /^<\?xml [\s\S]*<\/testsuites>\s*$/);
    }
  });

  it('survives a reader that goes away, and writes the other reports', async () => {
    const { cwd } = await withServer([
      { name: 'passes', dialogue: good },
      { name: 'fails', dialogue: bad },
    ]);
    const running = start(['run', '--junit', 'out.xml'], { cwd });
    running.child.stdout?.destroy();
    const ended = await running.ended;
    assert.equal(ended.status, 1, said(ended));
    assert.match(readFileSync(join(cwd, 'out.xml'), 'utf8'), /<\/testsuites>/);
    assert.equal(ended.stderr, '');
  });

  it('Ctrl-C ends quickly with 130, closes connections and writes the reports of what had run', async () => {
    const { cwd, peer } = await withServer([
      { name: 'passes', dialogue: good },
      { name: 'fails', dialogue: bad },
      { name: 'hangs', dialogue: [{ expect: 220 }, { send: 'VRFY a', expect: 250 }] },
      { name: 'never begins', dialogue: good },
    ]);
    const running = start(['run', '--parallel', '1', '--junit', 'out.xml', '--reporter', 'json=out.jsonl'], { cwd });
    while (!peer.talks.some(({ received }) => received.includes('VRFY'))) await turn();
    running.interrupt();
    const ended = await running.ended;
    assert.equal(ended.status, 130, said(ended));
    assert.ok(ended.took < atOnce, String(ended.took));
    await peer.idle();
    const xml = readFileSync(join(cwd, 'out.xml'), 'utf8');
    assert.match(xml, /<\/testsuites>/);
    assert.equal(xml.match(/<testcase/g)?.length, 4);
    assert.equal(xml.match(/<failure/g)?.length, 1);
    const last = JSON.parse(readFileSync(join(cwd, 'out.jsonl'), 'utf8').trimEnd().split('\n').at(-1) ?? '') as {
      summary?: { interrupted?: boolean };
    };
    assert.match(JSON.stringify(last), /"interrupted":true/);
    const again = await dispatched(['run', '--rerun-failed', '--dry-run'], { cwd });
    assert.match(again.stdout, /fails[\s\S]*hangs[\s\S]*never begins/);
    assert.doesNotMatch(again.stdout, /passes/);
  });
});

describe('services, of a process', () => {
  const { listen } = peers();

  it('are ended without a warning of Node, however many they are', async () => {
    const others = Array.from({ length: 11 }, (_, at) => ({ name: `other_${at}`, start: ['sleep', '60'] }));
    const cwd = project(serviceFiles([byPattern, ...others]));
    const ended = await mailspec(['run'], marked(cwd));
    assert.equal(ended.status, 0, said(ended));
    assert.equal(ended.stderr, '');
    assert.deepEqual(left(cwd), []);
  });

  it('are stopped on Ctrl-C, while they start and while scenarios run, and at a second one at once', async () => {
    const starting = project(
      serviceFiles([
        byPattern,
        { name: 'slow', start: [node, '-e', 'console.log("starting"); setInterval(() => {}, 1000)'], ready: '/never/' },
      ]),
    );
    const first = start(['run'], marked(starting));
    while (left(starting).length < 3) await turn();
    first.interrupt();
    const interrupted = await first.ended;
    assert.equal(interrupted.status, 130, said(interrupted));
    assert.deepEqual(left(starting), []);

    const running = project(serviceFiles([byPattern], [{ expect: '220 service' }, { wait: '30s' }]));
    const second = start(['run', '--junit', 'out.xml'], marked(running));
    while (left(running).length < 2) await turn();
    second.child.kill('SIGHUP');
    assert.equal((await second.ended).status, 130);
    assert.deepEqual(left(running), []);

    const peer = await listen(smtpScript());
    const stubborn = project(
      serviceFiles(
        [
          {
            name: 'stubborn',
            start: [
              node,
              '-e',
              `process.on("SIGTERM", () => {}); console.log("listening on ${peer.port}"); setInterval(() => {}, 1000)`,
            ],
            ready: '/listening on (?P<port>\\d+)/',
          },
        ],
        [{ expect: 220 }, { wait: '30s' }],
      ),
    );
    const third = start(['run'], marked(stubborn));
    while (peer.talks.length === 0) await turn();
    third.interrupt();
    // The run is over, and the service ignores SIGTERM.
    await peer.talks[0]?.gone;
    third.interrupt();
    const killed = await third.ended;
    assert.equal(killed.status, 130, said(killed));
    assert.ok(killed.took < atOnce, String(killed.took));
    while (left(stubborn).length > 0) await turn();
  });
});
