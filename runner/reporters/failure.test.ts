import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { reportOf } from '../../fixtures/reports/collect.ts';
import {
  eventsOf,
  headline,
  mixed,
  placeIn,
  problemAt,
  reported,
  resultOf,
  scenarioOf,
  transcript,
} from '../../fixtures/reports/results.ts';
import type { ScenarioResult } from '../result.ts';
import type { SourceFile } from '../source.ts';
import { placeOf } from '../source.ts';
import { failureText, rerunCommand } from './failure.ts';
import * as junit from './junit.ts';
import * as spec from './spec.ts';

const file: SourceFile = {
  path: 'a.yaml',
  text: 'suite: A\nscenarios:\n  - name: one\n    dialogue:\n      - send: NOOP\n        expect: 250\n',
};
const anything = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) });

function failed(more: Partial<ScenarioResult> = {}, problem: Parameters<typeof problemAt>[1] = {}): ScenarioResult {
  return resultOf(scenarioOf(0, 'one', {}, file), 'failed', {
    problem: problemAt(placeIn(file, '250'), problem),
    ...more,
  });
}

describe('failureText()', () => {
  it('says what, where, what was expected, the conversation and how to run it again', () => {
    const text = failureText(
      failed(
        { duration: 21, transcript: transcript(['C NOOP␍␊', 'S 500 No␍␊', 'S 421 late']) },
        {
          mismatches: [{ path: '', ...reported('250', '500 No') }],
          cause: placeIn(file, 'NOOP'),
          hint: 'Try HELP',
          at: 2,
        },
      ),
    );
    assert.equal(
      text,
      [
        'FAIL a.yaml › one (21 ms)',
        'error[reply.mismatch]: reply to "NOOP" does not match',
        '  --> a.yaml:6:17',
        '   |',
        ' 5 |       - send: NOOP',
        ' 6 |         expect: 250',
        '   |                 ^^^ actual: 500 No',
        '   |   expected: 250',
        '   |   actual:   500 No',
        '   = help: Try HELP',
        "  transcript (2 lines, times from the scenario's start)",
        '      +0.0ms C NOOP␍␊',
        '    x +1.5ms S 500 No␍␊',
        '  rerun: mailspec run a.yaml:3',
      ].join('\n'),
    );
  });

  it('is the same text with and without colours', () => {
    for (const result of mixed) {
      assert.equal(stripVTControlCharacters(failureText(result, { colour: true })), failureText(result));
    }
  });

  it('is the same text on a terminal, in CI and in JUnit', async () => {
    const terminal = await reportOf(spec.create, eventsOf(mixed), { list: false, verbosity: 'verbose' });
    const listed = (await reportOf(spec.create, eventsOf(mixed))).replaceAll(/^ {4}/gm, '');
    const xml = await reportOf(junit.create, eventsOf(mixed));
    for (const result of mixed.filter(({ outcome }) => outcome === 'failed' || outcome === 'errored')) {
      const text = failureText(result);
      for (const [where, report] of Object.entries({ terminal, listed, xml }))
        assert.ok(report.includes(text), `${where}: ${text}`);
    }
  });

  it('says of an errored scenario that it could not be checked', () => {
    const text = failureText({ ...failed({}, { verdict: 'errored', code: 'connect.timeout' }), outcome: 'errored' });
    assert.match(text, /^ERROR a\.yaml › one \(12 ms\), could not be checked\nerror\[connect\.timeout\]/);
  });

  it('titles a warning and a known issue as what they are', () => {
    assert.match(failureText({ ...failed(), outcome: 'warning' }), /^WARN .*\nwarning\[reply\.mismatch\]/);
    assert.match(
      failureText({ ...failed(), outcome: 'known', reason: 'later' }),
      /^KNOWN .*, known issue: later\nknown\[/,
    );
  });

  it('names connections when several are known, and leaves out the middle of a long conversation', () => {
    const lines = [
      ...transcript(['S hello'], 'smtp'),
      ...transcript(
        Array.from({ length: 30 }, (_, at) => `C ${at}`),
        'imap',
      ),
    ];
    const text = failureText(failed({ transcript: lines.toSorted((a, b) => a.at - b.at) }), { transcript: 6 });
    assert.match(text, /transcript \(6 of 31 lines/);
    assert.match(text, /\+0\.0ms smtp S hello\n/);
    assert.match(text, / {6}… 25 lines\n/);
    assert.match(text, / {4}x \+43\.5ms imap C 29\n/);
  });

  it('ends the conversation with the problem', () => {
    const text = failureText(failed({ transcript: transcript(['C a', 'S b', 'C c', 'S d']) }, { at: 1.5 }));
    assert.match(text, /x \+1\.5ms S b\n {2}rerun/);
  });

  it('says how many lines of the log it leaves out, and shows the last', () => {
    const log = Array.from({ length: 25 }, (_, at) => ({ file: '/var/log/mail.log', text: `line ${at + 1}` }));
    const text = failureText(failed({ log }), { log: 3 });
    assert.match(
      text,
      /server log \(last 3 of 25 lines from that time, perhaps from other scenarios\)\n {6}… 22 lines before\n {4}\/var\/log\/mail\.log\n {6}line 23\n/,
    );
  });

  it('shows no conversation beside the problem of an earlier try', () => {
    const flaky = resultOf(scenarioOf(0, 'one', {}, file), 'flaky', {
      retried: [problemAt(placeIn(file, '250'))],
      transcript: transcript(['S fine']),
    });
    const text = failureText(flaky);
    assert.match(text, /flaky\[reply\.mismatch\]/);
    assert.doesNotMatch(text, /transcript|fine/);
  });

  it('tells the tries before the last', () => {
    const text = failureText(
      failed({
        retried: [problemAt(placeIn(file, 'NOOP'), { headline: headline('no reply'), code: 'reply.timeout' })],
      }),
    );
    assert.match(text, /= try 1: reply\.timeout: no reply \(a\.yaml:5:15\)/);
  });

  it('puts the carets under the part that differs, and the place beside the others', () => {
    const text = failureText(
      failed(
        {},
        {
          place: placeIn(file, 'expect'),
          mismatches: [
            { path: 'code', ...reported('250', '500'), place: placeIn(file, '250') },
            { path: 'text', ...reported('x', 'y'), place: placeIn(file, 'NOOP') },
          ],
        },
      ),
    );
    assert.match(text, /--> a\.yaml:6:17\n/);
    assert.match(text, /\| {3}text \(a\.yaml:5:15\)\n/);
  });

  it('stays small when the server says much', () => {
    const much = 'x'.repeat(1_000_000);
    const text = failureText(
      failed(
        {
          transcript: [...transcript(Array.from({ length: 500 }, () => `S ${much.slice(0, 10_000)}`))],
          log: [{ file: 'l', text: much }],
        },
        {
          at: 1e9,
          mismatches: Array.from({ length: 100 }, () => ({
            path: 'p',
            ...reported(much, much),
            missing: Array.from({ length: 100 }, () => ({ kind: 'name' as const, name: much })),
          })),
        },
      ),
    );
    assert.ok(text.length < 250_000, `${text.length} characters`);
    assert.match(text, /and 92 more that do not match/);
  });

  it('holds no control characters, whatever comes', () => {
    fc.assert(
      fc.property(anything, fc.constantFrom('failed', 'errored', 'known', 'warning', 'skipped'), (any, outcome) => {
        const path = `f${any}`;
        const source = { path, text: `- name: ${any}\n` };
        const place = placeOf({ file: source, start: 2, end: 6 + any.length });
        const text = failureText({
          ...failed(),
          outcome,
          reason: any,
          scenario: scenarioOf(0, any, { references: [any] }, source),
          problem: problemAt(place, {
            headline: headline(any),
            hint: any,
            mismatches: [
              {
                path: any,
                ...reported(any, any),
                missing: [{ kind: 'name', name: any }],
                extra: [{ kind: 'name', name: any }],
                place,
              },
            ],
          }),
          warnings: [{ kind: 'message', message: any, place }],
          retried: [problemAt(place, { headline: headline(any) })],
          transcript: [{ at: 1, connection: any, from: 'server', text: any }],
          log: [{ file: any, text: any }],
        });
        assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffe\uffff]/);
        assert.equal(Buffer.from(text).toString(), text);
      }),
    );
  });
});

describe('rerunCommand()', () => {
  it('quotes for a shell when a path needs it', () => {
    const result = failed({ scenario: scenarioOf(0, 'x', {}, { path: "it's here/a b.yaml", text: '' }) });
    assert.equal(
      rerunCommand(result, 'mailspec run --config c.yaml'),
      "mailspec run --config c.yaml 'it'\\''s here/a b.yaml:1'",
    );
  });
});
