import assert from 'node:assert/strict';
import type { Written } from '../authoring/written.ts';
import type { Seen } from '../engine/witness.ts';
import type { Action, Headline, Looked } from '../headline.ts';
import type { Problem, Reason, ScenarioResult } from '../result.ts';
import { label, type Observed } from './observe.ts';
import { ask, fields, header, reply } from './probe.ts';
import { whyDifferent, whyFailed, whyUnseen, wordsOf } from './reason.ts';

describe('wordsOf()', () => {
  const steps = [
    ask('NOOP'),
    { send: { raw: 'NOOP\r\n' }, expect: reply },
    { on: 'mx', certificate: {}, expect: fields('subject') },
  ];
  const words = (of: Action | Looked) =>
    wordsOf({ headline: { kind: 'mismatch', of } } as unknown as Problem, steps, {
      names: new Map(),
      secrets: new Map(),
    });

  it('names what a step does instead of the name that it has during a run', () => {
    assert.equal(words({ kind: 'command', label: label(0), line: 'NOOP' }), 'NOOP: not the expected reply');
    assert.equal(words({ kind: 'command', label: label(1) }), 'the command: not the expected reply');
    assert.equal(words({ kind: 'check', label: label(2) }), 'certificate: not as expected');
  });

  it('shows the reply that no step expects, without what has a name', () => {
    const problem = {
      code: 'reply.unread',
      headline: { kind: 'message', message: 'the server sent a reply that no step expects' },
      mismatches: [{ actual: { kind: 'octets', text: '* BYE alice@example.test must not use wonderland here\r\n' } }],
    } as unknown as Problem;
    const names = new Map([['alice@example.test', 'user']]);
    assert.equal(
      wordsOf(problem, steps, { names, secrets: new Map([['wonderland', 'password']]) }),
      'the server sent a reply that no step expects: "* BYE ${user} must not use ${password} here"',
    );
  });
});

describe('whyDifferent()', () => {
  const why = (step: Written, one: Seen, other: Seen) =>
    whyDifferent(
      [step],
      0,
      [one, other].map((seen): Observed => {
        const result = { violations: [] } as unknown as ScenarioResult;
        return { result, scenarioId: 'run-1a', seen: new Map([[0, seen]]) };
      }),
      { names: new Map([['alice@example.test', 'user']]), secrets: new Map() },
    );
  const closed: Seen = { kind: 'closed' };
  const nothing: Seen = { kind: 'nothing' };
  const both = 'differs: the end of the connection and silence';

  it('names the command as it was sent, or what else the step is about', () => {
    for (const [step, title] of [
      [ask('VRFY ${user}'), 'the reply to VRFY alice@example.test'],
      [{ expect: reply }, 'the greeting'],
      [{ send: 'FETCH ${seq} BODY.PEEK[HEADER]', expect: header }, 'the message that arrived'],
      [{ authenticate: { mechanism: 'PLAIN' }, expect: reply }, 'the reply to authenticate'],
    ] as const)
      assert.equal(why(step, closed, nothing), `it was different each time: ${title} ${both}`);
  });

  it('names the field of a check', () => {
    const checked = (subject: string): Seen => ({ kind: 'check', evidence: { time: 1, subject } });
    assert.equal(
      why({ certificate: {}, expect: fields('subject') }, checked('CN=a.example'), checked('CN=b.example')),
      'it was different each time: the result of certificate differs in subject: "CN=a.example" and "CN=b.example"',
    );
  });

  it('says only that much if nothing lasting differs', () => {
    assert.equal(why(ask('NOOP'), closed, closed), 'it was different each time');
  });
});

describe('whyUnseen()', () => {
  const seenWith = (reason?: Reason): Observed => ({
    result: { violations: [], reason } as unknown as ScenarioResult,
    scenarioId: 'run-1a',
    seen: new Map(),
  });
  const known = { names: new Map(), secrets: new Map() };

  it('says why a run was blocked instead of that it differed', () => {
    const observed = [seenWith(), seenWith('the TLS handshake failed')];
    assert.equal(whyUnseen(observed), 'the TLS handshake failed');
    assert.equal(whyFailed([ask('NOOP')], observed, known), 'the TLS handshake failed');
    assert.equal(whyUnseen([seenWith()]), 'it was different each time');
  });

  it('says the same whether the scenario found out itself that the server cannot be used', () => {
    const why: Headline = { kind: 'message', message: 'the TLS handshake failed' };
    assert.equal(whyUnseen([seenWith({ headline: { kind: 'no service', server: 'mx', why } })]), why.message);
  });
});
