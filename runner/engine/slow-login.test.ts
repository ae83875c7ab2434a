import assert from 'node:assert/strict';
import { serveLines } from '../../fixtures/line/serve.ts';
import { limitedTo } from '../../fixtures/testing/limited-to.ts';
import { dialogue, planned } from '../../fixtures/testing/plan.ts';
import { playPlan } from '../../fixtures/testing/play.ts';
import type { Reply } from '../protocol/reply.ts';
import type { Warning } from '../result.ts';
import { warningWords } from '../words/problem.ts';
import type { Context } from './context.ts';
import type { Session } from './session.ts';
import { noteSlowLogin } from './slow-login.ts';

describe('the limit of a reply to a login', () => {
  const optionsOf = (settings: Parameters<typeof planned>[1]) =>
    planned(dialogue('- expect: 220'), {
      servers: { mx: 'smtp://192.0.2.1' },
      ...settings,
    }).plan.scenarios[0]?.connections.get('')?.options;

  it('is longer than that of others, unless a limit is given', () => {
    assert.deepEqual([optionsOf({})?.timeout, optionsOf({})?.loginTimeout], [10_000, 30_000]);
    const overrides = { timeout: 5000, servers: new Map<string, string>() };
    assert.equal(optionsOf({ overrides })?.loginTimeout, 5000);
    assert.equal(optionsOf({ config: { servers: { mx: 'smtp://192.0.2.1' }, timeout: '7s' } })?.loginTimeout, 7000);
    assert.equal(optionsOf({ servers: { mx: { url: 'smtp://192.0.2.1', timeout: '3s' } } })?.loginTimeout, 3000);
  });

  for (const [what, step, within] of [
    ['a command', '- { send: NOOP, expect: 250 }', 20],
    ['AUTH with its response', '- { send: AUTH PLAIN AHUAcA==, expect: 235 }', 60],
    ['authenticate', '- { authenticate: { mechanism: PLAIN, user: u, password: p }, expect: 235 }', 60],
    ['a step with a limit of its own', '- { send: AUTH PLAIN AHUAcA==, expect: 235, timeout: 10ms }', 10],
  ] as const) {
    it(`holds for ${what}: ${within} ms`, async () => {
      const { url, stop } = await serveLines(() => ({ greeting: '220 peer ESMTP\r\n', line: () => ({ text: '' }) }));
      try {
        const { plan } = planned(
          dialogue(`- { expect: 220, timeout: 20s }\n${step}`, `server: ${url.replace(/^[a-z]+:/, 'smtp:')}`),
        );
        const { results } = await playPlan(limitedTo(plan, { timeout: 20, loginTimeout: 60 }));
        const headline = results[0]?.problem?.headline;
        assert.ok(typeof headline === 'object' && headline.kind === 'late reply', JSON.stringify(headline));
        assert.equal(headline.within, within);
      } finally {
        await stop();
      }
    });
  }
});

describe('noteSlowLogin()', () => {
  const span = { file: { path: 'a.yaml', text: '' }, start: 0, end: 0 };
  const url = { address: { to: 'network', host: 'mail.example.com', port: 143 } };
  const note = (slowLogins: Set<string>, code: number, elapsed: number, provokes: readonly string[] = []) => {
    const warnings: Warning[] = [];
    noteSlowLogin(
      { world: { slowLogins }, scenario: { provokes }, warnings } as unknown as Context,
      { loggingIn: true, url, target: { label: 'imaps' } } as unknown as Session,
      span,
      { reply: { protocol: 'smtp', code } as unknown as Reply, elapsed },
    );
    return warnings.map(warningWords);
  };

  it('warns of a login that took long and was accepted, once for each host', () => {
    const seen = new Set<string>();
    assert.deepEqual(note(seen, 235, 15_200), [
      'the server mail.example.com took 15.2 s to accept a login: it slows down logins from this address, as servers do after failed ones',
    ]);
    assert.deepEqual(note(seen, 235, 15_200), []);
  });

  it('is silent about quick logins, refused ones, and those after a failure on purpose', () => {
    assert.deepEqual(note(new Set(), 235, 2900), []);
    assert.deepEqual(note(new Set(), 535, 15_000), []);
    assert.deepEqual(note(new Set(), 235, 15_000, ['failed-login']), []);
  });
});
