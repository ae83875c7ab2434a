import { many } from '../phrase.ts';
import type { Plan, Scenario, Target } from '../plan.ts';
import { dialogueOf, type Step } from '../steps.ts';
import { visible } from '../visible.ts';
import { written } from '../words/text.ts';
import type { Terminal } from './command.ts';

/** Prints the plan: every scenario, the servers it connects to, and its steps in the order in which they would run. */
export function dryRun(plan: Plan, terminal: Terminal): void {
  const lines: string[] = [];
  for (const scenario of plan.scenarios) lines.push(...scenarioLines(scenario), '');
  lines.push(`${many(plan.scenarios.length, 'scenario')}, nothing was sent`);
  terminal.stdout.write(`${lines.map(visible).join('\n')}\n`);
}

function scenarioLines(scenario: Scenario): string[] {
  const head = `${scenario.id}  ${scenario.name}`;
  if (scenario.skip !== undefined) return [head, `  skipped: ${scenario.skip}`];
  return [
    head,
    ...[...scenario.connections].map(
      ([name, target]) => `  ${name === '' ? 'server' : `connection ${name}`}: ${serverText(target)}`,
    ),
    ...(scenario.provokes.length > 0
      ? [`  provokes ${scenario.provokes.join(', ')}: runs by itself, after all others on the same host`]
      : []),
    ...stepLines(scenario.dialogue, '  '),
    ...(scenario.after.length > 0 ? ['  afterwards:', ...stepLines(scenario.after, '    ')] : []),
  ];
}

function serverText({ label, url }: Target): string {
  const text = written(url);
  return label === text ? text : `${label} (${text})`;
}

function stepLines(steps: readonly Step[], indent: string): string[] {
  return steps.flatMap((step) => [
    `${indent}${step.on === '' ? '' : `[${step.on}] `}${step.label}`,
    ...stepLines(dialogueOf(step), `${indent}  `),
  ]);
}
