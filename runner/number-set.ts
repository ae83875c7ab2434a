/** RFC 9051 section 9, "uid-set"; RFC 3501's "sequence-set" without "*". */
const set = /^\d{1,19}(?::\d{1,19})?(?:,\d{1,19}(?::\d{1,19})?)*$/;

export function isNumberSet(text: string): boolean {
  return set.test(text);
}

/** The numbers of a set such as `4,7:9`, in order; `undefined` if there are more than `most`. */
export function numbersOfSet(text: string, most: number): readonly string[] | undefined {
  const numbers: string[] = [];
  for (const part of text.split(',')) {
    const [first = '', last = first] = part.split(':');
    // "two values and all values between these two regardless of order"
    const [from, to] = [BigInt(first), BigInt(last)].toSorted((a, b) => (a < b ? -1 : 1)) as [bigint, bigint];
    if (to - from >= BigInt(most - numbers.length)) return undefined;
    for (let each = from; each <= to; each++) numbers.push(String(each));
  }
  return numbers;
}
