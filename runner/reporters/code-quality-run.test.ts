import assert from 'node:assert/strict';
import { reportOf } from '../../fixtures/reports/collect.ts';
import { eventsOf, mixed } from '../../fixtures/reports/results.ts';
import { recordedRun } from '../causes/recorded.test.helper.ts';
import type { RunEvent } from '../run-event.ts';
import type { Place } from '../source.ts';
import { create } from './code-quality-run.ts';

interface Entry {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

const entries = async (events: readonly RunEvent[]) => JSON.parse(await reportOf(create, events)) as readonly Entry[];

describe('code-quality', () => {
  it('create() has an entry for each cause, with its severity, remedy and place', async () => {
    const [entry, ...others] = await entries(recordedRun('certificate-expired'));
    assert.deepEqual(
      others.map(({ severity }) => severity),
      ['critical'],
    );
    assert.equal(entry?.severity, 'critical');
    assert.match(
      entry.description,
      /^HIGH: certificate of mx\.example\.test expired .* \(311 scenarios: 71 failed, 231 blocked, 9 warnings\)\. Postfix: Renew/,
    );
    assert.match(entry.location.path, /^scenarios\/tls\/certificates\.yaml$/);
    assert.ok(entry.location.lines.begin > 1);
  });

  it('create() keeps the fingerprint of a cause while it is the same, and gives each its own', async () => {
    const all = await entries(eventsOf(mixed));
    assert.equal(new Set(all.map(({ fingerprint }) => fingerprint)).size, all.length);
    const shift = (place: Place) => ({ ...place, line: place.line + 90 });
    const moved = mixed.map((each) => ({
      ...each,
      ...(each.problem && {
        problem: {
          ...each.problem,
          place: shift(each.problem.place),
          mismatches: each.problem.mismatches.map(({ place, ...rest }) => ({
            ...rest,
            ...(place && { place: shift(place) }),
          })),
        },
      }),
    }));
    const later = await entries(eventsOf(moved));
    const prints = (list: readonly Entry[]) => list.map(({ fingerprint }) => fingerprint).sort();
    assert.deepEqual(prints(later), prints(all));
    assert.notDeepEqual(later, all);
    const renamed = mixed.map((each) => {
      const { id } = each.scenario;
      return { ...each, scenario: { ...each.scenario, id: `${id}-now`, formerIds: [id] } };
    });
    assert.deepEqual(prints(await entries(eventsOf(renamed))), prints(all));
  });

  it('create() is an empty list where nothing is wrong', async () => assert.deepEqual(await entries(eventsOf([])), []));
});
