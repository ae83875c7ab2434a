import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gapsIn, programTables, readScenarioSchema } from '../../fixtures/language/schema-tables.ts';
import { configOf } from '../../fixtures/testing/plan-in-memory.ts';
import { packageRoot } from '../package-root.ts';
import { parse } from './parse.ts';
import { plan } from './plan.ts';
import { readers } from './steps/table.ts';
import { validate } from './validate.ts';

type Schema = { readonly [key: string]: unknown };

const read = (name: string): Schema => JSON.parse(readFileSync(join(packageRoot(), 'schemas', name), 'utf8')) as Schema;
const scenario = read('scenario.schema.json');
const config = read('config.schema.json');

/** Every property of a schema, by its place. */
function* propertiesOf(schema: unknown, path = '#'): Generator<readonly [string, Schema]> {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'examples') continue;
    if (key === 'properties') {
      for (const [name, property] of Object.entries(value as Readonly<Record<string, Schema | true>>)) {
        // `true`: conditions beside it say what it is.
        if (property !== true) yield [`${path}/properties/${name}`, property];
      }
    }
    yield* propertiesOf(value, `${path}/${key}`);
  }
}

function resolve(from: Schema, ref: string): Schema {
  const [file, pointer = ''] = ref.split('#');
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((at, key) => (at as Schema)[key], file === '' ? from : scenario) as Schema;
}

describe('schemas', () => {
  for (const [name, schema] of [
    ['scenario', scenario],
    ['config', config],
  ] as const) {
    it(`${name}.schema.json describes and shows every key when an editor asks`, () => {
      const bare = [...propertiesOf(schema)].filter(([, property]) => {
        const target = typeof property.$ref === 'string' ? resolve(schema, property.$ref) : {};
        return (
          !(property.description ?? target.description) ||
          !((property.examples ?? target.examples) as unknown[] | undefined)?.length
        );
      });
      assert.deepEqual(
        bare.map(([path]) => path),
        [],
      );
    });
  }

  it('scenario.schema.json has the steps, operators and schemes of the program, and no others', () => {
    assert.deepEqual(gapsIn(readScenarioSchema(), programTables()), []);
  });

  it('scenario.schema.json lists the steps in the order in which messages do', () => {
    assert.deepEqual(
      readScenarioSchema().$defs.step.else.oneOf.flatMap(({ required }) => required),
      Object.keys(readers),
    );
  });

  it('scenario.schema.json takes its own examples when they stand where they belong', () => {
    const wrong: string[] = [];
    const steps: string[] = Object.keys(readers).filter((key) => key !== 'expect');
    const defs = scenario.$defs as Readonly<Record<string, Schema>>;
    const properties = defs.step?.properties as Readonly<Record<string, Schema>>;
    for (const key of [...steps, 'expect']) {
      const property: Schema = key === 'expect' ? (defs.expectation ?? {}) : (properties[key] ?? {});
      const target = typeof property.$ref === 'string' ? resolve(scenario, property.$ref) : property;
      for (const example of (property.examples ?? target.examples ?? []) as readonly unknown[]) {
        const { root } = parse({
          path: key,
          text: JSON.stringify({ suite: 'S', scenarios: [{ name: 'n', dialogue: [{ [key]: example }] }] }),
        });
        assert.ok(root);
        wrong.push(...validate(root, 'scenario').map(({ message }) => `${key} ${JSON.stringify(example)}: ${message}`));
      }
    }
    for (const [key, property] of Object.entries(defs.scenario?.properties as Readonly<Record<string, Schema>>)) {
      const target = typeof property.$ref === 'string' ? resolve(scenario, property.$ref) : property;
      for (const example of (property.examples ?? target.examples ?? []) as readonly unknown[]) {
        const { root } = parse({
          path: key,
          text: JSON.stringify({ suite: 'S', scenarios: [{ name: 'n', dialogue: [], [key]: example }] }),
        });
        assert.ok(root);
        wrong.push(...validate(root, 'scenario').map(({ message }) => `${key} ${JSON.stringify(example)}: ${message}`));
      }
    }
    assert.deepEqual(wrong, []);
  });

  it('config.schema.json takes its own examples when they stand where they belong', () => {
    const wrong: string[] = [];
    for (const [key, property] of Object.entries(config.properties as Readonly<Record<string, Schema>>)) {
      const target = typeof property.$ref === 'string' ? resolve(config, property.$ref) : property;
      for (const example of (property.examples ?? target.examples ?? []) as readonly unknown[]) {
        const { root } = parse({ path: key, text: JSON.stringify({ [key]: example }) });
        assert.ok(root);
        wrong.push(...validate(root, 'config').map(({ message }) => `${key} ${JSON.stringify(example)}: ${message}`));
      }
    }
    assert.deepEqual(wrong, []);
  });
});

describe('scenarios/fragments', () => {
  it('plan() takes every shipped fragment when a scenario uses it', () => {
    const text = ['hello', 'encrypted', 'login', 'deliver', 'quit']
      .map(
        (name) =>
          `      - use: mailspec:smtp#${name}\n        with: { sender: a@example.com, recipient: b@example.com }`,
      )
      .join('\n');
    const { diagnostics } = plan({
      files: [{ path: 'a.yaml', text: `suite: S\nserver: mx\nscenarios:\n  - name: one\n    dialogue:\n${text}\n` }],
      config: configOf(),
      cwd: packageRoot(),
      runId: 'r',
      today: '2026-01-01',
    });
    assert.deepEqual(diagnostics, []);
  });
});
