import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnostic } from '../diagnostic.ts';
import { meetsGlob } from '../glob.ts';
import { nearest } from '../nearest.ts';
import { packageRoot } from '../package-root.ts';
import type { Plan } from '../plan.ts';
import { parseTags, tagsIn } from '../scenario/plan.ts';
import { idsOf } from '../scenario-id.ts';
import type { Project } from './read.ts';
import { shippedTexts } from './unread-names.ts';

const words = /[A-Za-z_][\w.-]*/g;

/**
 * Reports entries that match no scenario: a known issue, an allowed skip, a tag. If misspelled, they would have no
 * effect. If only part of the project was read, reports only those that are similar to a name in it.
 */
export async function unmatched(
  project: Project,
  { scenarios }: Plan,
  whole: boolean,
  allowed: readonly string[] = [],
): Promise<readonly Diagnostic[]> {
  const { config, files, selection } = project;
  // Nothing is named, as in most runs.
  if (config.knownIssues.length + config.allowSkips.length + allowed.length === 0 && selection.tags === undefined)
    return [];
  const ids = scenarios.flatMap(idsOf);
  const tags = new Set(scenarios.flatMap((scenario) => scenario.tags));
  const diagnostics: Diagnostic[] = [];
  const warn = (message: string, text: string, known: readonly string[], span: Diagnostic['span'], always: boolean) => {
    const near = nearest(text, known);
    if (!always && near === undefined) return;
    diagnostics.push({
      code: 'selection.empty',
      severity: 'warning',
      message,
      ...(span && { span }),
      hint: near === undefined ? 'Remove it, or correct it: see "mailspec list"' : `Did you mean "${near}"?`,
    });
  };
  for (const { scenario, span } of config.knownIssues)
    if (!ids.some((id) => meetsGlob(id, scenario)) && !(await isOfUnreadPack(scenario, scenarios)))
      warn(`No scenario has the known issue "${scenario}"`, scenario, ids, span, whole);
  if (config.allowSkips.length + allowed.length > 0) {
    // Names under `requires`, and anything else that the reason for a skip may contain.
    const read = [...new Set(files.flatMap(({ text }) => text.match(words) ?? []))];
    const texts = scenarios.flatMap(({ skip }) => skip ?? []);
    const known = [...read, ...ids, ...texts];
    for (const name of config.allowSkips)
      if (!known.some((each) => meetsGlob(each, name)))
        warn(`No scenario can be skipped for "${name}", which allow_skips names`, name, read, undefined, whole);
    for (const name of allowed)
      if (!known.some((each) => meetsGlob(each, name)) && !(await inPacks(name)))
        warn(`No scenario can be skipped for "${name}", which --allow-skip names`, name, read, undefined, true);
  }
  // An empty selection is reported elsewhere.
  const expression = parseTags(selection.tags ?? 'none');
  if (typeof expression === 'function' && scenarios.some((scenario) => expression(new Set(scenario.tags))))
    for (const tag of tagsIn(selection.tags ?? ''))
      if (!tags.has(tag)) warn(`No scenario has the tag "${tag}"`, tag, [...tags], undefined, true);
  return diagnostics;
}

/** Whether a shipped pack has the name: commands for several packs often share their arguments. */
async function inPacks(name: string): Promise<boolean> {
  return (await shippedTexts()).some((text) => (text.match(words) ?? []).some((each) => meetsGlob(each, name)));
}

/** Whether a shipped pack that does not run now has it. */
async function isOfUnreadPack(pattern: string, scenarios: Plan['scenarios']): Promise<boolean> {
  const [suite = ''] = pattern.split('#');
  if (scenarios.some((scenario) => scenario.suite.id === suite)) return false;
  if (!/^[\w-]+(?:\/[\w-]+)*$/.test(suite)) return false;
  return access(join(packageRoot(), 'scenarios', `${suite}.yaml`)).then(
    () => true,
    () => false,
  );
}
