import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { runsOf } from '../../fixtures/testing/long.ts';
import { createLatencies, type Latencies, mergedRecord, note, recordOf } from './latency.ts';

/** From less than a microsecond to a day. */
const times = fc.array(
  fc.oneof(fc.double({ min: 0, max: 100, noNaN: true }), fc.double({ min: 0, max: 86_400_000, noNaN: true })),
  { minLength: 1, maxLength: 200 },
);

function filled(all: readonly number[]): Latencies {
  const latencies = createLatencies();
  for (const ms of all) note(latencies, ms);
  return latencies;
}

describe('recordOf()', () => {
  it('gives percentiles that are a thousandth off at most, and the exact maximum', () => {
    fc.assert(
      fc.property(times, (all) => {
        const sorted = all.map((ms) => Math.round(ms * 1000) / 1000).sort((a, b) => a - b);
        const { count, p50, p99, max, min } = recordOf(filled(all));
        const at = (part: number) => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
        const isNear = (actual: number, wanted: number) => Math.abs(actual - wanted) <= wanted / 1000 + 0.001;
        assert.equal(count, all.length);
        for (const [actual, wanted] of [
          [p50, at(0.5)],
          [p99, at(0.99)],
          [max, at(1)],
          [min, sorted[0]],
        ] as [number, number][])
          assert(isNear(actual, wanted), `${actual} for ${wanted}`);
      }),
      { numRuns: runsOf(200) },
    );
  });
});

describe('mergedRecord()', () => {
  it('is the record of one histogram that everything was recorded in', () => {
    fc.assert(
      fc.property(fc.array(times, { minLength: 1, maxLength: 4 }), (parts) => {
        const merged = mergedRecord(parts.map((part) => recordOf(filled(part))));
        const whole = recordOf(filled(parts.flat()));
        // The range of a histogram is encoded as well, and may differ.
        assert.deepEqual({ ...merged, histogram: '' }, { ...whole, histogram: '' });
        const [one, other] = [merged, whole].map(({ histogram }) => decodeFromCompressedBase64(histogram));
        for (let percentile = 0; percentile <= 100; percentile += 0.5)
          assert.equal(one?.getValueAtPercentile(percentile), other?.getValueAtPercentile(percentile));
      }),
      { numRuns: runsOf(100) },
    );
  });

  it('refuses a damaged histogram', () => {
    const good = recordOf(filled([1, 2, 3]));
    assert.throws(() => mergedRecord([good, { ...good, histogram: good.histogram.slice(0, 20) }]));
  });
});
