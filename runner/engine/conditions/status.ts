import type { Scope } from '../../matchers/verdict.ts';
import type { Condition, Text } from '../../plan.ts';
import type { Reply } from '../../protocol/reply.ts';

type CodeCondition = Extract<Condition, { kind: 'code' | 'enhanced' }>;

/** RFC 5321 section 4.2: `250`; `x` matches any digit. */
export function meetsCode({ codes }: CodeCondition, reply: Reply, scope: Scope): boolean {
  if (!('code' in reply)) return false;
  const actual = String(reply.code);
  const [only] = codes;
  if (codes.length === 1 && only === actual) return true;
  return expand(codes, scope).some(
    (code) =>
      code.length === actual.length && [...code].every((digit, index) => isAny(digit) || digit === actual[index]),
  );
}

/** RFC 3463 section 2: `5.7.1`; `x` matches any number. */
export function meetsEnhanced({ codes }: CodeCondition, reply: Reply, scope: Scope): boolean {
  if (!('enhanced' in reply) || reply.enhanced === undefined) return false;
  const actual = reply.enhanced.split('.');
  return expand(codes, scope).some((code) => {
    const parts = code.split('.');
    return parts.length === actual.length && parts.every((part, index) => isAny(part) || part === actual[index]);
  });
}

function isAny(part: string): boolean {
  return part === 'x' || part === 'X';
}

/** RFC 9051 section 7.1, RFC 1939 section 3, RFC 5804 section 1.2. */
export function meetsStatus({ statuses }: Extract<Condition, { kind: 'status' }>, reply: Reply, scope: Scope): boolean {
  if (!('status' in reply)) return false;
  return expand(statuses, scope).some((status) => status.toUpperCase() === reply.status);
}

function expand(texts: readonly Text[], scope: Scope): readonly string[] {
  return texts.map((text) => scope.expand(text));
}
