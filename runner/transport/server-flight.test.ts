import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readServerFlight } from './server-flight.ts';

describe('readServerFlight()', () => {
  it('gives nothing, or what there is, of any octets', () => {
    const record = fc
      .tuple(fc.constantFrom(20, 21, 22, 23), fc.uint8Array({ maxLength: 80 }))
      .map(([type, content]) => Buffer.concat([Buffer.from([type, 3, 3, 0, content.length]), content]));
    const hello = fc
      .uint8Array({ minLength: 60, maxLength: 80 })
      .map((body) =>
        Buffer.concat([Buffer.from([22, 3, 3, 0, body.length + 4, 2, 0, 0, body.length, 3, 3]), body.subarray(2)]),
      );
    const stream = fc.array(fc.oneof(record, hello, fc.uint8Array({ maxLength: 9 })), { maxLength: 5 });
    fc.assert(
      fc.property(stream, fc.boolean(), (parts, isModern) => {
        readServerFlight(Buffer.concat(parts), isModern ? Buffer.alloc(32) : undefined);
      }),
      { numRuns: 300 },
    );
  });

  it('reads a session identifier, a ticket and names of authorities, wherever records are split', () => {
    const message = (type: number, body: Buffer) => Buffer.concat([Buffer.from([type, 0, 0, body.length]), body]);
    const hello = Buffer.concat([
      Buffer.from([3, 3]),
      Buffer.alloc(32, 7),
      Buffer.from([2, 0xab, 0xcd, 0xc0, 0x2f, 0]),
    ]);
    const request = Buffer.from([1, 1, 0, 2, 4, 1, 0, 5, 0, 3, 0x30, 1, 0x31]);
    const messages = Buffer.concat([message(2, hello), message(13, request), message(4, Buffer.alloc(6))]);
    for (let size = 1; size <= messages.length; size++) {
      const records = [];
      for (let at = 0; at < messages.length; at += size) {
        const content = messages.subarray(at, at + size);
        records.push(Buffer.from([22, 3, 3, 0, content.length]), content);
      }
      assert.deepEqual(readServerFlight(Buffer.concat([...records, Buffer.from([20, 3, 3, 0, 1, 1, 22])]), undefined), {
        sessionId: Buffer.from([0xab, 0xcd]),
        ticket: true,
        authorities: [Buffer.from([0x30, 1, 0x31])],
      });
    }
  });
});
