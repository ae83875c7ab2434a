import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { bare } from '../../fixtures/testing/plan-in-memory.ts';
import { packageRoot } from '../package-root.ts';
import { plan, readConfig } from './plan.ts';
import { readers } from './steps/table.ts';

type Data = null | string | number | boolean | readonly Data[] | { readonly [key: string]: Data };
type Keys = readonly (string | number)[];
type Map = { readonly [key: string]: Data };

const isMap = (data: Data | undefined): data is Map =>
  typeof data === 'object' && data !== null && !Array.isArray(data);
const listOf = (data: Data | undefined): readonly Data[] => (Array.isArray(data) ? data : []);
const root = packageRoot();
const read = (...path: readonly string[]) => readFileSync(join(root, ...path), 'utf8');

/** A suite with one scenario of one step, and the keys that lead to a scalar of the step. */
interface Use {
  readonly suite: Map;
  readonly step: Data;
  readonly way: Keys;
}

function* scalars(data: Data, way: Keys = []): Generator<Keys> {
  if (Array.isArray(data)) for (const [index, item] of data.entries()) yield* scalars(item, [...way, index]);
  else if (isMap(data)) for (const [key, value] of Object.entries(data)) yield* scalars(value, [...way, key]);
  else if (data !== null) yield way;
}

function at(data: Data, way: Keys): Data {
  return way.reduce<Data>((inner, key) => (inner as { readonly [key: string | number]: Data })[key] ?? null, data);
}

function replaced(data: Data, [key, ...way]: Keys, value: Data): Data {
  if (key === undefined) return value;
  if (Array.isArray(data)) return data.map((item, index) => (index === key ? replaced(item, way, value) : item));
  return isMap(data) ? { ...data, [key]: replaced(data[key] ?? null, way, value) } : data;
}

function* uses(suite: Map, steps: Data | undefined): Generator<Use> {
  for (const step of listOf(steps)) for (const way of scalars(step)) yield { suite, step, way };
}

/** Every scalar of every step that ships, and of the steps that the schema shows. */
function* language(): Generator<Use> {
  const shipped = readdirSync(join(root, 'scenarios'), { encoding: 'utf8', recursive: true });
  for (const file of shipped.filter((name) => name.endsWith('.yaml')).sort()) {
    const suite = parseYaml(read('scenarios', file)) as Map;
    for (const scenario of listOf(suite['scenarios'])) {
      if (isMap(scenario)) yield* uses({ ...suite, ...scenario }, scenario['dialogue']);
    }
    if (isMap(suite['fragments'])) for (const steps of Object.values(suite['fragments'])) yield* uses(suite, steps);
  }
  const { $defs } = JSON.parse(read('schemas', 'scenario.schema.json')) as { readonly $defs: Map };
  const target = (property: Data): Data | undefined =>
    isMap(property) && typeof property['$ref'] === 'string'
      ? $defs[property['$ref'].replace('#/$defs/', '')]
      : undefined;
  const shown = (name: string) => {
    const properties = isMap($defs[name]) ? $defs[name]['properties'] : undefined;
    return Object.entries(isMap(properties) ? properties : {}).flatMap(([key, property]) =>
      [property, target(property)].flatMap((each) =>
        listOf(isMap(each) ? each['examples'] : undefined).map((example) => ({ [key]: example })),
      ),
    );
  };
  for (const server of ['mx', 'imap', 'pop3', 'sieve']) {
    const suite = { server };
    yield* uses(
      suite,
      shown('step').map((step) => ({ expect: 220, ...step })),
    );
    yield* uses(suite, shown('step'));
    yield* uses(
      suite,
      shown('expectation').map((expect) => ({ expect })),
    );
  }
  for (const kind of Object.keys(readers)) {
    for (const step of shown('step').filter((each) => kind in each)) {
      yield* uses(
        { server: 'mx' },
        shown(`expect_${kind}`).map((expect) => ({ ...step, expect })),
      );
    }
  }
}

const configuration = `${read('docs', 'mailspec.example.yaml')}\nallow: { commands: true, files: [/] }\n`;
const { config } = readConfig({ path: 'mailspec.yaml', text: configuration }, root, {
  profile: undefined,
  env: { MAIL_PASSWORD: 'wonderland', MAIL_PASSWORD_2: 'looking-glass' },
});

function planned({ suite, step, way }: Use, values: readonly Data[]) {
  const { server, connections, variables, defaults, fragments } = suite;
  const scenario = {
    name: '${n}',
    each: [...values.map((n) => ({ n }))],
    dialogue: [replaced(step, way, '${n}')],
  };
  const given = Object.entries({ server, connections, variables, defaults, fragments });
  const text = JSON.stringify({
    suite: 'S',
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    scenarios: [scenario],
  });
  const made = plan({
    files: [{ path: 'scenarios/a.yaml', text }],
    config,
    cwd: root,
    runId: 'run1',
    today: '2026-01-01',
  });
  return {
    steps: made.plan.scenarios.map(({ dialogue, after, connections: targets }) => bare({ dialogue, after, targets })),
    // One step alone need not expect anything.
    mistakes: made.diagnostics.flatMap(({ code, message }) =>
      code === 'scenario.expects-nothing' ? [] : [`${code}: ${message}`],
    ),
  };
}

describe('reuseAmong(), in the whole language', () => {
  it('plans each case as it would be planned alone, wherever a step uses a value of it', () => {
    const seen = new Set<string>();
    const kinds = new Set<string>();
    for (const use of language()) {
      const keys = use.way.filter((key) => typeof key === 'string');
      const value = at(use.step, use.way);
      const place = `${keys.join('.')} ${typeof value}`;
      if (seen.has(place)) continue;
      const other = typeof value === 'number' ? value + 1 : `${value}x`;
      const one = planned(use, [value]);
      if (one.mistakes.length > 0) continue;
      seen.add(place);
      for (const key of keys) kinds.add(key);
      const alone = [one, planned(use, [other])];
      const together = planned(use, [value, other]);
      assert.deepEqual(
        together.steps,
        alone.flatMap(({ steps }) => steps),
        place,
      );
      assert.deepEqual(new Set(together.mistakes), new Set(alone.flatMap(({ mistakes }) => mistakes)), place);
    }
    assert.deepEqual(
      Object.keys(readers).filter((kind) => !kinds.has(kind)),
      ['close', 'reset', 'connect'], // They have no values.
    );
  });
});
