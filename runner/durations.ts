/** How many milliseconds each scenario took in an earlier run, by id. */
export type Durations = ReadonlyMap<string, number>;
