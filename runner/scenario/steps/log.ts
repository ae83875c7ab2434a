import { parseDuration } from '../../matchers/quantity.ts';
import type { LogStart } from '../../steps.ts';
import { checkExpectation, someLine } from '../check-expectation.ts';
import { looksLikePattern, readPattern } from '../pattern.ts';
import { readFlag, scalar } from '../read.ts';
import { child, type Node } from '../tree.ts';
import { limitOf, mainOf, written } from './check.ts';
import type { StepContext, StepReader } from './context.ts';
import { fields } from './fields.ts';
import { watched } from './watched.ts';

export const log: StepReader<'log'> = {
  expectation: checkExpectation({
    short: () => ({ field: 'lines', read: someLine }),
    hint: 'Write a string that a line contains, or a pattern',
    fields: { lines: someLine },
  }),
  label: (action) => `log ${written(mainOf(action, 'file'))}`,
  read: fields('log', { log: watched('file'), limit: limitOf }, { from: startOf }),
};

function startOf({ scope }: StepContext, action: Node): LogStart | undefined {
  const all = readFlag(scope, child(action, 'all')) === true;
  const since = scalar(child(action, 'since'));
  if (since === undefined) return all ? 'beginning' : undefined;
  const { report } = scope.shared;
  if (all) report({ code: 'value.invalid', message: '"since" does not go with "all"', span: since.span });
  if (since.text === 'boot') return 'boot';
  if (looksLikePattern(since.text)) {
    const line = readPattern(scope, since);
    return line && { line };
  }
  const ago = parseDuration(since.text);
  if (ago !== undefined) return { ago };
  report({
    code: 'value.invalid',
    message: `"${since.text}" does not say where to begin in the log`,
    span: since.span,
    hint: 'Write a duration (10m), boot, or a pattern of the line to begin at: /starting up/',
  });
  return undefined;
}
