import { severityOf } from '../causes/severity.ts';
import type { Severity } from '../remedy.ts';
import { severities } from '../remedy.ts';
import type { ScenarioResult } from '../result.ts';

/** The areas that an audit grades, in the order of the report; docs/audit.md has the rules. */
export const areas = ['relay', 'TLS', 'authentication', 'DNS', 'privacy', 'protocols and delivery'] as const;
export type Area = (typeof areas)[number];

/** The area of a suite, by the beginning of its id; the first match counts. */
const suites: readonly (readonly [Area, string])[] = [
  ['TLS', 'discovery/transport-security'],
  ['authentication', 'privacy/users'],
  ['authentication', 'submission/'],
  ['authentication', 'imap-core/login'],
  ['authentication', 'pop3-core/login'],
  ['relay', 'relay/'],
  ['relay', 'smuggling/'],
  ['TLS', 'tls/'],
  ['DNS', 'discovery/'],
  ['privacy', 'privacy/'],
];

export function areaOf({ scenario }: ScenarioResult): Area {
  return suites.find(([, beginning]) => scenario.suite.id.startsWith(beginning))?.[0] ?? 'protocols and delivery';
}

/** By the worst severity of what failed. `?`: more checks were impossible than possible. `-`: nothing was checked. */
export type Grade = 'A' | 'B' | 'C' | 'D' | 'F' | '?' | '-';

const gradeOf: Readonly<Record<Severity, Grade>> = { critical: 'F', high: 'D', medium: 'C', low: 'B', info: 'A' };

export interface Graded {
  readonly area: Area;
  readonly grade: Grade;
  readonly passed: number;
  /** The number of failures and warnings for each severity, worst first. */
  readonly failed: readonly (readonly [Severity, number])[];
  readonly unknown: number;
}

/** Collects results as scenarios end. */
export interface Grades {
  add(result: ScenarioResult): void;
  list(): readonly Graded[];
}

interface Counted {
  passed: number;
  unknown: number;
  readonly failed: Map<Severity, number>;
}

export function grades(): Grades {
  const counts = new Map<Area, Counted>(areas.map((area) => [area, { passed: 0, unknown: 0, failed: new Map() }]));
  return {
    add(result) {
      const counted = counts.get(areaOf(result)) as Counted;
      const severity = severityOf(result);
      switch (result.outcome) {
        case 'passed':
        case 'flaky':
          counted.passed++;
          break;
        case 'failed':
        case 'warning':
        case 'known':
          counted.failed.set(severity, (counted.failed.get(severity) ?? 0) + 1);
          break;
        case 'errored':
        case 'blocked':
        case 'not_run':
          counted.unknown++;
          break;
        case 'skipped':
      }
    },
    list: () => areas.map((area) => graded(area, counts.get(area) as Counted)),
  };
}

function graded(area: Area, { passed, unknown, failed }: Counted): Graded {
  const bySeverity = severities.flatMap((each) => {
    const count = failed.get(each);
    return count === undefined ? [] : [[each, count] as const];
  });
  const judged = passed + bySeverity.reduce((sum, [, count]) => sum + count, 0);
  const [worst] = bySeverity[0] ?? ['info' as const];
  // A bad grade needs no more evidence, but a good one does.
  const grade = judged + unknown === 0 ? '-' : unknown > judged && gradeOf[worst] < 'D' ? '?' : gradeOf[worst];
  return { area, grade, passed, failed: bySeverity, unknown };
}
