import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { reportOf } from '../../fixtures/reports/collect.ts';
import { eventsOf, headline, mixed, problemAt, resultOf, scenarioOf } from '../../fixtures/reports/results.ts';
import { packageRoot } from '../package-root.ts';
import type { TranscriptLine } from '../result.ts';
import { placeOf } from '../source.ts';
import { lineWords } from '../words/problem.ts';
import { create } from './json.ts';

const schema = JSON.parse(readFileSync(join(packageRoot(), 'schemas', 'result.schema.json'), 'utf8')) as object;
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

async function linesOf(events: Parameters<typeof reportOf>[1]): Promise<Record<string, unknown>[]> {
  const text = await reportOf(create, events);
  assert.ok(text.endsWith('\n'));
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('json', () => {
  it('create() writes events that meet the schema', async () => {
    const lines = await linesOf(eventsOf(mixed, { interrupted: true, exitStatus: 130 }));
    assert.deepEqual(
      lines.map(({ type }) => type),
      ['start', ...mixed.map(() => 'scenario'), 'end'],
    );
    for (const line of lines) assert.ok(validate(line), JSON.stringify(validate.errors, null, 2));
  });

  it('create() keeps every field of a result', async () => {
    const [, , failed] = await linesOf(eventsOf(mixed));
    const expected = {
      file: 'smtp/auth.yaml',
      line: 17,
      column: 25,
      length: 3,
      source: '        expect: { code: 538 }',
    };
    assert.deepEqual(failed?.['problem'], {
      verdict: 'failed',
      code: 'reply.mismatch',
      message: 'reply to "AUTH PLAIN «credentials»" does not match',
      place: expected,
      cause: {
        file: 'smtp/auth.yaml',
        line: 15,
        column: 15,
        length: 10,
        source: '      - send: AUTH PLAIN ${credentials}',
      },
      mismatches: [{ path: 'code', expected: '538', actual: '334', place: expected }],
      hint: mixed[1]?.problem?.hint,
      at: 22.5,
    });
    assert.deepEqual(
      failed['transcript'],
      mixed[1]?.transcript.map((line) => ({
        at: line.at,
        connection: line.connection,
        from: line.from,
        text: lineWords(line),
      })),
    );
    assert.deepEqual(failed['log'], mixed[1]?.log);
  });

  it('create() names the address that a connection was opened to, and says where TLS began', async () => {
    const note = { at: 1, connection: '', from: 'note' } as const;
    const lines: readonly TranscriptLine[] = [
      { ...note, note: { kind: 'connected', remote: '127.0.0.2:25' } },
      { ...note, note: { kind: 'encrypted', text: 'TLSv1.3 X' } },
    ];
    const [, scenario] = await linesOf(eventsOf([resultOf(scenarioOf(0, 'a'), 'passed', { transcript: lines })]));
    assert.deepEqual(scenario?.['transcript'], [
      { ...note, text: 'connected to 127.0.0.2:25', remote: '127.0.0.2:25' },
      { ...note, text: 'TLSv1.3 X', encrypted: true },
    ]);
    assert.ok(validate(scenario), JSON.stringify(validate.errors, null, 2));
  });

  it('create() writes one line an event without control characters, and the same text when read', async () => {
    const anything = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) });
    await fc.assert(
      fc.asyncProperty(anything, async (any) => {
        const source = { path: 'a.yaml', text: any };
        const result = resultOf(scenarioOf(0, any, { description: any }, source), 'failed', {
          problem: problemAt(placeOf({ file: source, start: 0, end: 1 }), { headline: headline(any) }),
        });
        const text = await reportOf(create, eventsOf([result]));
        assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]/);
        const [, scenario] = await linesOf(eventsOf([result]));
        assert.equal(scenario?.['name'], any);
        assert.ok(validate(scenario), JSON.stringify(validate.errors));
      }),
    );
  });
});
