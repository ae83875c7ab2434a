import type { Hole } from '../plan.ts';
import type { Span } from '../source.ts';
import { TooCostly } from './budget.ts';
import type { UnsetEnvironment } from './environment.ts';
import { limits } from './limits.ts';

/** Text with its variables filled in, as far as they are known. */
export interface Expanded {
  readonly parts: readonly (string | Hole)[];
  /** Secrets that are contained in it. */
  readonly taint: ReadonlySet<string>;
  /** Why it has no value. */
  readonly unset?: string;
  /** The unset environment variable, if that is the reason. */
  readonly environment?: UnsetEnvironment;
  /** Part of it is unknown, which has been reported or is not an error; nothing more can be checked. */
  readonly vague: boolean;
}

export const noTaint: ReadonlySet<string> = new Set();

export const vagueValue: Expanded = { parts: [], taint: noTaint, vague: true };

export function joined(parts: readonly (string | Hole)[]): readonly (string | Hole)[] {
  const out: (string | Hole)[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (typeof part === 'string' && typeof last === 'string') out[out.length - 1] = last + part;
    else out.push(part);
  }
  return out;
}

/** Variables may be long, and several of them add up. */
export function refuseLong(parts: readonly (string | Hole)[], place: Span): void {
  if (lengthOf(parts) > limits.text)
    throw new TooCostly(`The text is longer than ${limits.text / 1024 / 1024} MiB with its variables`, place, longHint);
}

const longHint = 'Use "size" or "file" for large messages';

/** The length in characters; a hole counts as one. */
export function lengthOf(parts: readonly (string | Hole)[]): number {
  return parts.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 1), 0);
}
