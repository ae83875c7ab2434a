import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { shareOrEdited } from '../../fixtures/testing/edited.ts';
import { type Peer, peers } from '../../fixtures/testing/peer.ts';
import type { PlayOptions } from '../../fixtures/testing/play.ts';
import type { Outcome } from '../result.ts';
import type { Task } from './kept.test.helper.ts';

/** The octets of a large reply: several times what a result preserves of it. */
const size = 2 * 1024 * 1024;

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

interface Kept {
  /** The octets that become free without the scenario's results. */
  readonly octets: number;
  readonly outcome: Outcome;
}

interface Prepared {
  readonly scenario: Readonly<Record<string, unknown>>;
  readonly options: PlayOptions;
  /** The server to which the scenario connects. */
  readonly peer: Peer;
}

/** A thread with a small heap, in which a collection takes milliseconds, and which no other test changes. */
let heap: Worker;

const ask = async (task: Task) => {
  heap.postMessage(task);
  const [answer] = await once(heap, 'message');
  return answer;
};

/**
 * Runs scenarios one after another, and measures what their results keep when all have ended: then collections are
 * repeated only once until nothing else becomes free.
 */
async function keptBy(scenarios: readonly (() => Promise<Prepared>)[]): Promise<readonly Kept[]> {
  const outcomes: Outcome[] = [];
  for (const prepare of scenarios) {
    const { scenario, options, peer } = await prepare();
    outcomes.push(
      await ask({ text: JSON.stringify({ suite: 'S', scenarios: [{ name: 'a', ...scenario }] }), options }),
    );
    // A connection, which has the reply in its buffers, ends a little later than its scenario.
    await peer.idle();
  }
  const octets: readonly number[] = await ask('measure');
  return outcomes.map((outcome, index) => ({ outcome, octets: octets[index] ?? Number.NaN }));
}

/** What decides what is kept of a reply. */
const sources = ['engine', 'matchers', 'protocol', 'transport'].map((room) => `runner/${room}/`);

describe('results', () => {
  const some = shareOrEdited(cases, { oneIn: 2, atLeast: 8 }, () => sources);
  const { listen } = peers(after);
  let kept: readonly Kept[];
  before(async () => {
    setFlagsFromString('--expose-gc');
    heap = new Worker(new URL('./kept.test.helper.js', import.meta.url));
    kept = await keptBy(
      some.map(({ scheme, greeting, reply = '', steps, scenario }) => async () => {
        const peer = await listen(async (talk) => {
          talk.write(greeting);
          for (;;) {
            const [tag = ''] = (await talk.line()).split(' ');
            talk.write(reply.replaceAll('TAG', tag));
          }
        });
        return {
          scenario: { server: 'it', dialogue: steps, timeout: '60s', ...scenario },
          options: { servers: { it: { url: peer.url(scheme), greylisting_wait: '0s' } } },
          peer,
        };
      }),
    );
  });
  after(async () => {
    setFlagsFromString('--no-expose-gc');
    await heap.terminate();
  });

  for (const [index, { what, outcome = 'failed' }] of some.entries()) {
    it(`don't keep ${what}`, () => {
      const { octets, outcome: actual } = kept[index] as Kept;
      assert.equal(actual, outcome);
      assert.ok(octets < size / 2, `${octets} octets are kept`);
    });
  }

  describe('of checks', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mailspec-kept-'));
    after(() => rmSync(folder, { recursive: true }));
    const body = lines(`${words} `, size / 2);
    const files = { 'mail.log': lines(`${words}\n`, size / 2) };
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
    let kept: readonly Kept[];
    before(async () => {
      for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
      const web = await listen(async (talk) => {
        await talk.until('\r\n\r\n');
        const text = JSON.stringify({ a: body });
        talk.write(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`);
      });
      kept = await keptBy(
        checks.map(([_, step]) => async () => {
          const isWeb = !('log' in step || 'run' in step);
          const dialogue = [isWeb ? { http: `http://127.0.0.1:${web.port}/`, ...step } : step];
          return {
            scenario: { dialogue, timeout: '60s' },
            options: { folder, config: { allow: { commands: true } } },
            peer: web,
          };
        }),
      );
    });

    for (const [index, [what]] of checks.entries()) {
      it(`don't keep ${what}`, () => {
        const { octets, outcome } = kept[index] as Kept;
        assert.equal(outcome, 'failed');
        assert.ok(octets < size / 3, `${octets} octets are kept`);
      });
    }
  });
});
