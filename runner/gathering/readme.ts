import type { Cause } from '../causes/cause.ts';
import { many } from '../phrase.ts';
import { causeTitle, fixLines } from '../reporters/cause-record.ts';
import { sumsOf } from '../reporters/summary.ts';
import type { Summary } from '../run-event.ts';
import { visible } from '../visible.ts';
import { productNames } from '../words/remedy.ts';
import type { Collected } from './collect.ts';
import type { Programs } from './programs.ts';
import { hidden } from './settings.ts';
import type { Member } from './tar.ts';

/** The most files that are named for failures with one cause. */
const mostFiles = 5;

export interface About {
  /** `mailspec 0.2.0` and the like, one per line. */
  readonly versions: readonly string[];
  readonly machine: string;
  readonly summary: Summary;
  readonly collected: Collected;
  readonly programs: Programs;
  /** The files with their descriptions, in the order of the index. */
  readonly members: readonly (Member & { readonly about?: string })[];
}

/** The page for a helper on a mailing list to open first: what is wrong, and where to look. */
export function readmeText({ versions, machine, summary, collected, programs, members }: About): string {
  const { causes } = collected;
  return [
    'What failed, and what is known of the servers: gathered by mailspec',
    '',
    ...versions.map((each) => `  ${each}`),
    `  run on ${visible(machine)}, ended ${new Date(summary.ended).toISOString()}`,
    `  ${resultWords(summary)}`,
    '',
    ...section('Servers', serverLines(collected)),
    ...section(
      'What is wrong, the gravest first',
      causes.length === 0 ? ['nothing failed'] : causes.flatMap((cause) => causeLines(cause, collected)),
    ),
    ...section('Files', indexLines(members)),
    ...section('Not gathered', [
      ...(collected.left === 0
        ? []
        : [`the dialogues of ${many(collected.left, 'more failure')}: they are in the summary`]),
      ...programs.missing,
    ]),
    ...section('Before you send it', [
      'Values that the configuration lists under "secrets" appear as «name».',
      `Passwords in settings and in addresses, hashes of passwords and private keys appear as ${hidden}.`,
      'Names of users, domains and hosts, and addresses, are as they are: look through the files first.',
    ]),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((each) => `  ${each}`), ''];
}

/** The same counts as in every report. */
function resultWords({ counts, total }: Summary): string {
  const sums = sumsOf(counts, false).map(({ sum, count, among }) => `${count} ${sum}${among}`);
  return `${many(total, 'scenario')}: ${sums.join(', ')}`;
}

function serverLines({ servers }: Collected): readonly string[] {
  return [...servers].map(([name, { addresses, products, greetings }]) => {
    const [greeting] = greetings;
    const facts = [
      [...addresses].join(', ') || 'not reached',
      ...[...products].map((each) => productNames[each]),
      ...(greeting === undefined ? [] : [`greets with "${greeting}"`]),
    ];
    return visible(`${name}: ${facts.join('; ')}`);
  });
}

function causeLines(cause: Cause, { memberOf }: Collected): readonly string[] {
  const files = cause.scenarios.flatMap((index) => memberOf.get(index) ?? []);
  const first = memberOf.get(cause.first.scenario.index);
  const shown = [...new Set([...(first === undefined ? [] : [first]), ...files])].slice(0, mostFiles);
  const more = files.length - shown.length;
  return [
    causeTitle(cause),
    ...fixLines(cause).map((each) => `  fix: ${each}`),
    ...shown.map((each) => `  see: ${each}`),
    ...(more > 0 ? [`  and ${many(more, 'more file')}`] : []),
  ];
}

/** The files of failures are listed with their causes. */
function indexLines(members: About['members']): readonly string[] {
  const named = members.flatMap(({ name, about }) => (about === undefined ? [] : [[name, about] as const]));
  const width = Math.max(...named.map(([name]) => name.length));
  const failures = members.filter(({ about }) => about === undefined).length;
  return [
    ...named.map(([name, about]) => `${name.padEnd(width)}  ${about}`),
    ...(failures === 0
      ? []
      : [`${'failures/'.padEnd(width)}  ${many(failures, 'dialogue')} of what did not pass, with times and log lines`]),
  ];
}
