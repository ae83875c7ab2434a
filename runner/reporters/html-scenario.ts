import { measured } from '../duration.ts';
import type { Suite } from '../plan.ts';
import type { Outcome, ScenarioResult } from '../result.ts';
import { placeText } from '../source.ts';
import { visible } from '../visible.ts';
import { outcomes, problemOf, remark, sumOf, troubleWords } from '../words/outcome.ts';
import { problemWords, reasonWords, warningWords } from '../words/problem.ts';
import { remedyLines, rerunCommand } from './failure.ts';
import { dialogueHtml, logHtml, problemHtml } from './html-dialogue.ts';
import { escapeHtml, nameHtml, proseHtml } from './html-escape.ts';
import { referenceHtml } from './references.ts';
import type { ReporterOptions } from './reporter.ts';
import { cut } from './text.ts';

/** The dialogue of an earlier attempt is not kept. */
const noDialogue = { transcript: [], log: [] };

/** The most characters of a remark next to a name; the expanded part has all of it. */
const longestRemark = 300;

/** The characters that the shortest dialogue takes in the page. */
const leastBody = 500;

/** What is kept of a scenario until the page is written. */
export interface Entry {
  /** The scenario's number in the run. */
  readonly index: number;
  readonly suite: Suite;
  readonly outcome: Outcome;
  readonly isFailing: boolean;
  readonly tags: readonly string[];
  /** The anchor of its element. */
  readonly anchor: string;
  readonly title: string;
  /** The content of `<summary>`, and what it expands to. */
  readonly heading: string;
  readonly body: string;
  /** Remedies, for scenarios whose cause is not shown on the page. */
  readonly remedies: readonly string[];
  /** The number of characters that count towards the limit. */
  readonly evidence: number;
}

/** A scenario's entry; without its evidence if that exceeds the remaining space. */
export function entryOf(result: ScenarioResult, options: ReporterOptions, room: number): Entry {
  const { scenario, outcome } = result;
  const sum = sumOf(outcome, options.strict);
  const body = room < leastBody ? '' : bodyHtml(result, options);
  const fits = body !== '' && body.length <= room;
  return {
    index: scenario.index,
    suite: scenario.suite,
    outcome,
    isFailing: sum === 'failed' || sum === 'errored',
    tags: scenario.tags.map(visible),
    anchor: `s${scenario.index}`,
    title: visible(scenario.name),
    heading: headingHtml(result),
    body: fits ? body : '<p>Left out: the page would be too large. The JSON and JUnit reports have it.</p>\n',
    remedies: result.problem === undefined ? [] : remedyLines(result),
    evidence: fits ? body.length : 0,
  };
}

function headingHtml(result: ScenarioResult): string {
  const { scenario, outcome } = result;
  const { mark, title } = outcomes[outcome];
  const ran = outcome !== 'skipped' && outcome !== 'blocked' && outcome !== 'not_run';
  const said = [
    outcome === 'warning' ? '' : remark(result),
    outcome === 'known' ? '' : (troubleWords(result) ?? ''),
  ].filter((each) => each !== '');
  return [
    `<span class="mark"><span aria-hidden="true">${mark}</span> ${title}</span>`,
    `<span class="name">${escapeHtml(visible(scenario.name))}</span>`,
    ...(ran ? [`<span class="time">${measured(result.duration)}</span>`] : []),
    ...said.map((each) => `<span class="why">${escapeHtml(cut(visible(each), longestRemark))}</span>`),
  ].join(' ');
}

function bodyHtml(result: ScenarioResult, options: ReporterOptions): string {
  const { scenario, warnings, retried, log } = result;
  const earlier = result.problem ? retried : retried.slice(0, -1);
  const last = result.problem ? undefined : problemOf(result);
  return [
    ...(scenario.description === undefined ? [] : [`<p class="description">${proseHtml(scenario.description)}</p>\n`]),
    factsHtml(result),
    ...warnings.map(
      (each) =>
        `<p class="warned">${escapeHtml(visible(warningWords(each)))}${each.place ? ` <span class="place">${escapeHtml(visible(placeText(each.place)))}</span>` : ''}</p>\n`,
    ),
    ...earlier.map(
      (each, at) =>
        `<p class="warned">Try ${at + 1}: ${escapeHtml(visible(problemWords(each)))} <code class="code">${each.code}</code></p>\n`,
    ),
    ...(last ? [`<div class="problem"><p>The try before:</p>\n${problemHtml(last, noDialogue)}</div>\n`] : []),
    dialogueHtml(result),
    logHtml(log),
    ...(result.problem
      ? [`<p class="rerun">Run it again: <code>${escapeHtml(rerunCommand(result, options.rerun))}</code></p>\n`]
      : []),
  ].join('');
}

/** Its file, servers and references. */
function factsHtml(result: ScenarioResult): string {
  const { scenario } = result;
  const servers = scenario.servers.map(({ connection, label }) =>
    connection === '' ? label : `${connection}: ${label}`,
  );
  const facts: readonly (readonly [string, string])[] = [
    ['Place', nameHtml(scenario.suite.shipped ? `mailspec:${scenario.id}` : placeText(scenario.place))],
    ['Severity', scenario.severity],
    ...(servers.length > 0 ? [['Server', nameHtml(servers.join(', '))] as const] : []),
    ...(scenario.references.length > 0
      ? [['References', scenario.references.map(referenceHtml).join(', ')] as const]
      : []),
    ...(result.reason === undefined ? [] : [['Reason', escapeHtml(visible(reasonWords(result.reason)))] as const]),
    ...(scenario.tags.length > 0
      ? [
          [
            'Tags',
            scenario.tags.map((tag) => `<span class="tag">${escapeHtml(visible(tag))}</span>`).join(' '),
          ] as const,
        ]
      : []),
    ...(scenario.level === 'should' ? [['Level', 'should'] as const] : []),
    ...(scenario.knownIssue?.until === undefined
      ? []
      : [['Known until', escapeHtml(visible(scenario.knownIssue.until))] as const]),
  ];
  return `<dl class="facts">${facts.map(([name, value]) => `<div><dt>${name}</dt> <dd>${value}</dd></div>`).join('')}</dl>\n`;
}
