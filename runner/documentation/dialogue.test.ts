import assert from 'node:assert/strict';
import { dialogue, planned } from '../../fixtures/testing/plan.ts';
import { dialogueLines } from './dialogue.ts';
import { lineText } from './sentences.ts';

const servers = {
  it: 'smtp://mail.example:25',
  imap: 'imap://mail.example',
  pop3: 'pop3://mail.example',
  line: 'tcp://mail.example:1',
};

/** The documentation of a scenario's steps. */
function documented(steps: string, server = 'it'): string {
  const [scenario] = planned(dialogue(steps, `server: ${server}`), { servers }).plan.scenarios;
  assert.ok(scenario);
  return dialogueLines(scenario.dialogue, scenario).map(lineText).join('\n');
}

interface Row {
  readonly what: string;
  readonly steps: string;
  readonly shown: string;
  readonly server?: keyof typeof servers;
}

const rows: readonly Row[] = [
  {
    what: 'a code and words of a line',
    steps: '- send: NOOP\n  expect: [250-AUTH PLAIN, 250-SIZE]',
    shown: 'C: NOOP\nS: replies 250, with lines beginning "AUTH PLAIN" and "SIZE"',
  },
  { what: 'alternatives of a code', steps: '- expect: { code: [550, 551, 553] }', shown: 'S: replies 550, 551 or 553' },
  {
    what: 'what is offered, and what not',
    steps:
      '- send: EHLO a\n  expect: { code: 250, extensions: { STARTTLS: true, AUTH: false, SIZE: { at_least: 1KiB } } }',
    shown: 'C: EHLO a\nS: replies 250, offers STARTTLS and SIZE with at least 1KiB (1024 octets), not AUTH',
  },
  {
    what: 'what is only not offered',
    steps: '- expect: { code: 250, extensions: { AUTH: false, SIZE: false } }',
    shown: 'S: replies 250, does not offer AUTH or SIZE',
  },
  {
    what: 'the end and silence',
    steps: '- expect: { nothing: 2s }\n- expect: closed',
    shown: 'S: says nothing for 2s\nS: closes the connection',
  },
  {
    what: 'either of two, in a time',
    steps: '- expect: { one_of: [250, closed], within: 3s }',
    shown: 'S: replies 250 or closes the connection, within 3s',
  },
  {
    what: 'a length of the text',
    steps: '- expect: { text: { length: 0 } }',
    shown: 'S: replies with text that has a length of 0',
  },
  { what: 'no reply but', steps: '- expect: { not: 250 }', shown: 'S: replies, but not 250' },
  {
    what: 'TLS',
    steps: '- expect: 220\n- starttls\n- close',
    shown: 'S: replies 220\nC: STARTTLS\nS: accepts\n*: the TLS handshake succeeds\nC: closes the connection',
  },
  {
    what: 'TLS that must not be',
    steps: '- starttls: { fails: "/bad name/" }',
    shown: 'C: STLS\nS: accepts\n*: the TLS handshake fails with /bad name/',
    server: 'pop3',
  },
  {
    what: 'a login without the password',
    steps: '- authenticate: { mechanism: PLAIN, user: alice, password: hunter2 }\n  expect: 235',
    shown: 'C: authenticates with PLAIN as alice\nS: replies 235',
  },
  {
    what: 'a pipeline',
    steps: '- pipeline:\n    - { send: NOOP, expect: 250 }\n    - { send: RSET, expect: 250 }',
    shown: 'C: NOOP\nC: RSET\nS: replies 250\nS: replies 250',
  },
  {
    what: 'captures, and what a step does without',
    steps:
      '- send: NOOP\n  expect: 250\n  capture: { id: "/as (.+)/" }\n  otherwise: skip\n- send: "VRFY ${id|upper}"\n  expect: "/${id}\\\\.$/"',
    shown:
      'C: NOOP\nS: replies 250 (kept as ${id}; otherwise the rest is skipped)\nC: VRFY ${id|upper}\nS: replies with text matching /${id}\\.$/',
  },
  {
    what: 'tries',
    steps: '- eventually:\n    within: 10s\n    every: 1s\n    dialogue:\n      - send: NOOP\n        expect: 250',
    shown: '*: within 10s, tried again every 1s:\n   C: NOOP\n   S: replies 250',
  },
  {
    what: 'repetition',
    steps: '- repeat:\n    times: 3\n    dialogue:\n      - send: "NOOP ${index}"\n        expect: 250',
    shown: '*: 3 times:\n   C: NOOP ${index}\n   S: replies 250',
  },
  {
    what: 'bytes, visible',
    steps: '- send: { raw: "NOOP\\r\\n\\e[31m" }\n  expect: 250',
    shown: 'C: NOOP␍␊\\x1b[31m\nS: replies 250',
  },
  {
    what: 'a check',
    steps: '- port: { host: "${server.host}", port: 25 }\n  expect: open',
    shown: '*: port ${server.host}:25: state is "open"',
  },
  {
    what: 'a check of several parts',
    steps: '- certificate: { server: it }\n  expect: { trusted: true, days_left: { at_least: 14 } }',
    shown: '*: the certificate of it:\n   *: trusted is true\n   *: days_left is at least 14',
  },
  {
    what: 'verbs that agree with what is looked at',
    steps:
      '- certificate: { server: it }\n  expect: { key: { not: { one_of: [RSA 512, RSA 768] } }, subject: /CN=it/, valid_for: [it] }',
    shown:
      '*: the certificate of it:\n   *: key is not "RSA 512" or "RSA 768"\n   *: subject matches /CN=it/\n   *: valid_for includes "it"',
  },
  {
    what: 'lists',
    steps:
      '- dns: { name: it.example, type: MX }\n  expect: { answers: { length: 2, includes: 1 a, excludes: 2 b }, joined: { not: { contains: x } } }\n  otherwise: skip',
    shown:
      '*: dns MX it.example (otherwise the rest is skipped):\n   *: answers have a length of 2 and include "1 a" and do not include "2 b"\n   *: joined does not contain "x"',
  },
  {
    what: 'versions of TLS',
    steps:
      '- tls: { server: it, min: TLSv1.3 }\n  expect: accepted\n- tls: { server: it, max: TLSv1.1 }\n  expect: refused',
    shown:
      '*: a handshake with it, TLSv1.3 or newer: state is "accepted"\n*: a handshake with it, up to TLSv1.1: state is "refused"',
  },
  {
    what: 'what a reply must not have',
    steps:
      '- send: EHLO a\n  expect: { code: 250, not: { code: 250, lines: [VRFY] } }\n- send: NOOP\n  expect: { not: { text: /x/ } }',
    shown: 'C: EHLO a\nS: replies 250, but not with lines: "VRFY"\nC: NOOP\nS: replies, but not with text matching /x/',
  },
  {
    what: "IMAP's data",
    steps:
      '- send: SELECT INBOX\n  expect: { status: OK, untagged: [{ EXISTS: { at_least: 1 } }, { none: { EXISTS: 3 } }] }',
    shown: 'C: SELECT INBOX\nS: replies OK, sends EXISTS with at least 1, does not send EXISTS 3',
    server: 'imap',
  },
  {
    what: 'a literal',
    steps: '- send: [\'APPEND "x" \', { literal: "A: b\\r\\n" }]\n  expect: OK',
    shown: 'C: APPEND "x" {literal "A: b␍␊"}\nS: replies OK',
    server: 'imap',
  },
  {
    what: 'a line',
    steps: '- send: ""\n  expect: +OK',
    shown: 'C: (an empty line)\nS: replies with a line beginning "+OK"',
    server: 'line',
  },
];

describe('dialogueLines()', () => {
  for (const { what, steps, shown, server } of rows) {
    it(`words ${what}`, () => assert.equal(documented(steps, server), shown));
  }
});
