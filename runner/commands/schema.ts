import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ArgumentError } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import { packageRoot } from '../package-root.ts';
import type { Main } from './command.ts';

const names = ['scenario', 'config', 'result'] as const;

export const main: Main = async ({ positionals }, terminal) => {
  const [name = 'scenario', ...more] = positionals;
  if (more.length > 0)
    throw new ArgumentError(`Cannot print ${positionals.length} schemas at once`, 'Name one of them');
  const known = names.find((each) => each === name);
  if (known === undefined) {
    const near = nearest(name, names);
    throw new ArgumentError(
      `Unknown schema "${name}"`,
      near === undefined ? `The schemas are ${names.join(', ')}` : `Did you mean "${near}"?`,
    );
  }
  terminal.stdout.write(`${JSON.stringify(await standalone(known), null, 2)}\n`);
  return 0;
};

interface Schema {
  readonly $defs?: Readonly<Record<string, unknown>>;
}

/** The schema as a single document: the configuration's refers to definitions of the scenarios', which are included. */
async function standalone(name: string): Promise<Schema> {
  const text = await schemaText(name);
  const schema = JSON.parse(text) as Schema;
  const others = [...text.matchAll(/"(\w+)\.schema\.json#\//g)].map(([, other = '']) => other);
  const other = others.find((each) => each !== name);
  if (other === undefined) return schema;
  const { $defs } = JSON.parse(await schemaText(other)) as Schema;
  const local = JSON.parse(text.replaceAll(`"${other}.schema.json#/`, '"#/')) as Schema;
  return { ...local, $defs: { ...local.$defs, ...$defs } };
}

function schemaText(name: string): Promise<string> {
  return readFile(join(packageRoot(), 'schemas', `${name}.schema.json`), 'utf8');
}
