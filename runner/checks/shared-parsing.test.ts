import assert from 'node:assert/strict';
import type { Fields } from '../value.ts';
import { shareParsing } from './shared-parsing.ts';

describe('shareParsing()', () => {
  const octets = (text: string): Buffer => Buffer.from(text);

  /** A parser whose answers the test gives, and the same one shared. */
  function parser(most: number) {
    const begun: { readonly text: string; readonly signal: AbortSignal; answer(fields: Fields): void }[] = [];
    const parse = shareParsing((bytes, signal) => {
      const { promise, resolve, reject } = withResolvers<Fields>();
      signal.addEventListener('abort', () => reject(signal.reason));
      begun.push({ text: Buffer.from(bytes).toString(), signal, answer: resolve });
      return promise;
    }, most);
    return { parse, begun };
  }

  function withResolvers<Value>() {
    let settle: { resolve(value: Value): void; reject(reason: unknown): void } | undefined;
    const promise = new Promise<Value>((resolve, reject) => {
      settle = { resolve, reject };
    });
    assert.ok(settle);
    return { promise, ...settle };
  }

  const nobody = new AbortController().signal;

  it('parses equal octets once for all who wait, and for those who come later', async () => {
    const { parse, begun } = parser(100);
    const both = [parse(octets('a'), nobody), parse(octets('a'), nobody)];
    const other = parse(octets('b'), nobody);
    assert.deepEqual(
      begun.map(({ text }) => text),
      ['a', 'b'],
    );
    begun[0]?.answer({ subject: 'A' });
    begun[1]?.answer({ subject: 'B' });
    assert.deepEqual(await Promise.all(both), [{ subject: 'A' }, { subject: 'A' }]);
    assert.deepEqual(await other, { subject: 'B' });
    assert.deepEqual(await parse(octets('a'), nobody), { subject: 'A' });
    assert.equal(begun.length, 2);
  });

  it('goes on while somebody waits, and ends when nobody does', async () => {
    const { parse, begun } = parser(100);
    const [first, second] = [new AbortController(), new AbortController()];
    const gone = assert.rejects(parse(octets('a'), first.signal), /first left/);
    const left = assert.rejects(parse(octets('a'), second.signal), /second left/);
    first.abort(new Error('first left'));
    await gone;
    assert.equal(begun[0]?.signal.aborted, false);
    second.abort(new Error('second left'));
    await left;
    assert.equal(begun[0]?.signal.aborted, true);
    const again = parse(octets('a'), nobody);
    assert.equal(begun.length, 2);
    begun[1]?.answer({ subject: 'A' });
    assert.deepEqual(await again, { subject: 'A' });
  });

  it('refuses who has left already, and begins nothing', async () => {
    const { parse, begun } = parser(100);
    await assert.rejects(parse(octets('a'), AbortSignal.abort(new Error('left'))), /left/);
    assert.equal(begun.length, 0);
  });

  it('parses again what failed', async () => {
    let tries = 0;
    const parse = shareParsing(async () => {
      tries++;
      if (tries === 1) throw new Error('too large');
      return { subject: 'A' };
    }, 100);
    await assert.rejects(parse(octets('a'), nobody), /too large/);
    assert.deepEqual(await parse(octets('a'), nobody), { subject: 'A' });
  });

  it('keeps the last used messages up to a number of octets', async () => {
    const parsed: string[] = [];
    const parse = shareParsing(async (bytes) => {
      parsed.push(Buffer.from(bytes).toString());
      return {};
    }, 4);
    for (const text of ['aa', 'bb', 'aa', 'cc', 'aa', 'bb', 'longer', 'bb', 'longer'])
      await parse(octets(text), nobody);
    assert.deepEqual(parsed, ['aa', 'bb', 'cc', 'bb', 'longer', 'longer']);
  });
});
