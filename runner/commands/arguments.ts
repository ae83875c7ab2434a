import { parseArgs } from 'node:util';
import { ArgumentError } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import type { Arguments, Command } from './command.ts';

/** Parses a command's argv by its option table. Throws an `ArgumentError` that suggests the closest known option. */
export function parseArguments(command: Command, argv: readonly string[]): Arguments {
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      [...command.options, { name: 'help', help: '' }].map((option) => [
        option.name,
        {
          type: 'value' in option && option.value !== undefined && !('optional' in option) ? 'string' : 'boolean',
          multiple: true,
          ...('short' in option && option.short !== undefined && { short: option.short }),
        } as const,
      ]),
    ),
  });
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  const pending = [...tokens];
  for (let token = pending.shift(); token !== undefined; token = pending.shift()) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const option = command.options.find(({ name }) => name === token.name);
    if (option === undefined) {
      const names = command.options.map(({ name }) => name);
      const near = nearest(token.name, names);
      throw new ArgumentError(
        `Unknown option "${token.rawName}"`,
        near === undefined ? `See "mailspec help ${command.name}"` : `Did you mean "--${near}"?`,
      );
    }
    // `--config --strict` lacks a value: no file is named so. A value that begins with a hyphen needs "=".
    let value = token.inlineValue === false && /^-\S/.test(token.value) ? undefined : token.value;
    if (option.value === undefined && value !== undefined)
      throw new ArgumentError(`Option "--${option.name}" takes no value`);
    if (option.value !== undefined && value === undefined) {
      // An optional value (`--bail 3`) may be a separate argument if it is a number.
      const following = pending[0];
      if (option.optional && following?.kind === 'positional' && /^\d+$/.test(following.value)) {
        value = following.value;
        pending.shift();
      }
      if (value === undefined && !option.optional) {
        throw new ArgumentError(`Option "--${option.name}" needs a value`, `Write "--${option.name} ${option.value}"`);
      }
    }
    const values = given.get(option.name) ?? [];
    values.push(value ?? '');
    given.set(option.name, values);
  }
  return {
    positionals,
    has: (name) => given.has(name),
    value: (name) => given.get(name)?.at(-1),
    values: (name) => given.get(name) ?? [],
  };
}

/** For commands that have only options. */
export function refusePositionals({ positionals: [unexpected] }: Arguments, command: string): void {
  if (unexpected !== undefined)
    throw new ArgumentError(`Unexpected argument "${unexpected}"`, `See "mailspec help ${command}"`);
}

/** A whole number of at least `least`. */
export function wholeNumber(args: Arguments, name: string, least: number): number | undefined {
  const text = args.value(name);
  if (text === undefined || text === '') return undefined;
  const number = Number(text);
  if (!Number.isInteger(number) || number < least) {
    throw new ArgumentError(`Cannot use "--${name} ${text}": it must be a whole number of at least ${least}`);
  }
  return number;
}

/** The `NAME=VALUE` pairs of a repeatable option, the last one of each name; other values are left out. */
export function pairs(
  args: Arguments,
  name: string,
  isOther: (text: string) => boolean = () => false,
): ReadonlyMap<string, string> {
  return new Map(allPairs(args, name, isOther));
}

/** The same with all pairs of a name. */
export function allPairs(
  args: Arguments,
  name: string,
  isOther: (text: string) => boolean = () => false,
): readonly (readonly [name: string, value: string])[] {
  return args.values(name).flatMap((text): (readonly [string, string])[] => {
    if (isOther(text)) return [];
    const at = text.indexOf('=');
    if (at < 1) throw new ArgumentError(`Cannot use "--${name} ${text}": it must be NAME=VALUE`);
    return [[text.slice(0, at), text.slice(at + 1)]];
  });
}
