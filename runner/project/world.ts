import type { Env } from '../scenario/plan.ts';

/** Short, of letters and digits only: safe in an address, a subject and a file name. */
export function newRunId(): string {
  const chance = Math.trunc(Math.random() * 0x10000)
    .toString(16)
    .padStart(4, '0');
  return `m${Date.now().toString(36)}${chance}`;
}

/** `YYYY-MM-DD` in this machine's time zone. */
export function today(): string {
  const now = new Date();
  const two = (number: number) => String(number).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** Node's version and the processor: `v20.20.2 x64`. */
export function runtime(): string {
  return `${process.version} ${process.arch}`;
}

export function workingFolder(): string {
  return process.cwd();
}

export function environment(): Env {
  return process.env;
}
