import assert from 'node:assert/strict';
import { dialogue } from '../../../fixtures/testing/plan.ts';
import {
  bare,
  firstScenario,
  mistakesOf,
  type PlanOptions,
  stepsOf,
} from '../../../fixtures/testing/plan-in-memory.ts';
import type { Step } from '../../steps.ts';

/** The first step, without its label and empty lists. */
function step(text: string, server = 'mx', options: PlanOptions = {}): Record<string, unknown> {
  const [first] = stepsOf(text, `server: ${server}`, options);
  assert.ok(first);
  const { label, captures, on, ...rest } = bare(first) as Record<string, unknown>;
  return rest;
}

const text = (parts: readonly unknown[]) => ({ parts });

describe('readDialogue()', () => {
  const sending: readonly (readonly [string, string, unknown])[] = [
    ['mx', 'NOOP', { form: 'line', text: 'NOOP' }],
    ['line', '42', { form: 'line', text: '42' }],
    ['mx', '""', { form: 'line', text: '' }],
    ['mx', '{ lines: [NOOP, QUIT] }', { form: 'lines', lines: ['NOOP', 'QUIT'] }],
    ['mx', '{ raw: "a\\0\\xff\\n" }', { form: 'raw', text: 'a\0\xff\n', encoding: 'binary' }],
    ['mx', '{ raw: "–", encoding: utf-8 }', { form: 'raw', text: '–', encoding: 'utf-8' }],
    [
      'mx',
      '{ raw: abc, chunk: 1, every: 100ms }',
      { form: 'raw', text: 'abc', encoding: 'binary', chunk: [1], every: 100 },
    ],
    [
      'imap',
      '["LOGIN ", { literal: "a\\r\\nb" }, " ", { literal: x, plus: true }]',
      {
        form: 'parts',
        parts: [{ text: 'LOGIN ' }, { literal: 'a\r\nb', plus: false }, { text: ' ' }, { literal: 'x', plus: true }],
      },
    ],
  ];
  for (const [server, value, what] of sending) {
    it(`readDialogue() sends ${JSON.stringify(what)} when it reads ${value}`, () => {
      assert.deepEqual(step(`- send: ${value}\n  expect: ${server === 'imap' ? 'OK' : 250}`, server).what, what);
    });
  }

  it('readDialogue() keeps the tag when the author gives one', () => {
    assert.equal(step('- send: NOOP\n  tag: a001\n  expect: OK', 'imap').tag, 'a001');
  });

  it('readDialogue() reads a literal from a file when it lies in the project', () => {
    const options = { files: { '/project/scenarios/mail.eml': 'x' } };
    assert.deepEqual(
      step('- send: ["APPEND INBOX ", { literal: { file: ./mail.eml } }]\n  expect: OK', 'imap', options).what,
      {
        form: 'parts',
        parts: [{ text: 'APPEND INBOX ' }, { literal: { file: { path: '/project/scenarios/mail.eml' } }, plus: false }],
      },
    );
  });

  const messages: readonly (readonly [string, unknown])[] = [
    ['"Subject: a\\n\\nb"', { source: { from: 'raw', text: 'Subject: a\n\nb' } }],
    ['{ raw: hello, size: 1KiB }', { source: { from: 'raw', text: 'hello' }, size: 1024 }],
    ['{ file: ./mail.eml }', { source: { from: 'file', file: { path: '/project/scenarios/mail.eml' } } }],
    ['{ size: 2000 }', { source: { from: 'fields', fields: { headers: [], attachments: [] } }, size: 2000 }],
    [
      '{ from: "${user}", to: [b@x, c@x], subject: "t ${scenario.id}", headers: { X-A: [1, 2] }, attachments: [./mail.eml, { filename: b.txt, type: text/plain, text: hi }, { size: 1KB }] }',
      {
        source: {
          from: 'fields',
          fields: {
            from: 'alice@example.com',
            to: ['b@x', 'c@x'],
            subject: text(['t ', { name: 'scenario.id', filters: [] }]),
            headers: [
              { name: 'X-A', value: '1' },
              { name: 'X-A', value: '2' },
            ],
            attachments: [
              { content: { from: 'file', path: '/project/scenarios/mail.eml' } },
              { filename: 'b.txt', type: 'text/plain', content: { from: 'text', text: 'hi' } },
              { content: { from: 'size', size: 1000 } },
            ],
          },
        },
      },
    ],
  ];
  for (const [value, message] of messages) {
    it(`readDialogue() composes a message when it reads ${value}`, () => {
      const options = { files: { '/project/scenarios/mail.eml': 'x' } };
      assert.deepEqual(step(`- message: ${value}\n  expect: 250`, 'mx', options).message, message);
    });
  }

  it('readDialogue() counts chunks in octets when a message is sent by BDAT', () => {
    assert.equal(step('- message: { text: a, bdat: 64KiB }\n  expect: 250').bdat, 65_536);
  });

  it('readDialogue() reads bare words when an action has no arguments', () => {
    const kinds = stepsOf('- starttls\n- handshake\n- connect\n- close\n- reset\n- expect: 220').map(
      ({ kind, label }) => [kind, label],
    );
    assert.deepEqual(kinds, [
      ['starttls', 'starttls'],
      ['handshake', 'handshake'],
      ['connect', 'connect'],
      ['close', 'close'],
      ['reset', 'reset'],
      ['expect', 'expect 220'],
    ]);
  });

  it('readDialogue() reads TLS options when a handshake has its own', () => {
    const found = step(
      '- starttls: { servername: "${domain}", verify: false, min: TLSv1, max: TLSv1.2, ca: ./ca.pem, alpn: [smtp], fails: /expired/i }',
      'mx',
      {
        files: { '/project/scenarios/ca.pem': '' },
      },
    );
    assert.deepEqual(found.tls, {
      servername: 'example.com',
      verify: false,
      min: 'TLSv1',
      max: 'TLSv1.2',
      ca: '/project/scenarios/ca.pem',
      alpn: ['smtp'],
    });
    assert.deepEqual(found.fails, { source: 'expired', flags: 'i' });
    assert.equal(step('- handshake: { fails: true }').fails, true);
    assert.equal(step('- starttls:').fails, false);
  });

  it('readDialogue() writes a mechanism as its standard does when the author does not', () => {
    assert.deepEqual(
      step('- authenticate: { mechanism: scram-sha-256, user: a, password: b, initial_response: false }').credentials,
      {
        mechanism: 'SCRAM-SHA-256',
        user: 'a',
        password: 'b',
        initialResponse: false,
      },
    );
    assert.deepEqual(step('- authenticate: { mechanism: APOP, user: a, password: b }', 'pop3').credentials, {
      mechanism: 'apop',
      user: 'a',
      password: 'b',
    });
  });

  it('readDialogue() pipelines sends when they stand together', () => {
    const [first] = stepsOf(
      '- pipeline:\n  - { send: "MAIL FROM:<>", expect: 250 }\n  - { send: "RCPT TO:<a@x>", expect: 550, otherwise: warn, name: the relay }',
    );
    assert.ok(first?.kind === 'pipeline');
    assert.deepEqual(
      first.steps.map(({ label, otherwise }) => [label, otherwise]),
      [
        ['MAIL FROM:<>', undefined],
        ['the relay', 'warn'],
      ],
    );
  });

  it('readDialogue() nests steps when they are tried or repeated', () => {
    const eventually = step('- eventually: { within: 30s, dialogue: [{ send: NOOP, expect: 250 }] }');
    assert.deepEqual([eventually.within, eventually.every], [30_000, 1000]);
    const repeat = step(
      '- repeat: { times: "${n}", dialogue: [{ send: NOOP, expect: 250 }] }',
      'mx\nvariables: { n: 3 }',
    );
    assert.equal(repeat.over, 3);
  });

  it('readDialogue() gives steps their own limits when they have them', () => {
    const found = step('- expect: 220\n  timeout: 1m30s\n  otherwise: skip\n  name: the greeting');
    assert.deepEqual([found.timeout, found.otherwise], [90_000, 'skip']);
  });

  it('readDialogue() names steps without what variables hold when it labels them', () => {
    const labels = stepsOf(
      '- send: "AUTH PLAIN ${password|base64}"\n  expect: 235\n- authenticate: { mechanism: PLAIN, user: a, password: hunter2 }\n- send: { raw: secret }\n  expect: 250\n- wait: 10ms',
    ).map(({ label }) => label);
    assert.deepEqual(labels, ['AUTH PLAIN ${password|base64}', 'authenticate PLAIN', 'send raw', 'wait 10ms']);
  });

  it('readDialogue() reads the connection of each step when there are several', () => {
    const head = 'connections: { smtp: mx, mailbox: imap }';
    const steps = stepsOf(
      '- on: smtp\n  expect: 220\n- on: mailbox\n  expect: OK\n- eventually: { within: 1s, dialogue: [{ expect: OK }] }\n  on: mailbox\n- wait: 1ms',
      head,
    );
    assert.deepEqual(
      steps.map(({ on }) => on),
      ['smtp', 'mailbox', '', ''],
    );
    assert.ok(steps[2]?.kind === 'eventually');
    assert.equal(steps[2].dialogue[0]?.on, 'mailbox');
  });

  it('readDialogue() needs no connection when there is one by name', () => {
    assert.deepEqual(
      stepsOf('- expect: OK', 'connections: { mailbox: imap }').map(({ on }) => on),
      ['mailbox'],
    );
  });

  it('readDialogue() knows the protocol when a URL holds captured values', () => {
    const head = 'connections: { smtp: mx, found: "imaps://${host}:${port}" }';
    const capture = '- on: smtp\n  expect: 220\n  capture: { host: "/(.*)/", port: "/(.*)/" }';
    const scenario = firstScenario(dialogue(`${capture}\n- on: found\n  expect: OK`, head));
    assert.deepEqual(
      bare(scenario.connections.get('found')?.url),
      text(['imaps://', { name: 'host', filters: [] }, ':', { name: 'port', filters: [] }]),
    );
    // A check does not open a connection, although it may ask for the host of the only one.
    const check =
      '- dns: { name: a.example, type: A }\n  expect: NOERROR\n  capture: { host: "/(.*)/", port: "/(.*)/" }';
    assert.deepEqual(
      mistakesOf(dialogue(`${check}\n- on: found\n  expect: OK`, 'connections: { found: "imap://${host}:${port}" }')),
      [],
    );
    assert.deepEqual(mistakesOf(dialogue(`- on: found\n  expect: OK\n${capture}`, head)), [
      'variable.early: "host" is used before the step that captures it',
      'variable.early: "port" is used before the step that captures it',
    ]);
  });
});

describe('use', () => {
  const used = (first: Step | undefined) => {
    assert.ok(first?.kind === 'use');
    return first.dialogue.map((each) =>
      each.kind === 'send' && each.what.form === 'line' ? bare(each.what.text) : each.kind,
    );
  };
  const fragments =
    'server: mx\nfragments:\n  login: [{ send: "LOGIN ${user} ${who}", expect: 250, capture: { session: "/(.*)/" } }]';

  it('use plays a fragment of the file when it is named', () => {
    const steps = stepsOf('- use: login\n  with: { who: "${domain}" }\n- send: "${session}"\n  expect: 250', fragments);
    assert.deepEqual(used(steps[0]), ['LOGIN alice@example.com example.com']);
  });

  it('use lets its parameters win when everything else gives the name too', () => {
    const steps = stepsOf(
      '- expect: 220\n  capture: { who: "/(.*)/" }\n- use: login\n  with: { who: "<${who}>" }',
      fragments,
      {
        overrides: { variables: new Map([['who', 'given']]) },
      },
    );
    assert.deepEqual(used(steps[1]), [text(['LOGIN alice@example.com <', { name: 'who', filters: [] }, '>'])]);
  });

  it('use plays a fragment of another file when it is below the project', () => {
    const files = {
      '/project/scenarios/more/common.yaml':
        'suite: Common\nvariables: { who: default }\nfragments:\n  outer: [{ use: inner }]\n  inner: [{ send: "HELO ${who}", expect: 250 }]\n',
    };
    const [first] = stepsOf('- use: ./more/common.yaml#outer', 'server: mx', { files });
    assert.ok(first?.kind === 'use');
    assert.deepEqual(used(first.dialogue[0]), ['HELO default']);
    assert.equal(first.dialogue[0]?.span.file.path, 'scenarios/more/common.yaml');
  });

  it('use plays a fragment of the product when it is named so', () => {
    const files = {
      '/shipped/fragments/smtp.yaml': 'suite: SMTP\nfragments: { hello: [{ send: EHLO a.example, expect: 250 }] }\n',
    };
    assert.deepEqual(used(stepsOf('- use: mailspec:smtp#hello', 'server: mx', { files })[0]), ['EHLO a.example']);
  });

  it('use tells what is wrong in the other file when it is wrong', () => {
    const files = { '/project/scenarios/b.yaml': 'suite: B\nfragments: { a: [{ snd: NOOP }, { expect: 250 }] }\n' };
    assert.deepEqual(mistakesOf(dialogue('- use: ./b.yaml#a'), { files }), ['key.unknown: Unknown key "snd"']);
  });

  it('use refuses a file when it is outside the project', () => {
    const files = { '/elsewhere/b.yaml': 'suite: B\nfragments: { a: [{ expect: 250 }] }\n' };
    assert.deepEqual(mistakesOf(dialogue('- use: ../../elsewhere/b.yaml#a'), { files }), [
      'access.denied: Cannot read "../../elsewhere/b.yaml": it is outside the project',
    ]);
  });
});
