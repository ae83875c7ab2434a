import type { Scenario } from '../plan.ts';
import { load } from '../project/load.ts';
import { positionAt } from '../source.ts';
import { createRedactor } from '../transport/redact.ts';
import { visible } from '../visible.ts';
import type { Main } from './command.ts';
import { loadOptions } from './load-options.ts';

export const main: Main = async (args, terminal) => {
  const { plan } = await load(await loadOptions(args, terminal), 'read');
  const redactor = createRedactor(plan.secrets);
  const text = args.has('json')
    ? `${JSON.stringify(plan.scenarios.map(entry), null, 2)}\n`
    : plan.scenarios.map((scenario) => `${visible(line(scenario))}\n`).join('');
  terminal.stdout.write(redactor.redact(text));
  return 0;
};

function line(scenario: Scenario): string {
  const { id, name, tags, provokes } = scenario;
  const shown = tags.length > 0 ? `  [${tags.join(' ')}]` : '';
  const last = provokes.length > 0 ? `  provokes ${provokes.join(', ')}` : '';
  return `${id}  ${name}${shown}${last}  ${place(scenario)}`;
}

function place({ span, suite }: Scenario): string {
  return `${suite.file}:${positionAt(span.file, span.start).line}`;
}

function entry(scenario: Scenario) {
  const { id, name, tags, level, suite, span, skip, provokes } = scenario;
  return {
    id,
    name,
    suite: suite.title,
    file: suite.file,
    line: positionAt(span.file, span.start).line,
    tags,
    level,
    ...(provokes.length > 0 && { provokes }),
    ...(skip !== undefined && { skip }),
  };
}
