import type { StepKind, StepOf } from '../../steps.ts';
import { readString } from '../read.ts';
import type { Scope } from '../scope.ts';
import { child, type Node } from '../tree.ts';
import type { DialogueContext, StepBase, StepContext, StepReader } from './context.ts';

/** Reads one field of a step. `undefined`: it is absent, or an error was reported. */
export type Field<Value> = (context: StepContext, action: Node) => Value | undefined;

type Own<Kind extends StepKind> = Omit<StepOf<Kind>, keyof StepBase | 'kind'>;

type OptionalKey<Type> = { [Key in keyof Type]-?: object extends Pick<Type, Key> ? Key : never }[keyof Type];

/** An argument that is present only if there are optional fields. */
type Optional<Type> = [OptionalKey<Type>] extends [never] ? [] : [Fields<Pick<Type, OptionalKey<Type>>>];

type Fields<Type> = { readonly [Key in keyof Type]-?: Field<Exclude<Type[Key], undefined>> };

/**
 * Reads a step field by field; the types require a reader for each of the step's own fields. All fields are read, so
 * that all errors are reported. If a required one is missing, there is no step.
 */
export function fields<Kind extends StepKind>(
  kind: Kind,
  required: Fields<Omit<Own<Kind>, OptionalKey<Own<Kind>>>>,
  ...[optional]: Optional<Own<Kind>>
): StepReader<Kind>['read'] {
  const musts = Object.entries<Field<unknown>>(required);
  const isComplete = (step: object): step is StepOf<Kind> => musts.every(([name]) => name in step);
  const mays = Object.entries<Field<unknown>>(optional ?? {});
  return (context, action, base) => {
    const values: { [name: string]: unknown } = { ...base, kind };
    for (const [name, read] of [...mays, ...musts]) {
      const value = read(context, action);
      if (value !== undefined) values[name] = value;
    }
    const step: object = values;
    return isComplete(step) ? step : undefined;
  };
}

/** The part of a reader that reads values. */
type Read<Value> = (scope: Scope, node: Node | undefined) => Value | undefined;

/** Reads the action itself: `wait: 2s`. */
export function whole<Value>(read: Read<Value>): Field<Value> {
  return ({ scope }, action) => read(scope, action);
}

/** Reads the value of one of its keys. */
export function at<Value>(key: string, read: Read<Value>, absent?: Value): Field<Value> {
  return ({ scope }, action) => read(scope, child(action, key)) ?? absent;
}

/** Reads the nested steps under `dialogue`. */
export function dialogue(scope: Partial<Scope> = {}): Field<ReturnType<DialogueContext['dialogue']>> {
  return (context, action) => context.dialogue(inside(context, scope), child(action, 'dialogue'));
}

/** The context of nested steps: this step's `on` is their default. */
export function inside(context: StepContext, scope: Partial<Scope> = {}): DialogueContext {
  const on = child(context.step, 'on');
  return {
    ...context,
    scope: { ...context.scope, ...scope },
    on: (on && readString(context.scope, on, 'A connection')) ?? context.on,
  };
}
