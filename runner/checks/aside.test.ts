import assert from 'node:assert/strict';
import { aside } from './aside.ts';
import { limits } from './limits.ts';
import { rejects } from './testing.test.helper.ts';

const never = new AbortController().signal;

describe('aside()', () => {
  const elements = (count: number) => `<a>${'<b/>'.repeat(count)}</a>`;

  it('answers what the document says, several at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        aside({ kind: 'xml', text: elements(index), expressions: ['count(//b)', '//c'] }, never),
      ),
    );
    assert.deepEqual(
      answers.map((each) => each['count(//b)']),
      Array.from({ length: 12 }, (_, index) => index),
    );
    assert.ok(answers.every((each) => !('//c' in each)));
  });

  it('refuses an expression that goes through the document for each of its elements, and works on', async () => {
    const expression = 'count(//*[count(//*[count(//*) > 1]) > 1])';
    await rejects(
      aside({ kind: 'xml', text: elements(1900), expressions: [expression] }, never, { time: 700 }),
      'protocol.limit',
      /^the XML document takes more than 0.7 s to read$/,
    );
    assert.deepEqual(await aside({ kind: 'xml', text: elements(2), expressions: ['count(//b)'] }, never), {
      'count(//b)': 2,
    });
  });

  it('gives a task the time that ships, unless told otherwise', async () => {
    const { setTimeout: real } = globalThis;
    const asked: (number | undefined)[] = [];
    // The real limit would keep a processor busy for ten seconds.
    globalThis.setTimeout = ((act: () => void, time?: number) => {
      asked.push(time);
      return real(act, 0);
    }) as typeof setTimeout;
    try {
      await rejects(
        aside({ kind: 'xml', text: elements(1900), expressions: ['count(//*[//*[//*]])'] }, never),
        'protocol.limit',
        /^the XML document takes more than 10 s to read$/,
      );
    } finally {
      globalThis.setTimeout = real;
    }
    assert.deepEqual(asked, [limits.asideTime]);
  });

  it('refuses a document that fills the memory of its thread, and works on', async () => {
    // A sixteenth of the real limit, which is filled in a sixteenth of the time.
    const memory = 32 * 1024 * 1024;
    const expression = Array.from({ length: 3000 }, () => '//b/preceding-sibling::*/following-sibling::*').join('|');
    await rejects(
      aside({ kind: 'xml', text: elements(1900), expressions: [`count(${expression})`] }, never, {
        time: 100_000,
        memory,
      }),
      'protocol.limit',
      /^the XML document takes more than 32 MiB of memory to read$/,
    );
    assert.deepEqual(await aside({ kind: 'xml', text: elements(2), expressions: ['count(//b)'] }, never), {
      'count(//b)': 2,
    });
  });

  it('ends with its signal, and leaves this thread free meanwhile', async () => {
    const controller = new AbortController();
    const slow = aside({ kind: 'xml', text: elements(1900), expressions: ['count(//*[//*[//*]])'] }, controller.signal);
    setTimeout(() => controller.abort(new Error('the time is up')), 100);
    await assert.rejects(slow, /the time is up/);
    await assert.rejects(aside({ kind: 'xml', text: '<a/>', expressions: [] }, controller.signal), /the time is up/);
  });
});
