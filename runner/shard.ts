/** One part of the selected scenarios. */
export interface Shard {
  /** The number of this shard, from 1. */
  readonly index: number;
  readonly total: number;
  /** The number of scenarios in all shards together. */
  readonly selected: number;
  /** The positions of this shard's scenarios among all selected ones, from 0, in order. */
  readonly positions: readonly number[];
  /** The same for all shards of the same selection that were divided in the same way. */
  readonly fingerprint: string;
}
