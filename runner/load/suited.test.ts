import assert from 'node:assert/strict';
import { planned } from '../../fixtures/testing/plan.ts';
import { otherHosts, suitedTo } from './suited.ts';

const suite = (lines: string, servers: Readonly<Record<string, unknown>> = {}) =>
  planned(`suite: S\nserver: mx\nscenarios:\n${lines}`, { servers: { mx: 'smtp://127.0.0.1', ...servers } }).plan;

const scenario = (name: string, keys = '', steps = '') =>
  `  - name: ${name}\n${keys}    dialogue:\n      - expect: 220\n${steps}`;

describe('suitedTo()', () => {
  it('leaves out what many clients cannot do at once, and says why', () => {
    const plan = suite(
      [
        scenario('plain'),
        scenario('guesses', '    provokes: [failed-login, errors]\n'),
        scenario('counts', '    exclusive: [mailbox of alice]\n'),
        scenario('never', '    skip: not here\n'),
      ].join(''),
    );
    const { suited, leftOut } = suitedTo(plan);
    assert.deepEqual(
      suited.map(({ name }) => name),
      ['plain'],
    );
    assert.deepEqual(
      leftOut.map(({ scenario: { name }, why }) => `${name}: ${why}`),
      [
        `guesses: it provokes the server's defenses (failed-login, errors)`,
        'counts: it needs "mailbox of alice" for itself',
        'never: it is skipped: not here',
      ],
    );
  });
});

describe('otherHosts()', () => {
  const hosts = (url: string, steps = '') => otherHosts(suite(scenario('one', '', steps), { mx: url }).scenarios);

  it('finds none on this machine', () => {
    for (const url of [
      'smtp://127.0.0.1:25',
      'smtp://127.1.2.3',
      'smtp://localhost',
      'smtp://LOCALHOST:2525',
      'smtp://mx.localhost',
      'smtp://[::1]:25',
      'smtp+unix:/run/smtp.sock',
    ])
      assert.deepEqual(hosts(url), [], url);
  });

  it('names every other host that a scenario connects to', () => {
    for (const host of ['mail.example.com', '192.0.2.1', '127.0.0.1.example.com', 'localhost.example.com', '0.0.0.0'])
      assert.deepEqual(hosts(`smtp://${host}:25`), [host]);
    assert.deepEqual(hosts('smtp://[2001:db8::1]'), ['2001:db8::1']);
  });

  it('names the hosts that checks ask, inside other steps too', () => {
    const steps = [
      '      - http: http://web.example.com/\n        expect: { status: 200 }',
      '      - http: http://localhost/\n        expect: { status: 200 }',
      '      - repeat:\n          times: 2\n          dialogue:\n            - port: { host: open.example.com, port: 25 }\n              expect: open',
      '      - port: { host: "${server.host}", port: 25 }\n        expect: open\n',
    ].join('\n');
    assert.deepEqual(hosts('smtp://127.0.0.1', steps), ['web.example.com', 'open.example.com']);
  });
});
