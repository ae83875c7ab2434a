import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { reportOf } from '../../fixtures/reports/collect.ts';
import {
  eventsOf,
  headline,
  mixed,
  problemAt,
  reported,
  resultOf,
  scenarioOf,
  transcript,
} from '../../fixtures/reports/results.ts';
import { describeInstalled, notInstalled } from '../../fixtures/testing/installed.ts';
import { packageRoot } from '../package-root.ts';
import type { Outcome, ScenarioResult } from '../result.ts';
import { placeOf } from '../source.ts';
import { create } from './junit.ts';
import type { ReporterOptions } from './reporter.ts';

const lint =
  (...options: string[]) =>
  (input: string) =>
    spawnSync('xmllint', [...options, '-'], { input, encoding: 'utf8' });

const report = (results: readonly ScenarioResult[], options: Partial<ReporterOptions> = {}) =>
  reportOf(create, eventsOf(results), options);

describeInstalled('junit, read by xmllint', notInstalled('/usr/bin/xmllint'), () => {
  const schema = join(packageRoot(), 'fixtures', 'reports', 'junit-10.xsd');
  const valid = lint('--noout', '--schema', schema);

  it("create() is what Jenkins' xUnit schema takes, and the common dialect is not", async () => {
    for (const results of [mixed, mixed.slice(0, 1), []]) {
      const { status, stderr } = valid(await report(results, { junitDialect: 'xunit10' }));
      assert.equal(status, 0, stderr);
    }
    assert.notEqual(valid(await report(mixed)).status, 0);
  });

  it('create() keeps "]]>" when it stands in a text more than once', async () => {
    const text = 'a ]]> b ]]> c ]]]]>>';
    const scenario = scenarioOf(0, 'one', {}, { path: 'a.yaml', text: '' });
    const xml = await report([resultOf(scenario, 'passed', { transcript: transcript([`S ${text}`]) })]);
    const { status, stdout, stderr } = lint('--xpath', 'string(//system-out)')(xml);
    assert.equal(status, 0, stderr);
    assert.equal(stdout.trim(), `+0.0ms S ${text}`);
  });

  it('create() is XML, whatever the scenario and the server say', async () => {
    const anything = fc.string({
      unit: fc.oneof(
        fc.nat(0xffff).map((code) => String.fromCharCode(code)),
        fc.constantFrom(']]>', '\0', '\x1b[1m', '\r\n', '<![CDATA[', '&#0;', '"', '<!--', '\ud800'),
      ),
      maxLength: 20,
    });
    const outcome = fc.constantFrom<Outcome>(
      'passed',
      'flaky',
      'failed',
      'errored',
      'warning',
      'known',
      'skipped',
      'not_run',
    );
    const documents: string[] = [];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(anything, outcome), { minLength: 1, maxLength: 30 }), async (cases) => {
        const results = cases.map(([any, outcome], index) => {
          const source = { path: any, text: any };
          const place = placeOf({ file: source, start: 0, end: any.length });
          const problem = problemAt(place, {
            headline: headline(any),
            hint: any,
            mismatches: [{ path: any, ...reported(any, any) }],
          });
          return resultOf(scenarioOf(index, any, { tags: [any], references: [any], id: any }, source), outcome, {
            reason: any,
            problem,
            retried: [problem],
            warnings: [{ kind: 'message', message: any }],
            transcript: [{ at: 0, connection: any, from: 'server', text: any }],
            log: [{ file: any, text: any }],
          });
        });
        documents.push(await report(results));
      }),
      { numRuns: 60 },
    );
    // One process for all: the documents as elements of a single one.
    const all = `<all>${documents.map((each) => each.replace(/^<\?xml[^>]*\?>/, '')).join('')}</all>`;
    const { status, stderr } = lint('--noout', '--huge')(all);
    assert.equal(status, 0, stderr.slice(0, 2000));
  });
});
