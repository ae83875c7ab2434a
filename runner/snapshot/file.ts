import { Document } from 'yaml';
import { commentOf, yamlText } from '../authoring/document.ts';
import type { Written, WrittenMap } from '../authoring/written.ts';
import type { Probe } from './probe.ts';

/** A scenario that can be run. */
export interface Runnable {
  readonly probe: Pick<Probe, Exclude<keyof Probe, 'steps' | 'next'>>;
  readonly steps: readonly Written[];
  /** Protocol violations that the server has today. */
  readonly tolerate: readonly string[];
}

/** A probe with known expectations. */
export interface Settled extends Runnable {
  /** The same steps, with names for those that had open expectations, and waits for what should not come after them. */
  readonly labelled: readonly Written[];
}

export interface FileFacts {
  readonly suite: string;
  readonly description: string;
  /** The server of the suite, if most of its scenarios use it. */
  readonly server?: string;
  /** Defaults, which the configuration overrides. */
  readonly defaults: Readonly<Record<string, string>>;
}

/** Says how the file was made. */
const head = [
  'Written by "mailspec snapshot": what the server answers today. "mailspec run" reports every difference.',
  'After an intended change, "mailspec snapshot --update" rewrites only the values that changed; comments stay.',
];

/** Writes a file of ordinary scenarios. */
export function snapshotFile(settled: readonly Runnable[], facts: FileFacts): string {
  const document = new Document({});
  const after = settled.find(({ probe }) => probe.after !== undefined)?.probe.after;
  const contents = {
    suite: facts.suite,
    description: facts.description,
    ...(facts.server !== undefined && { server: facts.server }),
    tags: ['snapshot'],
    ...(Object.keys(facts.defaults).length > 0 && { defaults: facts.defaults }),
    ...(after !== undefined && { after }),
    scenarios: settled.map((each) => scenarioOf(each, facts)),
  };
  document.contents = document.createNode(contents, { aliasDuplicateObjects: false }) as typeof document.contents;
  document.commentBefore = commentOf(head);
  return yamlText(document);
}

function scenarioOf({ probe, steps, tolerate }: Runnable, facts: FileFacts): WrittenMap {
  const { name, description, references, server, connections, variables, exclusive, provokes, timeout } = probe;
  return {
    name,
    ...(description !== undefined && { description }),
    ...(references !== undefined && { references }),
    ...(connections !== undefined && { connections }),
    ...(server !== undefined && server !== facts.server && { server }),
    ...(variables !== undefined && { variables }),
    ...(exclusive !== undefined && { exclusive }),
    ...(provokes !== undefined && { provokes }),
    ...(tolerate.length > 0 && { tolerate }),
    ...(timeout !== undefined && { timeout }),
    dialogue: steps,
  };
}
