import type { Diagnostic } from '../diagnostic.ts';

/** Whether a scenario with these tags is selected. */
export type TagExpression = (tags: ReadonlySet<string>) => boolean;

const tokensOf = (text: string): readonly string[] => text.match(/[()]|[^\s()]+/g) ?? [];

/** The tags that occur in an expression. */
export function tagsIn(text: string): readonly string[] {
  return tokensOf(text).filter((token) => !/^(?:[()]|and|or|not)$/i.test(token));
}

/** The deepest nesting of parentheses; nobody needs more. */
const deepest = 50;

/**
 * Parses `smtp and not (slow or tls)`: `not` binds closest, then `and`, then `or`. Returns a diagnostic for anything
 * else.
 */
export function parseTags(text: string): TagExpression | Diagnostic {
  const tokens = tokensOf(text);
  let at = 0;
  const word = (): string | undefined => tokens[at];
  const is = (wanted: string): boolean => word()?.toLowerCase() === wanted;

  function either(depth: number): TagExpression {
    const terms = [both(depth)];
    while (is('or')) {
      at++;
      terms.push(both(depth));
    }
    return (tags) => terms.some((term) => term(tags));
  }

  function both(depth: number): TagExpression {
    const terms = [one(depth)];
    while (is('and')) {
      at++;
      terms.push(one(depth));
    }
    return (tags) => terms.every((term) => term(tags));
  }

  function one(depth: number): TagExpression {
    if (depth > deepest) throw new Wrong('it is nested too deeply');
    const token = word();
    if (token === undefined) throw new Wrong('a tag is missing at its end');
    at++;
    if (token.toLowerCase() === 'not') {
      const negated = one(depth + 1);
      return (tags) => !negated(tags);
    }
    if (token === '(') {
      const inner = either(depth + 1);
      if (word() !== ')') throw new Wrong('a ")" is missing');
      at++;
      return inner;
    }
    if (token === ')' || token.toLowerCase() === 'and' || token.toLowerCase() === 'or')
      throw new Wrong(`a tag is missing before "${token}"`);
    return (tags) => tags.has(token);
  }

  try {
    const expression = either(0);
    const rest = word();
    if (rest !== undefined) throw new Wrong(`"and" or "or" is missing before "${rest}"`);
    return expression;
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return {
      code: 'argument.invalid',
      message: `Cannot read the tags "${text}": ${error.message}`,
      hint: 'For example: --tags "smtp and not slow"',
    };
  }
}

class Wrong extends Error {}
