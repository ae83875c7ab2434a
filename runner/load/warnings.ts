import { counted, many } from '../phrase.ts';
import { type LoadResult, passedIn } from './result.ts';
import { milliseconds } from './table.ts';

/** The share of time from which a process has almost no reserve. */
const busyFrom = 0.9;
/** The delay of this program, in milliseconds, from which it distorts the figures. */
const lateFrom = 20;

/** Why the figures may describe this machine rather than the server; empty if they do not. */
export function clientWarnings({ client, errors, settings }: LoadResult): readonly string[] {
  const { busy, loopDelay, startDelay } = client;
  const signs = [
    ...(busy >= busyFrom ? [`it was busy ${Math.round(busy * 100)} % of the time`] : []),
    ...(loopDelay >= lateFrom ? [`it noticed events up to ${milliseconds(loopDelay)} ms late`] : []),
    ...(startDelay !== undefined && startDelay.p99 >= lateFrom
      ? [`scenarios with a free connection started up to ${milliseconds(startDelay.p99)} ms late`]
      : []),
  ];
  const local = errors.filter((error) => error.local).reduce((sum, { count }) => sum + count, 0);
  return [
    ...(signs.length === 0
      ? []
      : [
          `mailspec itself did not keep up, so these figures are not only the server's: ${signs.join(', ')}. Use more than ${many(settings.processes, 'process', 'processes')} (--processes), another machine, or a lower rate`,
        ]),
    ...(local === 0
      ? []
      : [
          `${many(local, 'connection')} did not leave this machine: it may have run out of ports or file descriptors. Raise "ulimit -n", or use more machines`,
        ]),
  ];
}

/** Whatever else is needed to understand the figures. */
export function loadWarnings(result: LoadResult): readonly string[] {
  const { interrupted, hopeless, notStarted, waited, settings, scenarios } = result;
  const idle = scenarios.filter(({ outcomes }) => Object.keys(outcomes).length === 0).length;
  const { connections } = settings;
  const inUse =
    connections === 1 ? 'the only connection was in use' : `all ${counted(connections)} connections were in use`;
  return [
    ...(interrupted ? ['The load was interrupted: the figures cover what had ended by then'] : []),
    ...(hopeless ? ['The load was ended early: no scenario passed'] : []),
    ...(notStarted > 0
      ? [
          `${many(notStarted, 'scenario')} that ${notStarted === 1 ? 'was' : 'were'} due did not start, because ${inUse}: the server did not keep up with the rate`,
        ]
      : []),
    ...(waited > 0 && passedIn(result) > 0
      ? [
          `${many(waited, 'scenario')} started late, because ${inUse}; latencies count from when they should have started`,
        ]
      : []),
    ...(idle > 0
      ? [
          `${many(idle, 'scenario')} of ${scenarios.length} did not run: a longer load (--for) reaches ${idle === 1 ? 'it' : 'them'}`,
        ]
      : []),
    ...clientWarnings(result),
  ];
}
