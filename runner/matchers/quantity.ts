import type { Value } from '../value.ts';
import { isWords } from '../value.ts';
import { parseDate } from './date.ts';

// In octets. MB is 10^6 (SI), MiB is 2^20 (IEC 80000-13).
const sizeUnits: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** The octets of `10MiB`, `512KiB`, `1.5GB`, `100B` or a plain number; `undefined` if it is not a size. */
export function parseSize(text: string): number | undefined {
  const parts = /^(\d+(?:\.\d+)?)(B|[KMG]i?B)?$/.exec(text);
  if (!parts) return undefined;
  const octets = Number(parts[1]) * (sizeUnits[parts[2] ?? 'B'] ?? 1);
  // Half an octet is an error: nobody means what 1.1KiB would be rounded to.
  return Number.isSafeInteger(octets) ? octets : undefined;
}

// In milliseconds.
const durationUnits = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

const duration = new RegExp(
  `^${Object.keys(durationUnits)
    .map((unit) => `(?:(\\d+(?:\\.\\d+)?)${unit})?`)
    .join('')}$`,
);

/**
 * The milliseconds of `500ms`, `0.5s`, `1m30s`, `2h`, `1d`; `undefined` if it is not a duration. Each unit may occur
 * once, the largest first.
 */
export function parseDuration(text: string): number | undefined {
  const parts = duration.exec(text);
  if (!parts || text === '') return undefined;
  const sum = Object.values(durationUnits).reduce(
    (total, unit, index) => total + Number(parts[index + 1] ?? 0) * unit,
    0,
  );
  // 0.1s + 0.2s is 300 ms, not 300.00000000000006.
  const ms = Math.round(sum * 1000) / 1000;
  return Number.isFinite(ms) ? ms : undefined;
}

/** What an expected scalar can be. */
export type QuantityKind = 'number' | 'size' | 'duration' | 'date';

/** What a scalar is compared as; `undefined` if it is plain text. */
export function quantityKind(expected: string | number): QuantityKind | undefined {
  if (isNumeric(expected)) return 'number';
  if (typeof expected === 'number') return undefined;
  if (parseSize(expected) !== undefined) return 'size';
  if (parseDuration(expected) !== undefined) return 'duration';
  return parseDate(expected) === undefined ? undefined : 'date';
}

/**
 * Less than 0, 0, or more than 0 if the actual value is less than, equal to or more than the expected one; `undefined`
 * if they cannot be compared. The expected value determines how: as a number, a size (the actual value may have a unit
 * or be octets), a duration (with a unit, or milliseconds) or a date (a date, or milliseconds since the epoch). A date
 * without a time is the whole day, in UTC.
 */
export function compareQuantities(actual: Value | undefined, expected: string | number): number | undefined {
  const plain = plainScalar(actual);
  const kind = quantityKind(expected);
  return plain === undefined || kind === undefined ? undefined : comparisons[kind](plain, expected);
}

const comparisons: Readonly<
  Record<QuantityKind, (actual: string | number, expected: string | number) => number | undefined>
> = {
  number: compareNumbers,
  size: (actual, expected) =>
    difference(typeof actual === 'number' ? actual : parseSize(actual), parseSize(String(expected))),
  duration: (actual, expected) =>
    difference(typeof actual === 'number' ? actual : parseDuration(actual), parseDuration(String(expected))),
  date(actual, expected) {
    const text = String(expected);
    const unit = /^\d{4}-\d{2}-\d{2}$/.test(text) ? 86_400_000 : 1;
    const [left, right] = [typeof actual === 'number' ? actual : parseDate(actual), parseDate(text)];
    return difference(left && Math.floor(left / unit), right && Math.floor(right / unit));
  },
};

function difference(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : Math.sign(left - right);
}

/** Exact for whole numbers of any length: an IMAP mod-sequence has 63 bits (RFC 7162 section 7). */
function compareNumbers(left: string | number, right: string | number): number | undefined {
  if (!isNumeric(left) || !isNumeric(right)) return undefined;
  if (isWhole(left) && isWhole(right)) {
    const [a, b] = [BigInt(left), BigInt(right)];
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return difference(Number(left), Number(right));
}

/** More digits than any protocol has; comparing longer numbers would only take time. */
const longestNumber = 100;

function isNumeric(value: string | number): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return value.length <= longestNumber && /^[+-]?\d+(?:\.\d+)?$/.test(value);
}

function isWhole(value: string | number): boolean {
  return typeof value === 'number' ? Number.isInteger(value) : /^-?\d+$/.test(value);
}

/** The only text or number that a value is or contains. */
function plainScalar(value: Value | undefined): string | number | undefined {
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (isWords(value)) return value.words.length === 1 ? value.words[0] : undefined;
  return Array.isArray(value) && value.length === 1 ? plainScalar(value[0]) : undefined;
}
