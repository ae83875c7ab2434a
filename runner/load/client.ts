import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Measures whether this program keeps up. */
export interface ClientWatch {
  stop(): { readonly busy: number; readonly loopDelay: number };
}

/** Milliseconds between two samples of the event loop, which Node counts as part of the delay. */
const resolution = 10;
const perMillisecond = 1e6;

export function watchClient(): ClientWatch {
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  const before = performance.eventLoopUtilization();
  return {
    stop() {
      delay.disable();
      const late = delay.count === 0 ? 0 : delay.percentile(99) / perMillisecond - resolution;
      return {
        busy: Math.round(performance.eventLoopUtilization(before).utilization * 1000) / 1000,
        loopDelay: Math.round(Math.max(0, late) * 10) / 10,
      };
    },
  };
}
