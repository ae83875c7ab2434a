import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';

/** Times in a histogram with a relative error of at most 0.1 %, however many there are. */
export type Latencies = Histogram;

/** The times in a result, in milliseconds. */
export interface LatencyRecord {
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  /** Whole microseconds, in HdrHistogram's compressed V2 encoding, as base64. */
  readonly histogram: string;
}

const perMillisecond = 1000;

export function createLatencies(): Latencies {
  return build({ numberOfSignificantValueDigits: 3 });
}

export function note(latencies: Latencies, ms: number): void {
  latencies.recordValue(Math.max(0, Math.round(ms * perMillisecond)));
}

/** `max`: the exact maximum, if the histogram was decoded, since it only has the range of that value. */
export function recordOf(latencies: Latencies, max = latencies.maxValue / perMillisecond): LatencyRecord {
  // The histogram returns the upper end of a value's range.
  const at = (percentile: number) => Math.min(latencies.getValueAtPercentile(percentile) / perMillisecond, max);
  return {
    count: latencies.totalCount,
    mean: Math.round(latencies.mean) / perMillisecond,
    min: at(0),
    p50: at(50),
    p90: at(90),
    p99: at(99),
    p999: at(99.9),
    max,
    histogram: encodeIntoCompressedBase64(latencies),
  };
}

/** Merges records as if their times were in one histogram. Throws if an encoded histogram is damaged. */
export function mergedRecord(records: readonly LatencyRecord[]): LatencyRecord {
  const all = createLatencies();
  for (const { histogram } of records) all.add(decodeFromCompressedBase64(histogram));
  return recordOf(all, Math.max(...records.map(({ max }) => max)));
}
