import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';

type Check = (value: unknown) => boolean;

/** By schema: compiling one takes longer than most files that are read. */
const checks = new Map<string, Promise<Check>>();

/** What holds values against a schema of this package. Fields may be added within a format. */
export function schemaCheck(name: string): Promise<Check> {
  const known = checks.get(name) ?? compiled(name);
  checks.set(name, known);
  return known;
}

async function compiled(name: string): Promise<Check> {
  // Loaded when needed: ajv takes long.
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const text = await readFile(join(packageRoot(), 'schemas', name), 'utf8');
  const schema = JSON.parse(text, (key, value: unknown) =>
    key === 'additionalProperties' && value === false ? undefined : value,
  ) as object;
  const check = new Ajv2020({ strict: false }).compile(schema);
  return (value) => check(value) === true;
}
