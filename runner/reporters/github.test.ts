import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anyResults } from '../../fixtures/reports/anything.ts';
import { collector, reportOf } from '../../fixtures/reports/collect.ts';
import { eventsOf, headline, mixed, placeIn, problemAt, resultOf, scenarioOf } from '../../fixtures/reports/results.ts';
import { runsOf } from '../../fixtures/testing/long.ts';
import { recordedRun } from '../causes/recorded.test.helper.ts';
import type { ScenarioResult } from '../result.ts';
import { create } from './github.ts';
import type { ReporterOptions } from './reporter.ts';
import { repositoryPaths } from './repository-path.ts';

const source = { path: 'a.yaml', text: '- name: one\n' };
const report = (results: readonly ScenarioResult[], options: Partial<ReporterOptions> = {}) =>
  reportOf(create, eventsOf(results), options);
const failing = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    resultOf(scenarioOf(index, `s${index}`, {}, source), 'failed', { problem: problemAt(placeIn(source, 'one')) }),
  );

describe('github', () => {
  it("create() annotates the failing expectation's place, in file order", async () => {
    const lines = (await report([...mixed].reverse())).split('\n');
    assert.match(
      lines[0] ?? '',
      /^::error file=smtp\/auth\.yaml,line=17,col=25,endColumn=28,title=Submission authentication › refuses AUTH before TLS::reply to /,
    );
    assert.deepEqual(
      lines.map((line) => /^::(\w+) /.exec(line)?.[1]),
      ['error', 'error', 'error', 'warning', 'warning', 'warning', undefined],
    );
  });

  it("create() stays within GitHub's ten annotations of a kind, the tenth telling how many more there are", async () => {
    const ten = (await report(failing(10))).trimEnd().split('\n');
    assert.equal(ten.length, 10);
    assert.ok(ten.every((line) => line.includes('file=a.yaml')));
    const apart = failing(25).map((each, line) => ({
      ...each,
      ...(each.problem && { problem: { ...each.problem, place: { ...each.problem.place, line } } }),
    }));
    const many = (await report(apart)).trimEnd().split('\n');
    assert.equal(many.length, 10);
    assert.match(many[9] ?? '', /^::error title=mailspec::16 more causes: see the step's summary/);
  });

  it('create() annotates each cause once, with its remedy, where the scenarios would be more than GitHub shows', async () => {
    const [annotation = '', ...others] = (await reportOf(create, recordedRun('certificate-expired')))
      .trimEnd()
      .split('\n');
    assert.match(
      others.filter((line) => line.startsWith('::error')).join('\n'),
      /^::error file=scenarios\/discovery\/mx\.yaml,.*::HIGH: example\.test does not exist [^\n]*$/,
    );
    assert.match(
      annotation,
      /^::error file=scenarios\/tls\/certificates\.yaml,.*::HIGH: certificate of mx\.example\.test expired [^%]*\(311 scenarios: 71 failed, 231 blocked, 9 warnings\)%0A.*%0ARemedy: Postfix: Renew .*%0AIn 311 scenarios: 34 of imap-core\/extensions/,
    );
  });

  it('create() annotates a warning of its own behind many that follow from a cause', async () => {
    const others = Array.from({ length: 12 }, (_, index) =>
      resultOf(scenarioOf(20 + index, `w${index}`, {}, source), 'warning', {
        problem: problemAt(placeIn(source, 'one')),
      }),
    );
    const other = { ...source, path: 'b.yaml' };
    const own = resultOf(scenarioOf(40, 'mine', {}, other), 'warning', {
      problem: problemAt(placeIn(other, 'one'), { headline: headline('quite another') }),
    });
    const lines = (await report([...failing(12), ...others, own])).trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => /^::(\w+) .*title=([^:]*)::/.exec(line)?.slice(1)),
      [
        ['error', ' › s0'],
        ['warning', ' › mine'],
      ],
      lines.join('\n'),
    );
  });

  it("create() names files from the workspace's root", async () => {
    const environment = { GITHUB_WORKSPACE: '/home/runner/work/mail' };
    const told = await report(failing(1), {
      repositoryPath: repositoryPaths(environment, '/home/runner/work/mail/tests'),
    });
    assert.match(told, /^::error file=tests\/a\.yaml,/);
  });

  it("create() writes the whole to the step's summary", async () => {
    const stepSummary = collector();
    await report(mixed, { stepSummary });
    assert.match(stepSummary.text, /^### ❌ mailspec: 2 failed, 1 could not be checked\n/);
    assert.match(stepSummary.text, /<details><summary>❌ <code>smtp\/auth\.yaml › refuses AUTH before TLS<\/code>/);
  });

  it("create() keeps the step's summary below its 1 MiB", async () => {
    const stepSummary = collector();
    const long = failing(200).map((each) => ({
      ...each,
      problem: problemAt(placeIn(source, 'one'), { headline: headline('é'.repeat(20_000)) }),
    }));
    await report(long, { stepSummary });
    assert.ok(Buffer.byteLength(stepSummary.text) < 1024 * 1024);
    assert.match(stepSummary.text, /… and \d+ more; the job's log has them all/);
  });

  it('create() says nothing where nothing is to be said', async () => {
    assert.equal(await report([resultOf(scenarioOf(0, 'one'), 'passed')]), '');
  });

  it('create() gives no other orders than its own, whatever the scenario and the server say', () =>
    fc.assert(
      fc.asyncProperty(anyResults, async (results) => {
        for (const line of (await report(results)).split('\n').slice(0, -1)) {
          const [, properties = '', message = ''] = /^::(?:error|warning) (.*?)::(.*)$/.exec(line) ?? assert.fail(line);
          for (const property of properties.split(','))
            assert.match(property, /^(?:file|line|col|endColumn|endLine|title)=[^:,]*$/);
          assert.doesNotMatch(message, /[\r\n]|%(?!25|0A|0D)/);
          assert.doesNotMatch(line, /##\[/);
        }
      }),
      { numRuns: runsOf(100) },
    ));
});

describe('repositoryPaths()', () => {
  it('leaves alone what lies outside of the repository, and everything where there is no CI', () => {
    const path = repositoryPaths({ CI_PROJECT_DIR: '/builds/mail' }, '/builds/mail/ci');
    assert.deepEqual(
      ['a/b.yaml', '../x.yaml', '../../other/x.yaml', '/etc/mailspec.yaml', '/builds/mail/c.yaml'].map(path),
      ['ci/a/b.yaml', 'x.yaml', '../../other/x.yaml', '/etc/mailspec.yaml', 'c.yaml'],
    );
    assert.equal(repositoryPaths({}, '/tmp')('a.yaml'), 'a.yaml');
  });
});
