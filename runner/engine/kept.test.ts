import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { peers } from '../../fixtures/testing/peer.ts';
import { type Played, type PlayOptions, play } from '../../fixtures/testing/play.ts';
import type { Outcome } from '../result.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

const mebibyte = 1024 * 1024;
/** The octets of each large reply, and how many scenarios get one. */
const size = 2 * mebibyte;
const count = 4;

const words = 'a b c d e f g h i j k l m n o p q r s t u v w x y z';
const lines = (unit: string, octets = size) => unit.repeat(octets / unit.length);
const message = `Subject: ${words}\r\n\r\n${lines(`${words}\r\n`)}`;
const literal = `* 1 FETCH (BODY[] {${message.length}}\r\n${message})\r\n`;

interface Case {
  readonly what: string;
  readonly scheme: string;
  readonly greeting: string;
  /** `TAG` is the command's tag. */
  readonly reply?: string;
  readonly steps: readonly unknown[];
  readonly scenario?: Readonly<Record<string, unknown>>;
  readonly outcome?: Outcome;
}

const smtp = (what: string, last: string, step: unknown, rest: Partial<Case> = {}): Case => ({
  what,
  scheme: 'smtp',
  greeting: '220 a\r\n',
  reply: lines(`${last.slice(0, 3)}-${words}\r\n`) + last,
  steps: [{ expect: 220 }, step],
  ...rest,
});
const imap = (what: string, reply: string, step: Readonly<Record<string, unknown>>): Case => ({
  what,
  scheme: 'imap',
  greeting: '* OK a\r\n',
  reply,
  steps: [{ expect: 'OK' }, { send: 'NOOP', ...step }],
});

const cases: readonly Case[] = [
  {
    what: 'a greeting, of which no line is the expected one',
    scheme: 'smtp',
    greeting: `${lines(`220-${words}\r\n`)}220 a\r\n`,
    steps: [{ expect: { code: 220, lines: ['x'] } }],
  },
  {
    what: 'a greeting, in scenarios that pass',
    scheme: 'imap',
    greeting: `* OK ${lines(`${words} `)}\r\n`,
    steps: [{ expect: 'OK' }],
    outcome: 'passed',
  },
  smtp('a reply with another code', '550 no\r\n', { send: 'NOOP', expect: 250 }),
  smtp('a reply of which a part was captured', '250 a\r\n', {
    repeat: {
      times: 1,
      dialogue: [
        { send: 'NOOP', expect: 250, capture: { x: `/(${words})/` } },
        { send: 'NOOP', expect: { code: 250, text: '${x}' } },
      ],
    },
  }),
  smtp('a reply that nothing expects', '250 a\r\n', 'reset', {
    greeting: `220 a\r\n${lines(`250-${words}\r\n`)}250 a\r\n`,
    steps: [{ expect: 220 }],
  }),
  smtp('a reply before octets that are none', `250 a\r\n${words}\r\n`, { send: 'NOOP', expect: 250 }),
  smtp(
    'a reply that is only warned about',
    '550 no\r\n',
    { send: 'NOOP', expect: 250, otherwise: 'warn' },
    { outcome: 'passed' },
  ),
  smtp(
    'a reply because of which the rest is skipped',
    '550 no\r\n',
    { send: 'NOOP', expect: 250, otherwise: 'skip' },
    { outcome: 'skipped' },
  ),
  smtp(
    'the reply of a greylist',
    '450 greylisted\r\n',
    { send: 'RCPT TO:<a@b.example>', expect: 250 },
    {
      reply: `450-greylisted\r\n${lines(`450-${words}\r\n`)}450 a\r\n`,
      outcome: 'blocked',
    },
  ),
  smtp('a reply to each of several tries', '550 no\r\n', { send: 'NOOP', expect: 250 }, { scenario: { retries: 1 } }),
  smtp('a reply of LMTP', '550 no\r\n', { send: 'NOOP', expect: 250 }, { scheme: 'lmtp' }),
  {
    what: 'a message of POP3',
    scheme: 'pop3',
    greeting: '+OK\r\n',
    reply: `+OK\r\n${message}.\r\n`,
    steps: [{ expect: '+OK' }, { send: 'RETR 1', expect: { status: '+OK', lines: ['x'] } }],
  },
  imap('a literal of IMAP', `${literal}TAG OK\r\n`, {
    expect: { status: 'OK', untagged: [{ FETCH: { 'BODY[]': { contains: 'X' } } }] },
  }),
  imap(
    'a response of IMAP',
    `* SEARCH ${Array.from({ length: 200_000 }, (_, at) => 1e8 + at).join(' ')}\r\nTAG OK\r\n`,
    {
      expect: { status: 'OK', untagged: [{ SEARCH: { equals: [7] } }] },
    },
  ),
  {
    what: 'a script of ManageSieve',
    scheme: 'sieve',
    greeting: '"IMPLEMENTATION" "a"\r\n"SASL" ""\r\nOK "a"\r\n',
    reply: `{${message.length}}\r\n${message}\r\nOK\r\n`,
    steps: [{ expect: 'OK' }, { send: 'GETSCRIPT "a"', expect: { status: 'OK', lines: ['x'] } }],
  },
  {
    what: 'lines of another protocol',
    scheme: 'tcp',
    greeting: `${lines(`${words}\r\n`)}.\r\n`,
    steps: [{ expect: { multiline: true, lines: ['x'] } }],
  },
];

/** The octets of memory that become free without the results of these scenarios, and how the scenarios ended. */
async function keptBy(
  scenario: Readonly<Record<string, unknown>>,
  options: PlayOptions,
): Promise<{ readonly octets: number; readonly outcomes: readonly Outcome[] }> {
  const scenarios = Array.from({ length: count }, (_, at) => ({ name: `a ${at}`, ...scenario }));
  let played: Played | undefined = await play(JSON.stringify({ suite: 'S', scenarios }), { ...options, parallel: 1 });
  const outcomes = played.results.map(({ outcome }) => outcome);
  const before = await used();
  played = undefined;
  return { octets: before - (await used()), outcomes };
}

/** Connections that other tests of this process have left, which may never end. */
let others = 0;
const connections = () => process.getActiveResourcesInfo().filter((what) => what === 'TCPSocketWrap').length;

/** Connections end, and their buffers are freed, a little later than their scenarios. */
async function used(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let rounds = 0; rounds < 3; rounds++) {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    collect();
    const { heapUsed, external } = process.memoryUsage();
    const falls = heapUsed + external < least - 65_536;
    least = Math.min(least, heapUsed + external);
    if (falls || connections() > others) rounds = -1;
  }
  return least;
}

describe('results', () => {
  const { listen } = peers();
  before(async () => {
    do {
      others = connections();
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    } while (connections() < others);
  });

  for (const { what, scheme, greeting, reply = '', steps, scenario, outcome = 'failed' } of cases) {
    it(`don't keep ${what}`, async () => {
      const peer = await listen(async (talk) => {
        talk.write(greeting);
        for (;;) {
          const [tag = ''] = (await talk.line()).split(' ');
          talk.write(reply.replaceAll('TAG', tag));
        }
      });
      const { octets, outcomes } = await keptBy(
        { server: 'it', dialogue: steps, timeout: '60s', ...scenario },
        { servers: { it: { url: peer.url(scheme), greylisting_wait: '0s' } } },
      );
      assert.deepEqual([...new Set(outcomes)], [outcome]);
      assert.ok(octets < (size * count) / 2, `${octets} octets are kept`);
    });
  }

  describe('of checks', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mailspec-kept-'));
    after(() => rmSync(folder, { recursive: true }));
    const body = lines(`${words} `, mebibyte);
    const files = { 'mail.log': lines(`${words}\n`) };
    const checks: readonly (readonly [what: string, step: Readonly<Record<string, unknown>>])[] = [
      ['the body of a web page', { expect: { body: { contains: 'X' } } }],
      ['the body of a web page, of which a part is compared', { expect: { json: { a: 'x' } } }],
      ['the line of a log', { log: { file: './mail.log', all: true }, expect: ['X', '/Y/'] }],
      [
        'the output of a program',
        {
          run: [process.execPath, '-e', `console.log('${words} '.repeat(20000))`],
          expect: { stdout: { contains: 'X' } },
        },
      ],
    ];
    for (const [what, step] of checks) {
      it(`don't keep ${what}`, async () => {
        for (const [path, text] of Object.entries(files)) {
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          writeFileSync(join(folder, path), text);
        }
        const web = await listen(async (talk) => {
          await talk.until('\r\n\r\n');
          const text = JSON.stringify({ a: body });
          talk.write(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`);
        });
        const isWeb = !('log' in step || 'run' in step);
        const dialogue = [isWeb ? { http: `http://127.0.0.1:${web.port}/`, ...step } : step];
        const { octets, outcomes } = await keptBy(
          { dialogue, timeout: '60s' },
          { folder, config: { allow: { commands: true } } },
        );
        assert.deepEqual([...new Set(outcomes)], ['failed']);
        assert.ok(octets < (mebibyte * count) / 3, `${octets} octets are kept`);
      });
    }
  });
});
