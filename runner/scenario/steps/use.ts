import { TooCostly } from '../budget.ts';
import { limits } from '../limits.ts';
import { readString } from '../read.ts';
import type { Definition, Scope } from '../scope.ts';
import { child, entriesOf, type Node } from '../tree.ts';
import type { StepReader } from './context.ts';
import { inside } from './fields.ts';

export const use: StepReader<'use'> = {
  read(context, action, base) {
    const { scope, store, using } = context;
    const named = readString(scope, action, 'A fragment');
    const fragment =
      named === undefined ? undefined : store.find(context.fragments, named, action.span, scope.shared.report);
    if (fragment === undefined) return undefined;
    if (using.includes(fragment.id)) {
      const names = [...using.slice(using.indexOf(fragment.id)), fragment.id].map(
        (id) => `"${id.slice(id.lastIndexOf('#') + 1)}"`,
      );
      scope.shared.report({
        code: 'fragment.cycle',
        message: `The fragment uses itself: ${names.join(' uses ')}`,
        span: action.span,
      });
      return undefined;
    }
    if (using.length >= limits.fragmentDepth)
      throw new TooCostly(`Fragments are nested deeper than ${limits.fragmentDepth}`, action.span);
    const given = parameters(scope, child(context.step, 'with'));
    const dialogue = context.dialogue(
      {
        ...inside(context, {
          // The variables of the fragment's file are defaults; the step's `with` overrides everything.
          layers: [fragment.source.variables, ...scope.layers, given],
          shadowed: new Set([...scope.shadowed, ...given.keys()]),
        }),
        fragments: fragment.source,
        using: [...using, fragment.id],
      },
      fragment.node,
    );
    return { ...base, kind: 'use', dialogue };
  },
};

function parameters(scope: Scope, node: Node | undefined): ReadonlyMap<string, Definition> {
  const map = new Map<string, Definition>();
  for (const { key, node: value } of entriesOf(node)) {
    if (value.kind === 'scalar') map.set(key, { from: 'file', node: value, scope });
  }
  return map;
}
