import assert from 'node:assert/strict';
import { bare, configOf, defaultConfig, mistakesOf, planOf, stepsOf } from '../../fixtures/testing/plan-in-memory.ts';

const allowing = { config: `${defaultConfig}allow: { commands: true, files: [/srv/mail] }\n` };
const one = (steps: string, head = 'tags: [x]', options: Parameters<typeof stepsOf>[2] = {}) =>
  bare(stepsOf(steps, head, options)[0]) as Record<string, unknown>;
const conditions = (steps: string, options?: Parameters<typeof stepsOf>[2]) => {
  const { expect } = one(steps, 'tags: [x]', options) as { readonly expect?: { readonly conditions: unknown } };
  return expect?.conditions;
};
const equals = (value: unknown) => ({ kind: 'equals', value });

describe('checks', () => {
  it('stepsOf() needs no server where no step uses one', () => {
    assert.deepEqual(one('- port: { host: mail.example.com, port: 25 }\n  expect: open'), {
      kind: 'port',
      label: 'port mail.example.com:25',
      on: '',
      captures: [],
      host: 'mail.example.com',
      port: '25',
      limit: 10_000,
      expect: { kind: 'reply', conditions: [{ kind: 'field', name: 'state', matcher: equals('open') }] },
    });
  });

  it("stepsOf() takes the scenario's only server for what texts say of one", () => {
    const step = one(
      '- port: { host: "${server.host}", port: "${server.port}" }\n  timeout: 3s\n  expect: open',
      'connections: { a: mx }',
    );
    assert.deepEqual([step['on'], step['limit'], step['timeout']], ['a', 3000, 3000]);
  });

  it('stepsOf() reads a short form by what its variables say', () => {
    const head = 'variables: { state: open, status: "404" }';
    const short = (steps: string) =>
      (one(steps, head) as { readonly expect: { readonly conditions: unknown } }).expect.conditions;
    assert.deepEqual(short('- port: { host: a.test, port: 25 }\n  expect: "${state}"'), [
      { kind: 'field', name: 'state', matcher: equals('open') },
    ]);
    assert.deepEqual(short('- http: http://a.test/\n  expect: "${status}"'), [
      { kind: 'field', name: 'status', matcher: equals('404') },
    ]);
    assert.match(
      mistakesOf(
        `suite: x\nvariables: { state: opn }\nscenarios: [{ name: a, dialogue: [{ port: { host: a.test, port: 25 }, expect: "\${state}" }] }]`,
      ).join(),
      /"\$\{state\}" is not something that this check reports/,
    );
  });

  it('planOf() warns of truth values that say nothing of a text, and of those that are spelled as texts', () => {
    const warned = (expect: string) =>
      planOf(
        `suite: x\nscenarios:\n  - name: a\n    dialogue:\n      - run: [x]\n        expect: ${expect}\n`,
        allowing,
      )
        .diagnostics.filter(({ severity }) => severity === 'warning')
        .map(({ message }) => message);
    assert.match(warned('{ exit: 0, stdout: true }').join(), /^true only says whether there is a value$/);
    assert.match(warned('{ exit: 0, stderr: FALSE }').join(), /^FALSE is a boolean in YAML/);
    for (const text of ['{ exit: 0, stdout: "true" }', '{ exit: 0, stdout: "TRUE" }', '{ exit: 0, stdout: yes }'])
      assert.deepEqual(warned(text), []);
  });

  const forms: readonly (readonly [string, unknown])[] = [
    [
      '- dns: { name: a.test, type: mx }\n  expect: NXDOMAIN',
      [{ kind: 'field', name: 'status', matcher: equals('NXDOMAIN') }],
    ],
    [
      '- dns: { name: a.test, type: MX }\n  expect: 10 mail.a.test',
      [{ kind: 'field', name: 'answers', matcher: { kind: 'holds', items: [equals('10 mail.a.test')] } }],
    ],
    ['- http: http://a.test/\n  expect: 200', [{ kind: 'field', name: 'status', matcher: equals(200) }]],
    [
      '- http: http://a.test/\n  expect: { headers: { Content-Type: text/xml }, xml: { "//length": 1 } }',
      [
        {
          kind: 'field',
          name: 'headers',
          matcher: { kind: 'fields', fields: [{ name: 'content-type', matcher: equals('text/xml') }] },
        },
        { kind: 'field', name: 'xml', matcher: { kind: 'fields', fields: [{ name: '//length', matcher: equals(1) }] } },
      ],
    ],
    [
      '- maildir: ./Maildir\n  expect: 2',
      [{ kind: 'field', name: 'messages', matcher: { kind: 'length', matcher: equals(2) } }],
    ],
    [
      '- maildir: ./Maildir\n  expect: { messages: { at_least: 1 } }',
      [{ kind: 'field', name: 'messages', matcher: { kind: 'length', matcher: { kind: 'at_least', value: 1 } } }],
    ],
    [
      '- maildir: ./Maildir\n  expect: { messages: [{ headers: { X-A: b } }] }',
      [
        {
          kind: 'field',
          name: 'messages',
          matcher: {
            kind: 'holds',
            items: [
              {
                kind: 'fields',
                fields: [
                  { name: 'headers', matcher: { kind: 'fields', fields: [{ name: 'x-a', matcher: equals('b') }] } },
                ],
              },
            ],
          },
        },
      ],
    ],
    [
      '- log: ./mail.log\n  expect: status=sent',
      [
        {
          kind: 'field',
          name: 'lines',
          matcher: { kind: 'holds', items: [{ kind: 'contains', value: 'status=sent' }] },
        },
      ],
    ],
    ['- run: ["true"]\n  expect: 0', [{ kind: 'field', name: 'exit', matcher: equals(0) }]],
    [
      '- certificate: { server: mx }\n  expect: { valid_for: a.test }',
      [{ kind: 'field', name: 'valid_for', matcher: { kind: 'holds', items: [equals('a.test')] } }],
    ],
    [
      '- port: { host: a.test, port: 1 }\n  expect: { one_of: [closed, { not: open }] }',
      [
        {
          kind: 'one_of',
          of: [
            { kind: 'reply', conditions: [{ kind: 'field', name: 'state', matcher: equals('closed') }] },
            {
              kind: 'reply',
              conditions: [
                {
                  kind: 'not',
                  of: { kind: 'reply', conditions: [{ kind: 'field', name: 'state', matcher: equals('open') }] },
                },
              ],
            },
          ],
        },
      ],
    ],
  ];
  for (const [step, expected] of forms) {
    it(`stepsOf() reads ${JSON.stringify(step)}`, () => assert.deepEqual(conditions(step, allowing), expected));
  }

  it('stepsOf() takes a path that begins with a variable from where that variable stands', () => {
    const config =
      `${defaultConfig}allow: { files: [/srv/mail] }\nvariables: { box: ./mail/alice, far: ../srv/mail }\n`.replace(
        /^variables: \{ domain.*\n/m,
        '',
      );
    const path = (step: string) => (one(step, 'tags: [x]', { config })['mailbox'] as { readonly path: string }).path;
    assert.equal(path('- maildir: "${box}/Maildir"\n  expect: 1'), '/project/mail/alice/Maildir');
    assert.equal(path('- maildir: ./Maildir\n  expect: 1'), '/project/scenarios/Maildir');
    assert.equal(path('- maildir: "${far}/bob"\n  expect: 1'), '/srv/mail/bob');
  });

  it('planOf() refuses a path outside of the project, whoever names it in a variable', () => {
    const text =
      'suite: S\nvariables: { box: /etc }\nscenarios:\n  - name: one\n    dialogue:\n      - maildir: "${box}"\n        expect: 1\n';
    assert.deepEqual(mistakesOf(text), ['access.denied: Cannot read "/etc": it is outside the project']);
  });

  it('planOf() does not mind a command that is not allowed in a scenario that will be skipped', () => {
    const text =
      'suite: S\nrequires: [nothing_has_it]\nscenarios:\n  - name: one\n    dialogue:\n      - run: [postconf, -n]\n';
    const { plan, diagnostics } = planOf(text);
    assert.deepEqual(diagnostics, []);
    assert.equal(plan.scenarios[0]?.skip, 'the configuration has no "nothing_has_it"');
    assert.ok(configOf().allow.commands === false);
  });

  it('stepsOf() leaves captured values as holes', () => {
    const [, step] = stepsOf(
      '- expect: 220\n  capture: { host: /(\\S+)/ }\n- certificate: { server: "imaps://${host}:993" }\n  expect: { trusted: true }',
      'server: mx',
    );
    assert.equal(step?.kind, 'certificate');
    assert.deepEqual(
      step.kind === 'certificate' &&
        step.of !== 'connection' &&
        typeof step.of.url !== 'string' &&
        step.of.url.parts.map((part) => typeof part),
      ['string', 'object', 'string'],
    );
  });
});
