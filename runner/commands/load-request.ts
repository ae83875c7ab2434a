import { ArgumentError } from '../diagnostic.ts';
import type { LoadRequest } from '../load/processes.ts';
import { parseDuration } from '../matchers/quantity.ts';
import { wholeNumber } from './arguments.ts';
import type { Arguments } from './command.ts';

/** The defaults. */
const usual = { duration: 10_000, connections: 50 };

export function requestedPace(args: Arguments): LoadRequest['pace'] {
  const rate = requestedRate(args);
  const duration = requestedDuration(args);
  const connections = wholeNumber(args, 'connections', 1) ?? usual.connections;
  return { ...(rate !== undefined && { rate }), duration, connections };
}

const secondsIn = { s: 1, m: 60, h: 3600 } as const;

/** Starts per second. */
function requestedRate(args: Arguments): number | undefined {
  const text = args.value('rate');
  if (text === undefined) return undefined;
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(?:\/([smh]))?$/.exec(text) ?? [];
  const rate = Number(number) / secondsIn[unit as keyof typeof secondsIn];
  if (rate > 0 && Number.isFinite(rate)) return rate;
  throw new ArgumentError(`Cannot use "--rate ${text}": expected a number per second, such as 50/s`);
}

function requestedDuration(args: Arguments): number {
  const text = args.value('for');
  if (text === undefined) return usual.duration;
  const duration = parseDuration(text);
  if (duration !== undefined && duration > 0) return duration;
  throw new ArgumentError(`Cannot use "--for ${text}": expected a time, such as 60s`);
}

/** How many errors a load of `total` scenarios may have. */
export function requestedErrors(args: Arguments): (total: number) => number {
  const text = args.value('max-errors') ?? '0';
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  if (number === undefined || (percent === '' && !Number.isInteger(Number(number))))
    throw new ArgumentError(`Cannot use "--max-errors ${text}": expected a number, such as 10 or 1%`);
  return percent === '' ? () => Number(number) : (total) => (total * Number(number)) / 100;
}
