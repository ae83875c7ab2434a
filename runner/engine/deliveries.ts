/** Scenarios that wait in vain before the server is blamed for it. */
const enough = 3;
/** What is left of a wait then: time for what the messages before did not get either. */
const share = 1 / 6;

/** Whether mail that a run sends through its servers arrives, so that not every scenario has to wait for it until the end. */
export class Deliveries {
  readonly #arrived = new Set<string>();
  /** Ids of scenarios that waited in vain, by the server that took their mail. */
  readonly #lost = new Map<string, Set<string>>();

  /** Milliseconds to wait for mail that this server took, where the scenario would wait for so many. */
  patience(server: string, within: number): number {
    const isLosing = !this.#arrived.has(server) && (this.#lost.get(server)?.size ?? 0) >= enough;
    return isLosing ? within * share : within;
  }

  arrived(server: string): void {
    this.#arrived.add(server);
  }

  lost(server: string, scenario: string): void {
    const ids = this.#lost.get(server);
    if (ids === undefined) this.#lost.set(server, new Set([scenario]));
    else ids.add(scenario);
  }
}
