import { openPlayer } from '../engine/player.ts';
import type { Plan, Scenario } from '../plan.ts';
import { createRedactor } from '../printing/redact.ts';
import { watchClient } from './client.ts';
import { createLatencies, note, recordOf } from './latency.ts';
import { type Pace, pace, type Start } from './pace.ts';
import type { LoadResult } from './result.ts';
import { createTally } from './tally.ts';

/** The part of a load that one process runs. */
export interface ShareRequest {
  /** Its scenarios run in turn. */
  readonly plan: Plan;
  readonly pace: Pace;
}

export interface ShareHost {
  readonly clock: () => number;
  readonly wall: () => number;
  /** Aborting it ends the load early. */
  readonly signal: AbortSignal;
  /** Called about once a second. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly passed: number;
  readonly errors: number;
  readonly running: number;
}

/** The number of errors after which the rest is left out, if nothing has passed. */
const enoughErrors = 100;
const progressEvery = 1000;
/** The longest delay: with a longer one, Node's timers fire at once. */
const longestTimer = 2 ** 31 - 1;

/** Runs this process's share of a load. Results are counted as they arrive, and not kept. */
export async function playShare({ plan, pace: asked }: ShareRequest, host: ShareHost): Promise<LoadResult> {
  const { clock, wall, signal } = host;
  const { redact } = createRedactor(plan.secrets);
  const tally = createTally(plan.scenarios, redact);
  const startDelay = createLatencies();
  const player = await openPlayer(plan, { clock, wall, signal, stopwatch: tally.step });
  const scenarioOf = (serial: number) => plan.scenarios[serial % plan.scenarios.length] as Scenario;
  let running = 0;
  const play = async ({ serial, intended, late }: Start) => {
    const scenario = scenarioOf(serial);
    note(startDelay, late);
    running++;
    const began = clock();
    const result = await player.play(scenario, serial);
    running--;
    tally.ended(scenario, result, { intended, began, ended: clock() });
  };
  const isHopeless = () => tally.passed === 0 && tally.errors >= enoughErrors;
  const { onProgress } = host;
  const progress = onProgress && (() => onProgress({ passed: tally.passed, errors: tally.errors, running }));
  const timer = progress && setInterval(progress, progressEvery);
  const client = watchClient();
  const started = new Date(wall()).toISOString();
  try {
    const { notStarted, waited } = await pace(asked, {
      clock,
      signal,
      unitsOf: (serial) => unitsOf(scenarioOf(serial)),
      after(ms, call) {
        const later = setTimeout(call, Math.min(ms, longestTimer));
        return () => clearTimeout(later);
      },
      play,
      isHopeless,
    });
    const { rate, duration, connections, share } = asked;
    return {
      format: 'mailspec-load/1',
      started,
      ended: new Date(wall()).toISOString(),
      settings: {
        ...(rate !== undefined && { rate: rate / share.total }),
        seconds: duration / 1000,
        connections,
        processes: 1,
      },
      interrupted: signal.aborted,
      hopeless: isHopeless(),
      notStarted,
      waited,
      scenarios: tally.scenarios(),
      errors: tally.causes(),
      client: {
        ...client.stop(),
        ...(rate !== undefined && startDelay.totalCount > 0 && { startDelay: recordOf(startDelay) }),
      },
    };
  } finally {
    client.stop();
    clearInterval(timer);
    await player.close();
  }
}

/** The most connections that a scenario may have open at the same time. */
export function unitsOf({ connections }: Scenario): number {
  return Math.max(1, connections.size);
}
