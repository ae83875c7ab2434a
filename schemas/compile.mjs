/**
 * Compiles the schemas of this folder into code, since compiling at run time would take longer than the rest of the
 * start: `validators.js` for scenario files and the configuration, with `validators.d.ts`; `document.d.ts`, the types
 * of the documents as parsed; and `results.js` for results, with `results.d.ts`.
 *
 *     node schemas/compile.mjs [outDir]
 *
 * `tsc` copies neither JavaScript nor declarations, so all of it is also written below `outDir` (default: `dist`).
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
const documents = join('runner', 'scenario', 'generated');
const results = join('runner', 'commands', 'generated');

const read = async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'));

/**
 * Copies a definition's examples to the places that refer to it, because messages quote them. Descriptions, which no
 * message quotes, are removed, since they would be loaded with every start.
 */
function withExamples(schema, find) {
  if (Array.isArray(schema)) return schema.map((each) => withExamples(each, find));
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'description' && typeof value === 'string') continue;
    copy[key] = key === 'examples' ? value : withExamples(value, find);
  }
  if (typeof schema.$ref === 'string') copy.examples ??= find(schema.$ref)?.examples ?? [];
  return copy;
}

/** A reference without other keys is one type; with a description it would become a separate one. */
const bareReference = (_key, value) => (typeof value?.$ref === 'string' ? { $ref: value.$ref } : value);

/** Conditions, which types cannot express, make `expect` depend on the step's action; its type allows them all. */
function withAnyExpectation(definitions) {
  const { allOf = [], ...step } = definitions.step;
  const anyOf = allOf.flatMap((each) => (each.then ?? each.else)?.properties?.expect ?? []);
  return { ...definitions, step: { ...step, properties: { ...step.properties, expect: { anyOf } } } };
}

/** The types of parsed documents. References between the two files become local for the generator. */
async function documentTypes(scenario, config) {
  const local = JSON.parse(JSON.stringify(config).replaceAll('scenario.schema.json#/', '#/'));
  // Types cannot express rules between keys.
  const { if: _condition, then: _consequence, ...keys } = scenario;
  const merged = {
    title: 'Documents',
    type: 'object',
    additionalProperties: false,
    required: ['scenario', 'config'],
    properties: {
      scenario: { ...keys, title: 'ScenarioDocument', $defs: undefined },
      config: { ...local, title: 'ConfigDocument', $defs: undefined },
    },
    $defs: { ...local.$defs, ...withAnyExpectation(scenario.$defs) },
  };
  return compile(JSON.parse(JSON.stringify(merged), bareReference), 'Documents', {
    bannerComment: '/* Generated from schemas/*.schema.json. */',
    additionalProperties: false,
    format: false,
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: false,
  });
}

/**
 * The validators' code, changed to parse the schemas only when the first error needs them: as literals in the module
 * they would be created at every start. In ajv's code, each is JSON on one line: `const schema31 = {…};`.
 */
function withLateSchemas(code) {
  const schemas = new Map();
  const rest = code.replace(/const (schema\d+) = (?=\{)/g, (_, name) => `\0${name}\0`);
  const [head, ...pieces] = rest.split('\0');
  const parts = [head];
  for (let at = 0; at < pieces.length; at += 2) {
    const [name, following] = [pieces[at], pieces[at + 1]];
    const end = endOfObject(following);
    schemas.set(name, following.slice(0, end));
    parts.push(following.slice(end));
  }
  const keys = withKeys(parts.join(''), schemas);
  const used = keys.code.replace(/\bschema\d+\b/g, (name) => (schemas.has(name) ? `${name}()` : name));
  const texts = [...schemas].map(([name, text]) => late(name, `JSON.parse(${JSON.stringify(text)})`));
  return [used, ...texts, ...keys.texts].join('\n');
}

/**
 * The validators' code, changed to look for a key in a set: ajv looks for it in the schema (`func0.call(schema31
 * .properties, key0)`), also where there is no error.
 */
function withKeys(code, schemas) {
  const names = new Map();
  const looking = /\b\w+\.call\((schema\d+)((?:\.\w+)*\.properties), (key\d+)\)/g;
  const changed = code.replace(looking, (whole, schema, path, key) => {
    if (!schemas.has(schema)) return whole;
    const place = `${schema}${path}`;
    if (!names.has(place)) names.set(place, `keys${names.size}`);
    return `${names.get(place)}().has(${key})`;
  });
  if (names.size === 0) throw new Error('Cannot change the code of the validators: it looks for no key in a schema');
  const texts = [...names].map(([place, name]) => {
    const [schema, ...path] = place.split('.');
    const properties = path.reduce((from, key) => from[key], JSON.parse(schemas.get(schema)));
    return late(name, `new Set(${JSON.stringify(Object.keys(properties))})`);
  });
  return { code: changed, texts };
}

/** The code of a function that returns a value, which is made when it is first called. */
function late(name, value) {
  return `let late_${name}; const ${name} = () => (late_${name} ??= ${value});`;
}

/**
 * The validators' code, changed to add the errors of a part to those before it: ajv copies all of them for each part,
 * which takes seconds for a file with thousands.
 */
function withAppendedErrors(code) {
  const copying = /vErrors === null \? (\w+)\.errors : vErrors\.concat\(\1\.errors\)/g;
  if (!copying.test(code)) throw new Error('Cannot change the code of the validators: it does not copy errors');
  const append =
    'function appended(all, more) { if (all === null) return more; for (const each of more) all.push(each); return all; }';
  return `${code.replace(copying, 'appended(vErrors, $1.errors)')}\n${append}`;
}

/** The end of the object at the beginning of the text. */
function endOfObject(text) {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === '{') depth++;
    if (token === '}' && --depth === 0) return index + 1;
  }
  throw new Error('Cannot read the code of the validators: a schema has no end');
}

/** Bundles ajv's module with the helpers that it imports. */
async function bundled(code) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true,
    minifyIdentifiers: true,
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}

async function compileDocuments() {
  const [scenario, config] = await Promise.all([read('scenario.schema.json'), read('config.schema.json')]);
  const ajv = new Ajv2020({
    allErrors: true,
    allowUnionTypes: true,
    strict: true,
    // Branches of `oneOf` name keys that are defined in `properties` next to them.
    strictRequired: false,
    messages: false,
    // Errors include the schema around them, because messages quote its keys and examples.
    verbose: true,
    // Compiles each definition only once, which reduces the code to a third.
    inlineRefs: false,
    code: { source: true, esm: true },
  });
  const find = (ref) => {
    const [file, pointer] = ref.split('#');
    const at = (from) =>
      pointer
        .split('/')
        .slice(1)
        .reduce((place, key) => place?.[key], from);
    return file === '' ? (at(config) ?? at(scenario)) : at(scenario);
  };
  ajv.addSchema(withExamples(scenario, find), 'scenario.schema.json');
  ajv.addSchema(withExamples(config, find), 'config.schema.json');
  const code = standalone(ajv, { validateScenario: 'scenario.schema.json', validateConfig: 'config.schema.json' });
  const declarations = [
    '/** The schema around a keyword that does not hold: what a message can tell. */',
    'interface SchemaPlace { readonly title?: string; readonly examples?: readonly unknown[]; readonly properties?: Readonly<Record<string, SchemaPlace>> }',
    'interface SchemaError { readonly instancePath: string; readonly keyword: string; readonly params: Readonly<Record<string, unknown>>; readonly propertyName?: string; readonly schema: unknown; readonly parentSchema: SchemaPlace; readonly schemaPath: string }',
    'interface Validate { (document: unknown): boolean; errors?: readonly SchemaError[] | null }',
    'export declare const validateScenario: Validate;',
    'export declare const validateConfig: Validate;\n',
  ];
  return {
    'validators.js': await bundled(withAppendedErrors(withLateSchemas(code))),
    'validators.d.ts': declarations.join('\n'),
    'document.d.ts': await documentTypes(scenario, config),
  };
}

/** For reading results. Fields may be added within a format, so a newer version may have written more of them. */
async function compileResults() {
  const ajv = new Ajv2020({ strict: false, messages: false, inlineRefs: false, code: { source: true, esm: true } });
  for (const name of ['result.schema.json', 'load.schema.json']) ajv.addSchema(withMoreFields(await read(name)), name);
  const code = standalone(ajv, { isResultLine: 'result.schema.json', isLoadResult: 'load.schema.json' });
  const names = ['isResultLine', 'isLoadResult'];
  return {
    'results.js': await bundled(code),
    'results.d.ts': names.map((name) => `export declare function ${name}(value: unknown): boolean;\n`).join(''),
  };
}

function withMoreFields(schema) {
  return JSON.parse(JSON.stringify(schema), (key, value) =>
    (key === 'additionalProperties' && value === false) || (key === 'description' && typeof value === 'string')
      ? undefined
      : value,
  );
}

async function writeAll(folder, files) {
  await mkdir(folder, { recursive: true });
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
}

export async function compileSchemas(outDir = join(root, 'dist')) {
  const made = [
    [documents, await compileDocuments()],
    [results, await compileResults()],
  ];
  for (const [place, files] of made)
    for (const base of [root, resolve(outDir)]) await writeAll(join(base, place), files);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await compileSchemas(process.argv[2]);
