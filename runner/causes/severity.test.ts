import assert from 'node:assert/strict';
import type { Severity } from '../remedy.ts';
import type { ScenarioResult } from '../result.ts';
import { collectCauses } from './collect.ts';
import { recordedRun } from './recorded.test.helper.ts';
import { severityOf } from './severity.ts';

describe('severityOf()', () => {
  const failed = (severity: Severity, code: string, verdict: string, evidence = {}) =>
    severityOf({
      scenario: { severity, suite: { id: 'suite' }, place: {} },
      problem: { code, evidence, mismatches: [], place: {}, headline: {} },
      violations: [{ verdict }],
      transcript: [],
      log: [],
    } as unknown as ScenarioResult);
  const refused = (line: string, status: string) => ({
    action: { kind: 'command', label: line, line },
    reply: { status, text: '' },
  });

  it('calls a flawed reply low, whatever the scenario that met it is about', () => {
    assert.equal(failed('critical', 'protocol.violation', 'failed'), 'low');
    assert.equal(failed('info', 'protocol.violation', 'failed'), 'info');
  });

  it('says what the scenario says of everything else', () => {
    assert.equal(failed('critical', 'reply.mismatch', 'reported'), 'critical');
    assert.equal(failed('critical', 'reply.mismatch', 'failed'), 'critical');
    assert.equal(failed('critical', 'reply.mismatch', 'reported', refused('RCPT TO:<a@b>', '250')), 'critical');
    // The session ended there, so nothing after it was checked.
    assert.equal(failed('critical', 'protocol.violation', 'tolerated'), 'critical');
  });

  it('calls what stops a scenario high at most', () => {
    const login = refused('AUTH PLAIN', '535');
    assert.equal(failed('critical', 'reply.mismatch', 'reported', login), 'high');
    assert.equal(failed('low', 'reply.mismatch', 'reported', login), 'low');
    const fault = { kind: 'unreachable', how: 'refused' };
    assert.equal(failed('critical', 'connect.failed', 'reported', { fault }), 'high');
    assert.equal(failed('critical', 'reply.timeout', 'reported'), 'high');
    assert.equal(failed('low', 'reply.timeout', 'reported'), 'low');
  });
});

describe('severityOfCause()', () => {
  const causesOf = (results: readonly ScenarioResult[]) => {
    const causes = collectCauses();
    for (const each of results) causes.add(each);
    return causes.list();
  };
  const resultsOf = (name: string) =>
    recordedRun(name).flatMap((event) => (event.type === 'scenario' ? [event.result] : []));

  const shared: readonly (readonly [name: string, Severity])[] = [
    ['certificate-expired', 'high'],
    ['milter-down', 'high'],
    ['sasl-socket-broken', 'high'],
    ['tls-forced-on-25', 'high'],
    ['mail-discarded', 'critical'],
  ];
  for (const [name, severity] of shared)
    it(`${name}: is as bad, whichever scenario ran`, () => {
      const results = resultsOf(name);
      const [first] = causesOf(results);
      assert.equal(first?.severity, severity);
      const own = new Set<Severity>();
      for (const index of first.scenarios) {
        const one = results[index] as ScenarioResult;
        assert.deepEqual(
          causesOf([one]).map((each) => each.severity),
          [severity],
          one.scenario.id,
        );
        own.add(one.scenario.severity);
      }
      assert.ok(own.size > 1, 'scenarios of one severity show nothing');
    });

  it('calls a service that does not answer no worse than warnings, if it leads to nothing else', () => {
    const unanswered = (outcome: ScenarioResult['outcome']) =>
      resultsOf('milter-down').flatMap((result) => {
        const { problem, scenario } = result;
        if (problem === undefined) return [];
        const evidence = { server: 'mx', action: { kind: 'greeting' as const } };
        const late = { ...problem, code: 'reply.timeout' as const, mismatches: [], evidence };
        return [{ ...result, outcome, log: [], problem: late, scenario: { ...scenario, severity: 'low' as const } }];
      });
    const found = (results: readonly ScenarioResult[]) =>
      causesOf(results).map(({ kind, severity }) => [kind, severity]);
    assert.deepEqual(found(unanswered('warning')), [['silent', 'low']]);
    assert.deepEqual(found(unanswered('failed')), [['silent', 'high']]);
    assert.deepEqual(found([...unanswered('warning').slice(1), ...unanswered('failed').slice(0, 1)]), [
      ['silent', 'high'],
    ]);
  });

  it('says what the scenarios say of what they are about', () => {
    const results = resultsOf('mynetworks-everybody');
    const alone = (id: string) => causesOf(results.filter(({ scenario }) => scenario.id === id))[0]?.severity;
    assert.equal(alone('relay/open-relay#relaying-from-a-stranger-is-refused'), 'critical');
    assert.equal(alone('relay/recipients#relaying-is-refused-permanently-not-temporarily'), 'low');
  });

  it('calls one login that fails by itself what its scenario says, and others that need it high', () => {
    const results = resultsOf('milter-down');
    const about = results.find(
      ({ scenario }) => scenario.id === 'submission/authentication#auth-plain-works-on-submissions',
    );
    const needs = results.find(
      ({ scenario }) => scenario.id === 'delivery/arrival#mail-submitted-on-port-465-arrives-in-the-imap-mailbox',
    );
    assert.ok(about && needs);
    const as = (result: ScenarioResult, severity: Severity): ScenarioResult => ({
      ...result,
      log: [],
      scenario: { ...result.scenario, severity },
    });
    const severities = (...of: readonly ScenarioResult[]) => causesOf(of).map(({ kind, severity }) => [kind, severity]);
    assert.deepEqual(severities(as(about, 'low')), [['login', 'low']]);
    assert.deepEqual(severities(as(about, 'critical')), [['login', 'high']]);
    assert.deepEqual(severities(as(about, 'low'), as(needs, 'info')), [['login', 'high']]);
  });
});
