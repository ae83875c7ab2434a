import { many } from '../phrase.ts';
import type { ScenarioResult } from '../result.ts';
import { visible } from '../visible.ts';
import { reasonWords } from '../words/problem.ts';

/** Why scenarios were blocked: a line for each cause, whatever the number of scenarios. */
export interface BlockedCauses {
  add(result: ScenarioResult): void;
  /** `12 scenarios blocked: the server "mx" cannot be used: …` */
  lines(): readonly string[];
}

/** Causes that are told apart: a run has some servers. */
const mostCauses = 20;

export function blockedCauses(): BlockedCauses {
  const counts = new Map<string, number>();
  return {
    add({ outcome, reason }) {
      if (outcome !== 'blocked') return;
      const cause = visible(reason === undefined ? 'no reason given' : reasonWords(reason));
      const key = counts.size < mostCauses || counts.has(cause) ? cause : 'other causes';
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    lines: () => [...counts].map(([cause, count]) => `${many(count, 'scenario')} blocked: ${cause}`),
  };
}
