import assert from 'node:assert/strict';
import { reportOf } from '../../fixtures/reports/collect.ts';
import { eventsOf, resultOf, scenarioOf, transcript } from '../../fixtures/reports/results.ts';
import { create } from '../reporters/json.ts';
import { restore } from './restore.ts';
import type { ScenarioLine } from './results.ts';

describe('restore', () => {
  it('restores a transcript, with what its notes say', async () => {
    const lines = [
      ...transcript(['C STARTTLS', 'S 220 go', 'T TLSv1.3 TLS_AES_256_GCM_SHA384', '* closed']),
      { at: 9, connection: 'a', from: 'note', note: { kind: 'connected', remote: '127.0.0.2:25' } },
    ] as const;
    const text = await reportOf(create, eventsOf([resultOf(scenarioOf(0, 'a'), 'passed', { transcript: lines })]));
    const [, line] = text.split('\n').map((each) => each && (JSON.parse(each) as ScenarioLine));
    const { transcript: restored } = restore(line as ScenarioLine, 0, new Map());
    assert.deepEqual(restored, lines);
  });
});
