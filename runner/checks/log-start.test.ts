import assert from 'node:assert/strict';
import { type LogReading, linesFrom } from './log-start.ts';
import { timeOfLine } from './log-time.ts';

const now = new Date(2027, 0, 1, 0, 10, 0).getTime();
const reading = (meets: LogReading['meets'] = () => false): LogReading => ({ wall: () => now, meets });
const lines = [
  'Dec 31 23:40:00 mx a: one',
  'Jan  1 00:04:59 mx a: two',
  '  continued',
  'Jan  1 00:05:00 mx a: three',
  'no time: four',
];

describe('linesFrom()', () => {
  it('linesFrom() gives all lines, or those from the last one that meets the pattern', () => {
    assert.equal(linesFrom(lines, 'beginning', reading()).length, 5);
    const line = { source: 'x', flags: '', span: { file: { path: '', text: '' }, start: 0, end: 0 } };
    assert.deepEqual(
      linesFrom(
        lines,
        { line },
        reading((text) => /a: t/.test(text)),
      ),
      lines.slice(3),
    );
    assert.throws(() => linesFrom(lines, { line }, reading()), /no line of the log meets the pattern/);
  });

  it('linesFrom() gives the lines of the last minutes, over the end of a year', () => {
    assert.deepEqual(linesFrom(lines, { ago: 300_000 }, reading()), lines.slice(3));
    assert.deepEqual(linesFrom(lines, { ago: 3_600_000 }, reading()), lines);
    assert.deepEqual(linesFrom(lines, { ago: 1000 }, reading()), []);
    assert.deepEqual(linesFrom([], { ago: 1000 }, reading()), []);
  });

  it('linesFrom() cannot tell when no line has a time', () => {
    assert.throws(
      () => linesFrom(['a', 'b'], { ago: 1000 }, reading()),
      /Cannot tell when the lines of the log were written/,
    );
    assert.throws(() => linesFrom(['a', 'b'], 'boot', reading()), /Cannot tell/);
  });
});

describe('timeOfLine()', () => {
  for (const [line, time] of [
    ['2026-11-26T23:00:00.5+01:00 mx a: b', Date.UTC(2026, 10, 26, 22, 0, 0, 500)],
    ['2026-11-26T23:00:00Z mx', Date.UTC(2026, 10, 26, 23)],
    ['2026-11-26 23:00:00 1abc <= a@x', new Date(2026, 10, 26, 23).getTime()],
    ['Dec 31 23:59:59 mx', new Date(2026, 11, 31, 23, 59, 59).getTime()],
    ['Jan  1 00:00:00 mx', new Date(2027, 0, 1).getTime()],
    ['Foo 31 23:59:59 mx', undefined],
    ['2026-99-99T23:00:00Z', undefined],
    ['hello', undefined],
  ] as const)
    it(`timeOfLine() reads ${line}`, () => assert.equal(timeOfLine(line, now), time));
});
