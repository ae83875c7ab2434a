/** Milliseconds that scenarios took in an earlier run, by id. */
export type Durations = ReadonlyMap<string, number>;
