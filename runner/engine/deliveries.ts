import type { Way } from '../observed.ts';

/** Scenarios that wait in vain before the server is blamed for it. */
const enough = 3;
/** What is left of a wait then: time for what the messages before did not get either. */
const share = 1 / 6;

/** Whether mail that a run sends through its servers arrives, so that not every scenario has to wait for it until the end. */
export class Deliveries {
  readonly #arrived = new Set<string>();
  /** Ids of scenarios that waited in vain, by the way of their mail. */
  readonly #lost = new Map<string, Set<string>>();

  /** Milliseconds to wait for mail that went this way, where the scenario would wait for so many. */
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
