import type { Scenario } from '../plan.ts';
import { mapTexts } from '../printing/deep.ts';
import { createRedactor } from '../printing/redact.ts';
import { load } from '../project/load.ts';
import { jsonText } from '../reporters/json-text.ts';
import { positionAt } from '../source.ts';
import { visible } from '../visible.ts';
import type { Main } from './command.ts';
import { loadOptions } from './load-options.ts';

export const main: Main = async (args, terminal) => {
  const { plan } = await load(await loadOptions(args, terminal), 'read');
  if (args.has('json')) {
    const { redact } = createRedactor(plan.secrets);
    terminal.raw.stdout.write(`${jsonText(mapTexts(plan.scenarios.map(entry), redact))}\n`);
  } else terminal.stdout.write(plan.scenarios.map((scenario) => `${visible(line(scenario))}\n`).join(''));
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
