import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import AjvDraft04 from 'ajv-draft-04';
import fc from 'fast-check';
import { anyResults } from '../../fixtures/reports/anything.ts';
import { reportOf } from '../../fixtures/reports/collect.ts';
import { eventsOf, mixed } from '../../fixtures/reports/results.ts';
import { recordedRun } from '../causes/recorded.test.helper.ts';
import { packageRoot } from '../package-root.ts';
import type { ScenarioResult } from '../result.ts';
import { create } from './sarif.ts';

interface Rule {
  readonly id: string;
  readonly help?: { readonly text: string };
}

interface Log {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly Rule[] } };
    readonly invocations: readonly {
      readonly executionSuccessful: boolean;
      readonly toolExecutionNotifications?: readonly object[];
    }[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: { readonly startLine: number; readonly startColumn: number };
        };
      }[];
    }[];
  }[];
}

const read = async (results: readonly ScenarioResult[]) => JSON.parse(await reportOf(create, eventsOf(results))) as Log;

/** OASIS' schema, as distributed by SchemaStore and Microsoft's tools. */
const schema = JSON.parse(readFileSync(join(packageRoot(), 'fixtures/reports/sarif.schema.json'), 'utf8')) as object;
const validate = new AjvDraft04.default({
  unicodeRegExp: false,
  strict: false,
  formats: {
    uri: (text: string) => URL.canParse(text),
    'uri-reference': (text: string) => URL.canParse(text, 'file:///'),
    'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/,
  },
}).compile(schema);

/** Asserts that a log is valid by the schema, and has what GitHub and GitLab require of a result. */
function valid(log: Log): void {
  assert.equal(validate(log), true, JSON.stringify(validate.errors));
  const { version, runs } = log;
  assert.equal(version, '2.1.0');
  assert.equal(runs.length, 1);
  for (const { tool, results, invocations } of runs) {
    assert.equal(tool.driver.name, 'mailspec');
    assert.equal(typeof invocations[0]?.executionSuccessful, 'boolean');
    for (const { ruleId, ruleIndex, level, message, locations } of results) {
      assert.equal(tool.driver.rules[ruleIndex]?.id, ruleId);
      assert.match(level, /^(?:none|note|warning|error)$/);
      assert.notEqual(message.text, '');
      const [{ physicalLocation } = assert.fail('no location')] = locations;
      assert.match(physicalLocation.artifactLocation.uri, /^(?:[\w.~!*'()/-]|%[0-9A-F]{2})+$/);
      assert.ok(physicalLocation.region.startLine >= 1 && physicalLocation.region.startColumn >= 1);
    }
  }
}

describe('sarif', () => {
  it('validate() rejects what the schema does not allow', async () => {
    const log = await read(mixed);
    const [run = assert.fail()] = log.runs;
    for (const wrong of [
      { ...log, version: '2.0.0' },
      { ...log, runs: [{ ...run, results: [{ ...run.results[0], level: 'severe' }] }] },
      { ...log, runs: [{ ...run, results: [{ ...run.results[0], message: {} }] }] },
      { ...log, runs: [{ ...run, tool: {} }] },
    ])
      assert.equal(validate(wrong), false);
  });

  for (const name of ['certificate-expired', 'milter-down', 'catch-all'])
    it(`create() is valid for the run ${name}`, async () =>
      valid(JSON.parse(await reportOf(create, recordedRun(name))) as Log));

  it('create() has a result for what failed or warned, and a notification for what could not be checked', async () => {
    const log = await read(mixed);
    valid(log);
    const [run = assert.fail()] = log.runs;
    assert.deepEqual(
      run.results.map(({ ruleId, level }) => [ruleId, level]),
      mixed
        .filter(({ outcome }) => outcome === 'failed' || outcome === 'warning')
        .map(({ scenario }) => [scenario.id, 'warning']),
    );
    assert.equal(run.invocations[0]?.toolExecutionNotifications?.length, 1);
    assert.equal(run.invocations[0]?.executionSuccessful, false);
  });

  it('create() says what to do about the cause that many scenarios have', async () => {
    const log = JSON.parse(await reportOf(create, recordedRun('sasl-socket-broken'))) as Log;
    const texts = (log.runs[0]?.results ?? [])
      .filter(({ ruleId }) => !ruleId.startsWith('discovery/'))
      .map(({ message }) => message.text);
    assert.ok(texts.length > 1);
    for (const text of texts) {
      assert.match(text, /^HIGH: \S+ and \S+: logins fail, [\s\S]*smtpd_sasl_path/m);
      assert.doesNotMatch(text, /virtual_transport/);
    }
    const [alone] = mixed.filter(({ outcome }) => outcome === 'failed');
    assert.doesNotMatch((await read(alone ? [alone] : []))?.runs[0]?.results[0]?.message.text ?? '', /^MEDIUM: /m);
  });

  it('create() has the same rule for a scenario whatever it is renamed to', async () => {
    const [failed] = mixed.filter(({ outcome }) => outcome === 'failed');
    assert.ok(failed);
    const { id } = failed.scenario;
    const renamed = {
      ...failed,
      scenario: { ...failed.scenario, id: 'smtp/new#name', formerIds: [id, 'smtp/old#name'] },
    };
    const log = await read([renamed]);
    valid(log);
    assert.deepEqual([log.runs[0]?.results[0]?.ruleId, (await read([failed])).runs[0]?.results[0]?.ruleId], [id, id]);
  });

  it('create() has in a rule the remedy for the product that the greeting or the configuration names', async () => {
    const failed = mixed.find(({ outcome }) => outcome === 'failed') ?? assert.fail();
    const remedies = (['exim', 'postfix'] as const).map((product) => ({ product, text: `set it in ${product}` }));
    const servers = [{ connection: 'default', label: 'mx', product: 'exim' }] as const;
    for (const [more, scenario, help] of [
      [{ products: [] }, { remedies, servers }, 'Exim: set it in exim'],
      [{ products: [{ server: 'mx', product: 'postfix' }] }, { remedies }, 'Postfix: set it in postfix'],
    ] as const) {
      const log = await read([{ ...failed, ...more, scenario: { ...failed.scenario, ...scenario } }]);
      assert.equal(log.runs[0]?.tool.driver.rules[0]?.help?.text, help);
    }
  });

  it('create() goes by severity', async () => {
    const failed = mixed.find(({ outcome }) => outcome === 'failed') ?? assert.fail();
    for (const [severity, level] of [
      ['critical', 'error'],
      ['high', 'error'],
      ['medium', 'warning'],
      ['low', 'note'],
    ] as const) {
      const log = await read([{ ...failed, scenario: { ...failed.scenario, severity } }]);
      assert.equal(log.runs[0]?.results[0]?.level, level);
    }
  });

  it('create() is valid whatever a server or a scenario says', () =>
    fc.assert(fc.asyncProperty(anyResults, async (results) => valid(await read(results)))));
});
