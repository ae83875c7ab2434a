import { reportOf } from '../../fixtures/reports/collect.ts';
import {
  eventsOf,
  headline,
  problemAt,
  reported,
  resultOf,
  scenarioOf,
  transcript,
} from '../../fixtures/reports/results.ts';
import type { ScenarioResult } from '../result.ts';
import { placeOf } from '../source.ts';
import { create } from './html.ts';

export const page = (results: readonly ScenarioResult[]) => reportOf(create, eventsOf(results));
export const source = { path: 'a.yaml', text: '- name: one\n' };

export const hostile =
  '</pre></details><script>document.title="owned"</script><img src=x onerror=document.title="owned"><!--"\'><style>*{display:none}</style>&lt;';
/** A scenario in which every text is an attack. */
export const attack = (): ScenarioResult => {
  const file = { path: `${hostile}.yaml`, text: `${hostile}\n` };
  const place = placeOf({ file, start: 0, end: 5 });
  return resultOf(
    scenarioOf(
      0,
      hostile,
      { tags: [hostile], references: [hostile, 'javascript:alert(1)'], description: hostile, id: hostile },
      file,
    ),
    'failed',
    {
      problem: problemAt(place, {
        headline: headline(hostile),
        hint: hostile,
        mismatches: [{ path: hostile, ...reported(hostile, hostile) }],
      }),
      transcript: transcript([`S ${hostile}`, `C ${hostile}`, `* ${hostile}`], hostile),
      log: [{ file: hostile, text: hostile }],
      warnings: [{ kind: 'message', message: hostile }],
    },
  );
};
