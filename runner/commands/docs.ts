import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { ArgumentError } from '../diagnostic.ts';
import { buildPage } from '../documentation/build.ts';
import { toHtml } from '../documentation/html.ts';
import { toMarkdown } from '../documentation/markdown.ts';
import type { Line, Page, Verified } from '../documentation/page.ts';
import { systemReason } from '../phrase.ts';
import { mapTexts } from '../printing/deep.ts';
import { inertLines } from '../printing/inert.ts';
import { createRedactor } from '../printing/redact.ts';
import { loadNamed } from '../project/named.ts';
import type { Arguments, Main } from './command.ts';
import { printDiagnostics } from './diagnostics.ts';
import { loadOptions } from './load-options.ts';
import { readResults, type ScenarioLine } from './results.ts';

const formats: Readonly<Record<string, (page: Page) => string>> = { markdown: toMarkdown, html: toHtml };
const extensions: Readonly<Record<string, string>> = { '.html': 'html', '.htm': 'html' };
const defaultTitle = 'What the mail server does';

export const main: Main = async (args, terminal) => {
  const output = args.value('output');
  const write = formatOf(args, output);
  const file = args.has('check') ? checked(output) : output;
  const results = args.value('results');
  const verified = results === undefined ? undefined : verifiedBy(readResults(results, terminal.cwd).scenarios);
  const { plan, diagnostics } = await loadNamed(await loadOptions(args, terminal));
  printDiagnostics(diagnostics, terminal);
  const introduction = args.value('introduction');
  const page = buildPage(plan, {
    title: args.value('title') ?? defaultTitle,
    ...(introduction !== undefined && { introduction }),
    ...(verified && { verified }),
  });
  const { redact } = createRedactor(plan.secrets);
  const text = write(mapTexts(page, (each) => inertLines(redact(each))));
  if (file === undefined || file === '-') {
    terminal.raw.stdout.write(text);
    return 0;
  }
  const path = resolve(terminal.cwd, file);
  if (args.has('check')) {
    if (text === (await textOf(path))) return 0;
    terminal.stderr.write(
      `error: "${file}" is out of date: it is not what the scenarios say\n  = help: Write it anew with the same command without "--check"\n`,
    );
    return 1;
  }
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    throw new ArgumentError(`Cannot write "${file}": ${systemReason(error)}`);
  }
  return 0;
};

function formatOf(args: Arguments, output: string | undefined): (page: Page) => string {
  const name = args.value('format') ?? extensions[extname(output ?? '')] ?? 'markdown';
  const write = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (write === undefined)
    throw new ArgumentError(`Unknown format "${name}"`, `The formats are ${Object.keys(formats).join(', ')}`);
  return write;
}

function checked(output: string | undefined): string {
  if (output === undefined || output === '-')
    throw new ArgumentError('Cannot check: no page is named', 'Write "--output FILE --check"');
  return output;
}

/** A missing page is out of date as well. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** What a run found, by scenario. */
function verifiedBy(scenarios: readonly ScenarioLine[]): ReadonlyMap<string, Verified> {
  return new Map(scenarios.map((line) => [line.id, verifiedOf(line)]));
}

const sides = { client: 'C', server: 'S', note: '*' } as const;

function verifiedOf({ transcript, problem, reason, started, outcome }: ScenarioLine): Verified {
  const seen = transcript.map(
    ({ from, connection, text }): Line => ({ side: sides[from], connection, depth: 0, text }),
  );
  const against = transcript.flatMap(({ remote }) => remote ?? []);
  const message = problem?.message ?? reason;
  return {
    at: Date.parse(started),
    outcome,
    ...(message !== undefined && { message }),
    against: [...new Set(against)],
    seen,
  };
}
