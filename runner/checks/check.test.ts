import assert from 'node:assert/strict';
import { heeding } from '../transport/abort.ts';
import { aside } from './aside.ts';
import { timeLimit, unlessAborted } from './check.ts';
import { contextFor } from './testing.test.helper.ts';

describe('a signal', () => {
  it('is heeded by any number of checks without a warning of Node, and by none that has ended', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    const limits = Array.from({ length: 20 }, () => timeLimit(contextFor({ signal })));
    const waits = Array.from({ length: 20 }, () => unlessAborted(new Promise(() => {}), signal));
    const read = aside({ kind: 'xml', text: '<a/>', expressions: ['count(//a)'] }, signal);
    assert.ok(heeding(signal) >= 40);
    assert.deepEqual(await read, { 'count(//a)': 1 });
    for (const limit of limits.slice(1)) limit.done();
    assert.equal(heeding(signal), 21);
    controller.abort(new Error('interrupted'));
    for (const wait of waits) await assert.rejects(wait, /interrupted/);
    assert.deepEqual([limits[0]?.signal.aborted, limits[1]?.signal.aborted], [true, false]);
    limits[0]?.done();
    process.off('warning', onWarning);
    assert.deepEqual(warnings, []);
  });
});
