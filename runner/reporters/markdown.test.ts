import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anyResults } from '../../fixtures/reports/anything.ts';
import { reportOf } from '../../fixtures/reports/collect.ts';
import {
  eventsOf,
  headline,
  mixed,
  placeIn,
  problemAt,
  resultOf,
  scenarioOf,
  transcript,
} from '../../fixtures/reports/results.ts';
import { runsOf } from '../../fixtures/testing/long.ts';
import type { ScenarioResult } from '../result.ts';
import { create } from './markdown.ts';

const source = { path: 'a.yaml', text: '- name: one\n' };
const report = (results: readonly ScenarioResult[]) => reportOf(create, eventsOf(results));
const failing = (count: number, message: string) =>
  Array.from({ length: count }, (_, index) =>
    resultOf(scenarioOf(index, `s${index}`, {}, source), 'failed', {
      problem: problemAt(placeIn(source, 'one'), { headline: headline(message) }),
    }),
  );

/** The text outside fenced blocks and `<code>`, in which a CI server looks for mentions, commands and markup. */
function outside(markdown: string): string {
  const kept: string[] = [];
  let fence: string | undefined;
  for (const line of markdown.split('\n')) {
    const run = /^`{3,}/.exec(line)?.[0];
    if (fence === undefined && run !== undefined) fence = run;
    else if (fence !== undefined && line === fence) fence = undefined;
    else if (fence === undefined) kept.push(line.replace(/<code>[^<>]*<\/code>/g, ''));
  }
  assert.equal(fence, undefined, 'a fence stays open');
  return kept.join('\n');
}

describe('markdown', () => {
  it('create() calls a shipped suite by the name that runs it', async () => {
    const { suite } = scenarioOf(0, 's', {}, source);
    const shipped = { suite: { ...suite, id: 'tls/starttls', shipped: true as const } };
    const failed = resultOf(scenarioOf(0, 's', shipped, source), 'failed', {
      problem: problemAt(placeIn(source, 'one')),
    });
    assert.match(await report([failed]), /<summary>❌ <code>mailspec:tls\/starttls › s<\/code>/);
  });

  it('create() escapes what HTML and Markdown would read, once', async () => {
    const name = `it's "a" <b> & #1 *c*`;
    const failed = resultOf(scenarioOf(0, name, {}, source), 'failed', { problem: problemAt(placeIn(source, 'one')) });
    const [, shown = ''] =
      /<summary>❌ <code>a\.yaml › (.*?)<\/code>/.exec(await reportOf(create, eventsOf([failed]))) ?? [];
    const read = shown.replace(/&(?:#(\d+)|(\w+));/g, (_, code?: string, word = '') =>
      code === undefined
        ? ({ amp: '&', lt: '<', gt: '>', quot: '"' }[word as string] ?? '?')
        : String.fromCharCode(Number(code)),
    );
    assert.equal(read, name);
  });

  it('create() tells the counts first, and each failure behind its name', async () => {
    const text = await report(mixed);
    assert.match(
      text,
      /^### ❌ mailspec: 2 failed, 1 could not be checked\n\n10 scenarios in 3\.5 s\n\n\| passed \| failed \| errored \| skipped \|/,
    );
    assert.equal(text.match(/<details>/g)?.length, 4);
    assert.match(
      text,
      /- known: <code>smtp\/auth\.yaml › refuses bare LF<\/code>: <code>known issue: waits for Postfix 3\.9<\/code>/,
    );
  });

  it('create() is short when all passed', async () => {
    assert.equal(
      await report([resultOf(scenarioOf(0, 'one'), 'passed')]),
      '### ✅ mailspec: passed\n\n1 scenario in 3.5 s\n\n| passed |\n| ---: |\n| 1 |\n',
    );
  });

  it('create() stays below what a comment takes, tells as much as fits, and how much does not', async () => {
    const text = await report(failing(500, 'x'.repeat(1000)));
    assert.ok(Buffer.byteLength(text) <= 60_000, `${text.length}`);
    assert.ok(Buffer.byteLength(text) > 50_000, `${text.length}`);
    assert.match(text, /\n… and \d+ more; the job's log has them all\.\n$/);
  });

  it('create() fences what holds fences', async () => {
    const [result] = failing(1, 'm');
    assert.ok(result);
    const text = await report([{ ...result, transcript: transcript(['S ````', 'S ```text']) }]);
    assert.match(text, /\n`````text\nFAIL[\s\S]*\n`````\n/);
  });

  it('create() mentions nobody and commands nothing, whatever the scenario and the server say', () =>
    fc.assert(
      fc.asyncProperty(anyResults, async (results) => {
        const text = outside(await report(results));
        assert.doesNotMatch(text, /@|^\/|<(?!\/?(?:details|summary)>)|\]\(/m);
      }),
      { numRuns: runsOf(100) },
    ));
});
