import type { KnownIssue, Plan, Scenario } from '../plan.ts';
import { dialogueLines } from './dialogue.ts';
import type { Chapter, Entry, Page, Verified } from './page.ts';
import { referenceOf } from './references.ts';

/** A plan to what documents it: suites in their order, without those of which no scenario is selected. */
export function buildPage(
  plan: Plan,
  options: {
    readonly title: string;
    readonly introduction?: string;
    readonly verified?: ReadonlyMap<string, Verified>;
  },
): Page {
  const chapters = plan.suites.flatMap((suite): readonly Chapter[] => {
    const scenarios = plan.scenarios.filter((scenario) => scenario.suite.id === suite.id);
    if (scenarios.length === 0) return [];
    return [
      {
        id: suite.id,
        title: suite.title,
        ...(suite.description !== undefined && { description: suite.description }),
        references: suite.references.map(referenceOf),
        entries: scenarios.map((scenario) =>
          entryOf(scenario, options.verified && (options.verified.get(scenario.id) ?? 'unknown')),
        ),
      },
    ];
  });
  const { title, introduction } = options;
  return { title, ...(introduction !== undefined && { introduction }), chapters };
}

function entryOf(scenario: Scenario, verified: Entry['verified']): Entry {
  const { suite, description, knownIssue, skip } = scenario;
  // The suite's own are said once, above.
  const references = scenario.references.filter((each) => !suite.references.includes(each));
  return {
    id: scenario.id,
    title: scenario.name,
    ...(description !== undefined && { description }),
    references: references.map(referenceOf),
    level: scenario.level === 'must' ? 'MUST' : 'SHOULD',
    tags: scenario.tags,
    servers: [...scenario.connections].map(([connection, { label }]) => ({ connection, label })),
    ...(scenario.elsewhere && { elsewhere: scenario.elsewhere }),
    provokes: scenario.provokes,
    ...(skip !== undefined && { skip }),
    ...(knownIssue && { knownIssue: issueWords(knownIssue) }),
    dialogue: dialogueLines(scenario.dialogue, scenario),
    after: dialogueLines(scenario.after, scenario),
    ...(verified && { verified }),
  };
}

function issueWords({ reason, until }: KnownIssue): string {
  return until === undefined ? reason : `${reason} (until ${until})`;
}
