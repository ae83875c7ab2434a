import assert from 'node:assert/strict';
import { collector, optionsFor, testClock } from '../../fixtures/reports/collect.ts';
import { resultOf, scenarioOf } from '../../fixtures/reports/results.ts';
import type { RunEvent } from '../run-event.ts';
import { create } from './dot.ts';

const slowed: RunEvent = {
  type: 'slowed',
  note: { kind: 'greylisting', server: 'mx', said: '450 Later', isOver: false },
};
const passed: RunEvent = { type: 'scenario', result: resultOf(scenarioOf(0, 'one'), 'passed') };
const words = 'mx: defers mail from clients that it does not know (greylisting); the run waits until it accepts it';

describe('dot', () => {
  for (const [events, text] of [
    [[passed, slowed, passed], `.\n${words}\n.`],
    [[slowed, passed], `${words}\n.`],
  ] as const)
    it(`create() says on a line of its own that the run waits: ${events.map(({ type }) => type).join(', ')}`, () => {
      const clock = testClock();
      const output = collector();
      const reporter = create(optionsFor(output, { clock }));
      for (const event of events) {
        clock.advance(200);
        void reporter.report(event);
      }
      assert.equal(output.text, text);
    });
});
