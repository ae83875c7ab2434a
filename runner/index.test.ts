import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { peers, smtpScript } from '../fixtures/testing/peer.ts';
import { load, openReporters, type RunOptions, run, type ScenarioResult } from './index.ts';

const text = `
suite: Results
server: mx
references: [RFC 5321]
scenarios:
  - { name: passes, tags: [a], dialogue: [{ expect: 220 }, { send: NOOP, expect: { code: 250, text: { capture: said } } }] }
  - name: fails
    known_issue: { reason: it is old, until: 2020-01-01 }
    dialogue:
      - expect: 220
      - { send: EHLO a, expect: { code: 250, extensions: { SIZE: { at_least: 10MiB }, DSN: true }, lines: [/^x/] } }
  - name: warns
    dialogue: [{ expect: 220 }, { send: NOOP, expect: 251, otherwise: warn }]
  - name: skips
    dialogue: [{ expect: 220 }, { send: NOOP, expect: 251, otherwise: skip }]
  - { name: errs, server: "smtp://127.0.0.1:1", dialogue: [{ expect: 220 }] }
  - { name: retries, retries: 1, dialogue: [{ expect: 220 }, { send: VRFY x, expect: 251 }] }
`;

describe('run()', () => {
  const { listen } = peers();

  async function resultsOf(options: RunOptions = {}): Promise<readonly ScenarioResult[]> {
    const peer = await listen(smtpScript({ EHLO: '250-peer\n250 SIZE 1024' }));
    const { plan } = await load([{ path: 'results.yaml', text }], { servers: { mx: peer.url() } });
    const results: ScenarioResult[] = [];
    await run(plan, {
      ...options,
      onEvent(event) {
        if (event.type === 'scenario') results.push(event.result);
      },
    });
    return results.sort((one, other) => one.scenario.index - other.scenario.index);
  }

  it('gives results that are plain data: a copy, a clone and JSON keep everything', async () => {
    const results = await resultsOf();
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['passed', 'failed', 'passed', 'skipped', 'errored', 'failed'],
    );
    for (const result of results) {
      // Without a connection there is no dialogue.
      assert.equal(result.transcript.length > 0, result.outcome !== 'errored', result.scenario.name);
      assert.deepEqual({ ...result }, result);
      assert.deepEqual(structuredClone(result), result);
      assert.deepEqual(JSON.parse(JSON.stringify(result)), result);
      assert.ok(JSON.stringify(result).length < 5000, result.scenario.name);
      assert.equal(Object.getPrototypeOf(result), Object.prototype);
    }
  });

  it('keeps secrets out of results that are written in files', async () => {
    const peer = await listen(smtpScript());
    const url = `smtp://127.0.0.1:${peer.port}`;
    const suite = [
      'suite: A',
      'description: logs in with hunter2hunter2',
      `server: { url: "${url}" }`,
      'scenarios:',
      '  - name: one # hunter2hunter2',
      '    description: with hunter2hunter2',
      '    dialogue: [{ expect: 220 }, { send: VRFY hunter2hunter2, expect: 251 }]',
    ];
    const { plan } = await load([{ path: 'a.yaml', text: suite.join('\n') }], {
      config: { path: 'mailspec.yaml', text: 'secrets: { password: hunter2hunter2 }' },
    });
    const results: ScenarioResult[] = [];
    await run(plan, { onEvent: (event) => void (event.type === 'scenario' && results.push(event.result)) });
    const text = JSON.stringify(results);
    assert.match(text, /VRFY «password», expect: 251/);
    assert.doesNotMatch(text, /hunter2/);
  });

  it('makes the transcripts that are asked for, and no others', async () => {
    const results = await resultsOf({ transcripts: (outcome) => outcome === 'failed' });
    for (const { outcome, transcript } of results) assert.equal(transcript.length > 0, outcome === 'failed', outcome);
  });
});

describe('openReporters()', () => {
  const { listen } = peers();

  it('writes the reports of a run, with the transcripts that they show', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mailspec-library-'));
    const stdout = new PassThrough();
    const peer = await listen(smtpScript());
    const { plan } = await load([{ path: 'results.yaml', text }], { servers: { mx: peer.url() } });
    try {
      const file = join(folder, 'report.xml');
      const reporters = await openReporters(['dot', `junit=${file}`], { stdout, stderr: stdout, env: {} });
      const summary = await run(plan, { onEvent: reporters.report, transcripts: reporters.transcripts });
      await reporters.close();
      assert.deepEqual(reporters.failures, []);
      assert.match(String(stdout.read()), new RegExp(`\\b${summary.counts.failed} failed`));
      const xml = readFileSync(file, 'utf8');
      assert.match(xml, /<testcase [^>]*name="passes"[\s\S]*?<system-out>[\s\S]*?NOOP/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('names the nearest reporter when there is none of that name', () =>
    assert.rejects(openReporters(['junt=report.xml']), /Unknown reporter "junt"/));
});
