import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { collector, optionsFor, reportOf, testClock } from '../../fixtures/reports/collect.ts';
import {
  blocked,
  eventsOf,
  headline,
  mixed,
  placeIn,
  problemAt,
  reported,
  resultOf,
  runStarted,
  scenarioOf,
  transcript,
} from '../../fixtures/reports/results.ts';
import type { ScenarioResult } from '../result.ts';
import type { RunEvent } from '../run-event.ts';
import { create } from './spec.ts';

const start = (total: number): RunEvent => ({ type: 'start', runId: 'r', total, started: runStarted, parallel: 1 });
const passing = (count: number): ScenarioResult[] =>
  Array.from({ length: count }, (_, index) => resultOf(scenarioOf(index, `scenario ${index}`), 'passed'));
/** What a terminal shows: the last state of each line. */
const screen = (text: string) =>
  text
    .split('\n')
    .map((line) => line.split('\r\x1b[K').at(-1) ?? '')
    .join('\n');

describe('spec', () => {
  it('create() says on a terminal how far it is, what runs and how long, ten times a second at most', () => {
    const clock = testClock();
    const output = collector({ isTTY: true, columns: 60 });
    const reporter = create(optionsFor(output, { clock }));
    const results = passing(50);
    void reporter.report(start(50));
    for (const result of results.slice(0, 20)) {
      void reporter.report({ type: 'begin', scenario: result.scenario });
      clock.advance(10);
      void reporter.report({ type: 'scenario', result });
    }
    const drawings = output.text.split('\r\x1b[K').length - 1;
    assert.ok(drawings <= 4, `${drawings} drawings in 200 ms`);
    for (const result of results.slice(20, 23)) void reporter.report({ type: 'begin', scenario: result.scenario });
    clock.advance(3000);
    assert.equal(screen(output.text), '20/50 done  3.0 s and 2 more  smtp/auth.yaml › scenario 20');
  });

  const slowed: RunEvent = {
    type: 'slowed',
    note: { kind: 'connection limit', server: 'mx', said: '421 Too many', perMinute: 30 },
  };
  const pace = 'mx: accepts 30 connections a minute; the run continues at that pace';

  it('create() says at once that the run waits for a server, above the progress', () => {
    const output = collector({ isTTY: true });
    const reporter = create(optionsFor(output));
    void reporter.report(start(1));
    void reporter.report(slowed);
    assert.deepEqual(screen(output.text).split('\n'), [pace, '']);
  });

  it('create() says so in a list, and with --quiet only at the end', () => {
    const texts = ([undefined, 'quiet'] as const).map((verbosity) => {
      const output = collector();
      const reporter = create(optionsFor(output, { ...(verbosity && { verbosity }) }));
      for (const event of [start(1), slowed]) void reporter.report(event);
      return output.text;
    });
    assert.deepEqual(texts, [`${pace}\n`, '']);
  });

  it('create() keeps the line within the window', () => {
    const clock = testClock();
    const output = collector({ isTTY: true, columns: 30 });
    const reporter = create(optionsFor(output, { clock }));
    void reporter.report(start(1));
    void reporter.report({ type: 'begin', scenario: scenarioOf(0, '長い名前のシナリオ '.repeat(5)) });
    clock.advance(500);
    const line = screen(output.text);
    assert.ok(line.endsWith('…') && line.length <= 29, line);
  });

  it('create() writes failures above the line as they come, and takes the line away in the end', async () => {
    const clock = testClock();
    const output = collector({ isTTY: true });
    const reporter = create(optionsFor(output, { clock, colour: true }));
    for (const event of eventsOf(mixed)) {
      await reporter.report(event);
      clock.advance(150);
    }
    assert.equal(clock.timers, 0);
    const plain = stripVTControlCharacters(screen(output.text));
    assert.equal(plain, await reportOf(create, eventsOf(mixed), { list: false }));
  });

  it('create() uses no cursor and no timer where there is no terminal', async () => {
    const clock = testClock();
    const text = await reportOf(create, eventsOf(mixed), { clock });
    assert.doesNotMatch(text, /[\x1b\r]/);
    assert.equal(clock.timers, 0);
  });

  it('create() ends with the plain sum, colours or not', async () => {
    const text = await reportOf(create, eventsOf(mixed), { colour: true });
    assert.ok(text.endsWith('\n4 passed, 2 failed, 1 errored, 3 skipped\n'));
    assert.ok((await reportOf(create, eventsOf(passing(12)))).endsWith('\n12 passed, 0 failed\n'));
  });

  it('create() explains the exit status when it is not 0', async () => {
    const text = (exitStatus: number, strict = false) => reportOf(create, eventsOf([], { exitStatus }), { strict });
    assert.doesNotMatch(await text(0), /Exit status/);
    assert.match(await text(1), /^Exit status 1: a scenario failed$/m);
    assert.match(await text(1, true), /^Exit status 1: a warning, and warnings fail \(--strict\)$/m);
    assert.match(await text(3), /^Exit status 3: nothing failed, but a scenario could not be checked$/m);
    assert.match(await text(130), /^Exit status 130: interrupted$/m);
  });

  it('create() gives a CI no orders that a server or a scenario wrote', async () => {
    const orders = [
      '::error::x',
      '  ::set-output name=a::b',
      '##vso[task.complete]',
      '##[error]',
      'x ##teamcity[testFailed]',
    ];
    const results = orders.map((order, index) =>
      resultOf(scenarioOf(index, order, {}, { path: order, text: `suite: ${order}\n` }), 'failed', {
        problem: problemAt(placeIn({ path: order, text: order }, order), {
          headline: headline(order),
          mismatches: [{ path: '', ...reported(order, `a\n${order}`) }],
        }),
        transcript: transcript([`S ${order}`]),
        log: [{ file: order, text: order }],
      }),
    );
    const text = await reportOf(create, eventsOf(results));
    assert.doesNotMatch(text, /^\s*::[a-z]/m);
    assert.doesNotMatch(text, /##[a-z]*\[/);
    assert.match(text, /^ *: :error::x$/m);
  });

  it('create() lists no scenarios that did not run, and sums up why', async () => {
    const results = [
      ...passing(1),
      ...Array.from({ length: 500 }, (_, at) =>
        resultOf(scenarioOf(at + 1, `late ${at}`), 'not_run', { reason: 'stopped (--bail)' }),
      ),
    ];
    const text = await reportOf(create, eventsOf(results));
    assert.doesNotMatch(text, /late/);
    assert.match(text, /^Not run:\n {2}- 500 × stopped \(--bail\)$/m);
  });

  it('create() says after an interruption what did not run', async () => {
    const results = [...passing(2), resultOf(scenarioOf(2, 'late'), 'not_run', { reason: 'interrupted' })];
    const text = await reportOf(create, eventsOf(results, { interrupted: true, exitStatus: 130 }));
    assert.match(text, /^Interrupted: 1 of 3 scenarios did not run$/m);
    assert.match(text, /^2 passed, 0 failed, 1 skipped\n$/m);
  });

  it('create() cuts long names and reasons behind a word, in the list and in the summary', async () => {
    const reason = 'the operator has told us at great length '.repeat(20);
    const results = [
      resultOf(scenarioOf(0, `name ${'x '.repeat(300)}`), 'skipped', { reason }),
      resultOf(scenarioOf(1, 'y'.repeat(500)), 'known', { reason }),
    ];
    for (const list of [true, false]) {
      const text = await reportOf(create, eventsOf(results), { list });
      assert.ok(
        text.split('\n').every((line) => line.length < 400),
        text,
      );
      assert.match(text, /the operator has told us at great length the[^\n]*\w…$/m);
    }
  });

  it('create() names a server that cannot be used once in a line', async () => {
    const text = await reportOf(create, eventsOf(blocked.slice(2)));
    assert.match(text, /^HIGH {2}submission: Cannot connect to "127\.0\.0\.2:587": connection refused \(2 blocked\)$/m);
  });

  it('create() repeats nothing of a failure in its cause, except where the list has only its line', async () => {
    const results = Array.from({ length: 21 }, (_, at) =>
      resultOf({ ...scenarioOf(at, `name ${at}`), severity: at === 20 ? 'critical' : 'medium' }, 'failed', {
        problem: problemAt(placeIn({ path: `${at}.yaml`, text: 'a' }, 'a'), { headline: headline(`trouble ${at}`) }),
      }),
    );
    for (const options of [{}, { list: false, verbosity: 'verbose' }] as const) {
      const text = await reportOf(create, eventsOf(results), options);
      assert.match(text, /^MEDIUM {2}smtp\/auth\.yaml › name 0 \(1 scenario\)\n\n/m);
      assert.equal(text.match(/trouble 0/g)?.length, 1);
    }
    const text = await reportOf(create, eventsOf(results));
    assert.match(text, /^CRITICAL {2}trouble 20 \(1 scenario\)\n {2}shown .*\n {2}at {6}20\.yaml:1:1\n {2}rerun /m);
    assert.equal(text.match(/^ {2}rerun /gm)?.length, 1);
  });

  it('create() shows evidence and rerun with a cause if the failure is many lines above', async () => {
    const failure = resultOf(scenarioOf(0, 'name'), 'failed', {
      problem: problemAt(placeIn({ path: 'a.yaml', text: 'a' }, 'a'), { headline: headline('trouble') }),
    });
    const others = Array.from({ length: 450 }, (_, at) => resultOf(scenarioOf(at + 1, `scenario ${at}`), 'passed'));
    const text = await reportOf(create, eventsOf([failure, ...others]));
    assert.match(text, /^MEDIUM {2}trouble \(1 scenario\)\n {2}shown .*\n {2}at {6}a\.yaml:1:1\n {2}rerun /m);
    const near = await reportOf(create, eventsOf([failure, ...others.slice(100)]));
    assert.match(near, /^MEDIUM {2}smtp\/auth\.yaml › name \(1 scenario\)\n\n/m);
  });

  it('create() tells a single failure once with --verbose on a terminal', async () => {
    const [, failed] = mixed;
    assert.ok(failed?.outcome === 'failed');
    const text = await reportOf(create, eventsOf([failed]), { list: false, verbosity: 'verbose' });
    assert.equal(text.match(/^FAIL /gm)?.length, 1);
    assert.match(text, /^MEDIUM {2}smtp\/auth\.yaml › refuses AUTH before TLS \(1 scenario\)$/m);
  });

  it('create() suggests no rerun where that would run something else', async () => {
    assert.match(await reportOf(create, eventsOf(mixed)), /--rerun-failed/);
    assert.doesNotMatch(await reportOf(create, eventsOf(mixed), { rerunFailed: false }), /--rerun-failed/);
  });
});
