import type { Written, WrittenMap } from '../../authoring/written.ts';
import { ask, type Probe, reply } from '../probe.ts';
import { afterLogin, beforeLogin, commandProbes, encrypted, type Row } from './session.ts';
import { atCounts, reach, type Target } from './target.ts';

const commands: readonly Row[] = [
  { name: 'Capabilities', asks: [ask('CAPABILITY')] },
  { name: 'NOOP', asks: [ask('NOOP')] },
  { name: 'An unknown command', asks: [ask('MAILSPEC')] },
  { name: 'LOGOUT', asks: [ask('LOGOUT'), { expect: reply }] },
  { name: 'STARTTLS once more', states: encrypted, asks: [ask('STARTTLS')] },
  { name: 'LISTSCRIPTS before login', states: beforeLogin, asks: [ask('LISTSCRIPTS')] },
  {
    name: 'AUTHENTICATE with an unknown mechanism',
    states: beforeLogin,
    asks: [ask('AUTHENTICATE "MAILSPEC"')],
  },
  {
    name: 'A script that is not there',
    states: afterLogin,
    asks: [
      ask('GETSCRIPT "mailspec none"'),
      ask('DELETESCRIPT "mailspec none"'),
      ask('SETACTIVE "mailspec none"'),
      ask('RENAMESCRIPT "mailspec none" "mailspec other"'),
    ],
  },
  { name: 'UNAUTHENTICATE', states: afterLogin, asks: [ask('UNAUTHENTICATE')] },
];

const sizes = [
  1_000, 5_000, 10_000, 20_000, 32_000, 50_000, 64_000, 100_000, 200_000, 256_000, 500_000, 1_000_000, 2_000_000,
  5_000_000, 20_000_000, 100_000_000,
] as const;

/** Numbers of scripts to try; the replies at these counts are kept. */
const counts = [1, 2, 3, 5, 6, 10, 11, 16, 17, 20, 21, 32, 33] as const;
const anyReply: Written = { one_of: ['OK', 'NO'] };
const many = '"mailspec ${scenario.id} ';

/** Stores this many scripts, and deletes them afterwards. */
function manyScripts(begin: readonly Written[]): {
  readonly steps: readonly Written[];
  readonly after: readonly Written[];
} {
  const each = (command: (name: string) => WrittenMap, expect: Written): readonly Written[] =>
    atCounts(
      counts,
      (count) => ({ ...command(String(count)), expect }),
      (count) => ({ ...command(`before ${count}, \${index}`), expect: anyReply }),
    );
  return {
    steps: [...begin, ...each((name) => ({ send: [`PUTSCRIPT ${many}${name}" `, { literal: 'keep;\r\n' }] }), reply)],
    after: each((name) => ({ send: `DELETESCRIPT ${many}${name}"` }), anyReply),
  };
}

const extensions = [
  'fileinto',
  'reject',
  'ereject',
  'envelope',
  'encoded-character',
  'vacation',
  'vacation-seconds',
  'subaddress',
  'comparator-i;ascii-numeric',
  'relational',
  'regex',
  'imap4flags',
  'copy',
  'include',
  'variables',
  'body',
  'enotify',
  'environment',
  'mailbox',
  'date',
  'index',
  'ihave',
  'duplicate',
  'mime',
  'foreverypart',
  'extracttext',
  'editheader',
  'mboxmetadata',
  'servermetadata',
  'spamtest',
  'spamtestplus',
  'virustest',
  'special-use',
  'fcc',
  'vnd.dovecot.pipe',
  'vnd.dovecot.filter',
  'vnd.dovecot.execute',
  'vnd.dovecot.environment',
  'vnd.dovecot.debug',
  'vnd.dovecot.report',
  'imapsieve',
  'extlists',
  'notify',
  'imapflags',
] as const;

const check = (script: string): Written => ({ send: ['CHECKSCRIPT ', { literal: script }], expect: reply });

export function sieveProbes(target: Target): readonly Probe[] {
  const { name: server, login } = target;
  const base = { file: server, server };
  const begin = reach(target, 'login');
  const script = 'mailspec ${scenario.id}';
  return [
    { ...base, name: 'The greeting', steps: [{ expect: reply }] },
    ...commandProbes(target, commands),
    ...(login
      ? [
          {
            ...base,
            name: 'HAVESPACE',
            steps: [...begin, ...sizes.map((size) => ask(`HAVESPACE "mailspec" ${size}`))],
          },
          ...chunks(extensions, 11).map(
            (names): Probe => ({
              ...base,
              name: `Scripts that require ${names[0]} to ${names.at(-1)}`,
              steps: [...begin, ...names.map((each) => check(`require "${each}";\r\nkeep;\r\n`))],
            }),
          ),
          {
            ...base,
            name: 'Scripts with 1, 4, 5, 10 and 20 redirects',
            steps: [
              ...begin,
              ...[1, 4, 5, 10, 20].map((count) =>
                check(repeated(count, (index) => `redirect "mailspec${index}@elsewhere.example";`)),
              ),
            ],
          },
          {
            ...base,
            name: 'Scripts with 16, 32, 33, 64 and 128 actions',
            steps: [
              ...begin,
              ...[16, 32, 33, 64, 128].map((count) =>
                check(`require "fileinto";\r\n${repeated(count, (index) => `fileinto "m${index}";`)}`),
              ),
            ],
          },
          { ...base, name: 'A script with an error', steps: [...begin, check('nonsense;\r\n')] },
          {
            ...base,
            file: `${server}-scripts`,
            server,
            name: 'How many scripts may be stored',
            exclusive: ['scripts of ${user}'],
            ...manyScripts(begin),
          },
          {
            ...base,
            name: 'A script that is stored, read, renamed and removed',
            exclusive: ['scripts of ${user}'],
            steps: [
              ...begin,
              { send: [`PUTSCRIPT "${script}" `, { literal: 'keep;\r\n' }], expect: reply },
              ask(`GETSCRIPT "${script}"`),
              ask(`RENAMESCRIPT "${script}" "${script} b"`),
              ask(`DELETESCRIPT "${script} b"`),
            ],
          },
        ]
      : []),
  ];
}

function repeated(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `${line(index)}\r\n`).join('');
}

function chunks<Each>(all: readonly Each[], size: number): readonly (readonly Each[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}
