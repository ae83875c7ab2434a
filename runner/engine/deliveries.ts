import type { Way } from '../observed.ts';

/** The number of scenarios that wait in vain before the server counts as not delivering. */
const enough = 3;
/** The share of their wait that later scenarios still have then. */
const share = 1 / 6;

/** Keeps track of whether mail that a run sends arrives, so that not every scenario waits its full time for it. */
export class Deliveries {
  readonly #arrived = new Set<string>();
  /** The ids of scenarios that waited in vain, by the path of their mail. */
  readonly #lost = new Map<string, Set<string>>();

  /** The milliseconds to wait for mail that took this path, if the scenario itself would wait for `within`. */
  patience(way: Way, within: number): number {
    const isLosing = !this.#arrived.has(keyOf(way)) && (this.#lost.get(keyOf(way))?.size ?? 0) >= enough;
    return isLosing ? within * share : within;
  }

  arrived(way: Way): void {
    this.#arrived.add(keyOf(way));
  }

  lost(way: Way, scenario: string): void {
    const ids = this.#lost.get(keyOf(way));
    if (ids === undefined) this.#lost.set(keyOf(way), new Set([scenario]));
    else ids.add(scenario);
  }
}

function keyOf({ through, to = '' }: Way): string {
  return `${through} ${to}`;
}
