import { byIdentity } from '../by-identity.ts';
import { products, type Remedy, remedyOf, type Severity, severities } from '../remedy.ts';
import { mapAt, type Node, plainAt } from './tree.ts';

/** The scenario's severity, else the suite's. A `should` does little harm by default. */
export function severityOf(suite: Node, scenario: Node, level: 'must' | 'should'): Severity {
  return given(scenario) ?? (level === 'should' ? 'low' : (given(suite) ?? 'medium'));
}

function given(node: Node): Severity | undefined {
  const text = plainAt(node, 'severity');
  return severities.find((each) => each === text);
}

/** The scenario's remedies, and those of its suite for other products. */
export function remediesIn(suite: Node, scenario: Node): readonly Remedy[] {
  const own = remediesAt(scenario);
  return [...own, ...remediesAt(suite).filter(({ product }) => !own.some((each) => each.product === product))];
}

/** Read once for all cases of a scenario, and for all scenarios of a suite. */
const remediesAt = byIdentity((holder: Node): readonly Remedy[] => {
  const node = mapAt(holder, 'remedy');
  if (node === undefined) return [];
  return [...products, 'any' as const].flatMap((product) => {
    const text = plainAt(node, product);
    return text === undefined ? [] : [remedyOf(product, text)];
  });
});
