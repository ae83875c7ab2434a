/** A part of the selected scenarios. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly total: number;
  /** How many scenarios all shards have together. */
  readonly selected: number;
  /** Where this shard's scenarios, in their order, stand among those: from 0. */
  readonly positions: readonly number[];
  /** The same for all shards of the same selection, divided in the same way. */
  readonly fingerprint: string;
}
