import type { Scenario } from '../plan.ts';
import type { Step, When } from '../steps.ts';
import { visible } from '../visible.ts';
import { requirementParts, requirementWords } from '../words/requirement.ts';
import { written } from '../words/text.ts';
import type { Line } from './page.ts';
import { type Stage, tell } from './steps.ts';

/** The most characters shown of what is sent. */
const longestSend = 300;

/** A scenario's steps as lines of a dialogue. */
export function dialogueLines(
  steps: readonly Step[],
  scenario: Pick<Scenario, 'connections'>,
  depth = 0,
): readonly Line[] {
  return steps.flatMap((step) => tell(step, stageOf(step, scenario, depth)));
}

function stageOf(step: Step, scenario: Pick<Scenario, 'connections'>, depth: number): Stage {
  const lineAt = (side: Line['side'], text: string, at = depth): Line => ({
    side,
    connection: step.on,
    depth: at,
    text,
  });
  const line: Stage['line'] = (side, text) => lineAt(side, cut(visible(text)));
  return {
    target: scenario.connections.get(step.on),
    line,
    reply(otherwise) {
      const words = step.expect === undefined ? otherwise : requirementWords(step.expect);
      return words === undefined ? [] : [lineAt('S', `${words}${asides(step)}`)];
    },
    check(label) {
      const [first, ...more] = step.expect === undefined ? [] : requirementParts(step.expect);
      if (first === undefined) return [line('*', `${label}${asides(step)}`)];
      const head = line('*', label);
      if (more.length === 0) return [{ ...head, text: `${head.text}: ${first}${asides(step)}` }];
      const parts = [first, ...more].map((text) => lineAt('*', text, depth + 1));
      return [{ ...head, text: `${head.text}${asides(step)}:` }, ...parts];
    },
    inPlace: (steps) => dialogueLines(steps, scenario, depth),
    below: (steps) => dialogueLines(steps, scenario, depth + 1),
  };
}

const otherwiseWords = {
  skip: 'otherwise the rest is skipped',
  warn: 'otherwise a warning',
  'fail-later': 'otherwise a failure at the end',
  pass: 'otherwise the scenario ends as passed',
} as const;

/** `only if the server offers STARTTLS` */
function whenWords({ text, offers, lacks, captured }: When): string {
  const conditions = [
    ...(text === undefined ? [] : [`${written(text)} is not false`]),
    ...offers.map((each) => `the server offers ${written(each)}`),
    ...lacks.map((each) => `the server does not offer ${written(each)}`),
    ...captured.map((name) => `\${${name}} has a value`),
  ];
  return `only if ${conditions.join(' and ')}`;
}

/** ` (kept as ${queue_id}; otherwise the rest is skipped)` */
function asides({ captures, otherwise, when }: Step): string {
  const kept = captures.map(({ name }) => `\${${name}}`).join(', ');
  const notes = [
    ...(kept === '' ? [] : [`kept as ${kept}`]),
    ...(otherwise === undefined ? [] : [otherwiseWords[otherwise]]),
    ...(when === undefined ? [] : [whenWords(when)]),
  ];
  return notes.length === 0 ? '' : ` (${notes.join('; ')})`;
}

function cut(text: string): string {
  if (text === '') return '(an empty line)';
  return text.length <= longestSend ? text : `${text.slice(0, longestSend)}… (${text.length} characters)`;
}
