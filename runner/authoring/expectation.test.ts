import assert from 'node:assert/strict';
import { createLineParser } from '../protocol/line.ts';
import { expectationOf } from './expectation.ts';
import { generalizing } from './generalize.ts';
import type { Written } from './written.ts';

function ofLine(line: string): Written {
  const parser = createLineParser();
  parser.push(Buffer.from(`${line}\r\n`));
  const reply = parser.take();
  assert.ok(reply);
  return expectationOf(reply, { generalize: generalizing({ names: new Map(), secrets: new Map() }) });
}

describe('expectationOf() of a line without a protocol', () => {
  const cases: readonly (readonly [line: string, expected: Written])[] = [
    // A code says what the reply means.
    ['220 mx1.example.test', '/^220 [\\w.-]+$/'],
    ['201-news.example.test', '/^201-[\\w.-]+$/'],
    ['250 Ok: queued as 4F2A81B0C3', '/^250 Ok: queued as \\S+$/'],
    ['200 OK', { text: { equals: '200 OK' } }],
    // These are numbers of something.
    ['312 messages', '/^\\d+ messages?$/'],
    ['120 4096', '/^\\d+ \\d+$/'],
    ['120', '/^\\d+$/'],
    ['mx1.example.test', '/^[\\w.-]+$/'],
  ];
  for (const [line, expected] of cases) {
    it(`keeps what is stable of "${line}"`, () => assert.deepEqual(ofLine(line), expected));
  }
});
