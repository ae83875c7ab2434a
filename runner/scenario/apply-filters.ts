import type { FilterName } from '../filter-name.ts';
import { FillError, filters, isFilter } from '../matchers/fill.ts';
import { nearest } from '../nearest.ts';
import type { Span } from '../source.ts';
import { TooCostly } from './budget.ts';
import { type Expanded, refuseLong, vagueValue } from './expanded.ts';
import type { Reference } from './interpolation.ts';
import { limits } from './limits.ts';
import type { Scope } from './scope.ts';

/** A variable's value after its filters. If the value is known only at run time, its filters are applied then. */
export function filtered(scope: Scope, token: Reference, place: Span, value: Expanded): Expanded {
  let current = value;
  if (token.filters.length > limits.filters)
    throw new TooCostly(`A variable has more than ${limits.filters} filters`, place);
  for (const name of token.filters) {
    if (!isFilter(name)) {
      const near = nearest(name, Object.keys(filters));
      scope.shared.report({
        code: 'filter.unknown',
        message: `Unknown filter "${name}"`,
        span: place,
        hint: near === undefined ? `The filters are ${Object.keys(filters).join(', ')}` : `Did you mean "${near}"?`,
      });
      return vagueValue;
    }
    current = filterOnce(scope, token.name, name, place, current);
  }
  return current;
}

function filterOnce(scope: Scope, variable: string, name: FilterName, place: Span, value: Expanded): Expanded {
  if (value.vague) return value;
  const [first, ...more] = value.parts;
  if (more.length === 0 && (first === undefined || typeof first === 'string')) {
    try {
      // What a filter reads counts too: a digest of a long text is short.
      scope.shared.spend('texts', first?.length ?? 0, place);
      const result = filters[name](first ?? '');
      refuseLong([result], place);
      scope.shared.spend('texts', result.length, place);
      for (const secret of value.taint) scope.shared.book.add(secret, result);
      return { ...value, parts: [result] };
    } catch (error) {
      if (!(error instanceof FillError)) throw error;
      const shown = value.taint.size > 0 ? `Cannot apply "${name}" to a secret: it is not base64` : error.message;
      scope.shared.report({ code: 'value.invalid', message: shown, span: place });
      return vagueValue;
    }
  }
  const secrets = value.taint.size > 0 ? { secrets: [...value.taint] } : {};
  if (more.length === 0 && typeof first === 'object') {
    return { ...value, parts: [{ ...first, filters: [...first.filters, name], ...secrets }] };
  }
  return {
    ...value,
    parts: [{ name: variable, filters: [name], span: place, of: { parts: value.parts }, ...secrets }],
  };
}
