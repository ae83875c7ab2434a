/**
 * Compiles the schemas of this folder into code: `validators.js` (compiling at run time would cost
 * more than everything else at start-up), `validators.d.ts`, and `document.d.ts`, the raw documents' types.
 *
 *     node schemas/compile.mjs [outDir]
 *
 * `tsc` does not copy JavaScript, so the validators are also written below `outDir` (default: `dist`).
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { compile } from 'json-schema-to-typescript';

const folder = dirname(fileURLToPath(import.meta.url));
const root = dirname(folder);
const place = join('runner', 'scenario', 'generated');

const read = async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'));

/** The first example of each definition, by its place in the schema: what a hint shows. */
function examplesOf(schema, path, into) {
  if (typeof schema !== 'object' || schema === null) return into;
  if (!Array.isArray(schema) && Array.isArray(schema.examples) && schema.examples[0] !== null) into[path] = schema.examples[0];
  for (const [key, value] of Object.entries(schema)) {
    if (key !== 'examples') examplesOf(value, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, into);
  }
  return into;
}

/** Raw documents' types. References between the two files become local ones for the generator. */
async function documentTypes(scenario, config) {
  const local = JSON.parse(JSON.stringify(config).replaceAll('scenario.schema.json#/', '#/'));
  const merged = {
    title: 'Documents',
    type: 'object',
    additionalProperties: false,
    required: ['scenario', 'config'],
    properties: {
      scenario: { ...scenario, title: 'ScenarioDocument', $defs: undefined, if: undefined, then: undefined },
      config: { ...local, title: 'ConfigDocument', $defs: undefined },
    },
    $defs: { ...local.$defs, ...scenario.$defs },
  };
  return compile(JSON.parse(JSON.stringify(merged)), 'Documents', {
    bannerComment: '/* Generated from schemas/*.schema.json. */',
    additionalProperties: false,
    format: false,
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: false,
  });
}

export async function compileSchemas(outDir = join(root, 'dist')) {
  const [scenario, config] = await Promise.all([read('scenario.schema.json'), read('config.schema.json')]);
  const ajv = new Ajv2020({
    allErrors: true,
    allowUnionTypes: true,
    strict: true,
    // A branch of `oneOf` names keys that stand in `properties` beside it.
    strictRequired: false,
    messages: false,
    code: { source: true, esm: true },
  });
  ajv.addSchema(scenario, 'scenario.schema.json');
  ajv.addSchema(config, 'config.schema.json');
  const code = standalone(ajv, { validateScenario: 'scenario.schema.json', validateConfig: 'config.schema.json' });
  const examples = { ...examplesOf(scenario, '#', {}) };
  for (const [path, example] of Object.entries(examplesOf(config, '#', {}))) examples[path] ??= example;
  const bundled = await build({
    stdin: { contents: `${code}\nexport const examples = ${JSON.stringify(examples)};\n`, resolveDir: root },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true,
    write: false,
    logLevel: 'silent',
  });
  const validators = bundled.outputFiles[0].text;
  const declarations = `${[
    'interface SchemaError { readonly instancePath: string; readonly schemaPath: string; readonly keyword: string; readonly params: Readonly<Record<string, unknown>>; readonly propertyName?: string }',
    'interface Validate { (document: unknown): boolean; errors?: readonly SchemaError[] | null }',
    'export declare const validateScenario: Validate;',
    'export declare const validateConfig: Validate;',
    '/** The first example of each definition, by its JSON pointer in the schema. */',
    'export declare const examples: Readonly<Record<string, unknown>>;',
  ].join('\n')}\n`;
  const source = join(root, place);
  const built = join(resolve(outDir), place);
  await Promise.all([mkdir(source, { recursive: true }), mkdir(built, { recursive: true })]);
  await Promise.all([
    writeFile(join(source, 'validators.js'), validators),
    writeFile(join(source, 'validators.d.ts'), declarations),
    writeFile(join(source, 'document.d.ts'), await documentTypes(scenario, config)),
    writeFile(join(built, 'validators.js'), validators),
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await compileSchemas(process.argv[2]);
