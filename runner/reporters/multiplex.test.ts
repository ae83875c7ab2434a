import assert from 'node:assert/strict';
import fc from 'fast-check';
import { eventsOf, mixed, resultOf, scenarioOf, summaryOf, transcript } from '../../fixtures/reports/results.ts';
import type { Reporter, RunEvent } from '../run-event.ts';
import { lineWords } from '../words/problem.ts';
import { multiplex } from './multiplex.ts';
import { ordered } from './ordered.ts';

function recorder(
  order: Reporter['order'],
  fail: (event: RunEvent) => boolean = () => false,
): Reporter & { readonly seen: string[] } {
  const seen: string[] = [];
  return {
    name: order,
    order,
    transcripts: (outcome) => order === 'file' && outcome !== 'passed',
    seen,
    async report(event) {
      await Promise.resolve();
      if (fail(event)) throw new Error('disk full');
      seen.push(event.type === 'scenario' ? String(event.result.scenario.index) : event.type);
    },
  };
}

const results = (...indexes: number[]) => indexes.map((index) => resultOf(scenarioOf(index, `s${index}`), 'passed'));
const withoutBegins = (events: readonly RunEvent[]) => events.filter(({ type }) => type !== 'begin');

describe('multiplex()', () => {
  it('gives file order to those that want it, and the others results as they end', async () => {
    const [file, ends] = [recorder('file'), recorder('as they end')];
    const { report } = multiplex([file, ends]);
    for (const event of withoutBegins(eventsOf(results(2, 0, 3, 1)))) await report(event);
    assert.deepEqual(ends.seen, ['start', '2', '0', '3', '1', 'end']);
    assert.deepEqual(file.seen, ['start', '0', '1', '2', '3', 'end']);
  });

  it('asks for the transcripts that any reporter shows, until it fails', async () => {
    const [file, ends] = [recorder('file', () => true), recorder('as they end')];
    assert.equal(multiplex([ends]).transcripts('failed'), false);
    const { report, transcripts } = multiplex([file, ends]);
    assert.deepEqual([transcripts('passed'), transcripts('failed')], [false, true]);
    for (const event of eventsOf(results(0))) await report(event);
    assert.equal(transcripts('failed'), false);
  });

  it('keeps the order of calls that nobody waits for', async () => {
    const file = recorder('file');
    const { report } = multiplex([file]);
    await Promise.all(withoutBegins(eventsOf(results(1, 0, 2))).map(report));
    assert.deepEqual(file.seen, ['start', '0', '1', '2', 'end']);
  });

  it('tells a failure once, and goes on with the others', async () => {
    const told: unknown[] = [];
    const broken = recorder('file', ({ type }) => type === 'scenario');
    const sound = recorder('as they end');
    const synchronous: Reporter = {
      name: 'sync',
      order: 'as they end',
      transcripts: () => false,
      report() {
        throw new Error('at once');
      },
    };
    const { report, failures } = multiplex([broken, synchronous, sound], (failure) => told.push(failure.reporter));
    for (const event of withoutBegins(eventsOf(mixed))) await report(event);
    assert.equal(sound.seen.length, mixed.length + 2);
    assert.deepEqual(broken.seen, ['start']);
    assert.deepEqual(told, ['sync', 'file']);
    assert.deepEqual(
      failures.map(({ reporter }) => reporter),
      ['sync', 'file'],
    );
  });

  it('survives a listener that fails as well', async () => {
    const { report, failures } = multiplex([recorder('file', () => true)], () => {
      throw new Error('stderr is gone');
    });
    await report({ type: 'end', summary: summaryOf([]) });
    assert.equal(failures.length, 1);
  });

  it('tells what had run when a run is interrupted, gaps or not', async () => {
    const file = recorder('file');
    const { report } = multiplex([file]);
    for (const event of withoutBegins(eventsOf(results(0, 5, 3), { interrupted: true }))) await report(event);
    assert.deepEqual(file.seen, ['start', '0', '3', '5', 'end']);
  });
});

describe('ordered()', () => {
  it('gives every result once and in order, whatever ends first', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(40)), (indexes) => {
        const order = ordered();
        const given = [...results(...indexes).flatMap((each) => order.push(each)), ...order.rest()].map(
          ({ scenario }) => scenario.index,
        );
        assert.deepEqual(
          given,
          [...indexes].sort((a, b) => a - b),
        );
      }),
    );
  });

  it('keeps waiting results lean when there are many, and says what it leaves out', () => {
    const order = ordered(10_000, 0);
    const long = transcript(Array.from({ length: 1000 }, (_, at) => `S ${at}`));
    for (let index = 1; index < 100; index++)
      order.push({ ...resultOf(scenarioOf(index, 's'), 'passed'), transcript: long });
    const due = order.push(resultOf(scenarioOf(0, 's'), 'passed'));
    assert.equal(due.length, 100);
    const last = due.at(-1)?.transcript ?? [];
    assert.equal(last.length, 41);
    assert.deepEqual(last.slice(20, 21).map(lineWords), ['… 960 lines left out']);
    assert.deepEqual(last.slice(-1).map(lineWords), ['999']);
    assert.equal(due[1]?.transcript.length, 1000);
  });
});
