import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { runsOf } from '../../fixtures/testing/long.ts';
import { dialogue } from '../../fixtures/testing/plan.ts';
import { defaultConfig, firstScenario, goodPlan, mistakesOf, planOf } from '../../fixtures/testing/plan-in-memory.ts';
import type { ScenarioDocument } from './generated/document.js';
import { parse } from './parse.ts';
import { plan, readConfig } from './plan.ts';
import { validate } from './validate.ts';

const steps = '\n    dialogue: [{ expect: 220 }]\n';

describe('plan()', () => {
  it('plan() makes a scenario of each combination when each is a map', () => {
    const { scenarios } = goodPlan(
      `suite: S\nserver: mx\nscenarios:\n  - name: \${a} with \${b}\n    each: { a: [x, "y!"], b: [1, 2] }${steps}`,
    );
    assert.deepEqual(
      scenarios.map(({ index, id, name }) => [index, id, name]),
      [
        [0, 'a#x-with-1', 'x with 1'],
        [1, 'a#x-with-2', 'x with 2'],
        [2, 'a#y-with-1', 'y! with 1'],
        [3, 'a#y-with-2', 'y! with 2'],
      ],
    );
  });

  it('plan() makes a scenario of each row when each is a list', () => {
    const text = `suite: S\nscenarios:\n  - name: \${server}\n    server: "\${server}"\n    each: [{ server: mx }, { server: smtp://other.example }]${steps}`;
    assert.deepEqual(
      goodPlan(text).scenarios.map(({ connections }) => [connections.get('')?.label, connections.get('')?.url]),
      [
        ['mx', 'smtp://127.0.0.1:2525'],
        ['smtp://other.example', 'smtp://other.example'],
      ],
    );
  });

  it('plan() makes a scenario of each word when each is a text', () => {
    const text = `suite: S\ndefaults: { words: "A, B  C" }\nserver: mx\nscenarios:\n  - name: has \${x}\n    each: { x: "\${words}" }${steps}`;
    const names = (config: string) =>
      goodPlan(text, { config: `${defaultConfig}${config}` }).scenarios.map(({ name }) => name);
    assert.deepEqual(names(''), ['has A', 'has B', 'has C']);
    assert.deepEqual(names('profiles: {}'), ['has A', 'has B', 'has C']);
    const configured = defaultConfig.replace('variables: {', 'variables: { words: D,');
    assert.deepEqual(
      goodPlan(text, { config: configured }).scenarios.map(({ id }) => id),
      ['a#has-d'],
    );
    assert.deepEqual(goodPlan(text, { overrides: { variables: new Map([['words', ' ']]) } }).scenarios, []);
  });

  it('plan() keeps one scenario when the text of each has no value', () => {
    const text = `suite: S\nserver: mx\nscenarios:\n  - name: has \${x}\n    requires: [words]\n    each: { x: "\${words}" }${steps}`;
    assert.equal(firstScenario(text).skip, 'the configuration has no "words"');
    assert.deepEqual(mistakesOf(text.replace('    requires: [words]\n', '')), [
      'variable.unknown: Unknown variable "words"',
    ]);
  });

  it('plan() lets the configuration win over the defaults of a suite', () => {
    const text = `suite: S\nserver: mx\ndefaults: { domain: example.net, depth: 3 }\nscenarios:\n  - name: \${domain} \${depth}${steps}`;
    assert.equal(firstScenario(text).name, 'example.com 3');
    assert.equal(firstScenario(text, { overrides: { variables: new Map([['depth', '4']]) } }).name, 'example.com 4');
  });

  it('plan() names the option that gave a server a wrong URL, and no line of a scenario', () => {
    const text = `suite: S\nserver: mx\nscenarios:\n  - name: one${steps}`;
    const { diagnostics } = planOf(text, { overrides: { servers: new Map([['mx', 'localhost:25']]) } });
    const [wrong] = diagnostics;
    assert.equal(wrong?.span, undefined);
    assert.match(wrong?.hint ?? '', /^Correct "--server mx=localhost:25"\. Write "smtp:\/\/localhost:25"/);
    const written = planOf(text.replace('server: mx', 'server: "localhost:25"')).diagnostics[0];
    assert.equal(written?.span?.start, text.indexOf('mx'));
    assert.match(written?.hint ?? '', /^Write "smtp:/);
  });

  it('plan() skips a scenario when what it requires is switched off', () => {
    const text = `suite: S\nserver: mx\ndefaults: { separator: + }\nscenarios:\n  - name: one\n    requires: [separator, domain, nothing]${steps}`;
    const skip = (given: Record<string, string>) =>
      firstScenario(text, { overrides: { variables: new Map(Object.entries(given)) } }).skip;
    assert.equal(skip({ nothing: 'x' }), undefined);
    assert.equal(skip({}), 'the configuration has no "nothing"');
    assert.equal(
      skip({ nothing: 'x', separator: '', domain: 'false' }),
      'the configuration switches "separator", "domain" off',
    );
    assert.equal(
      skip({ separator: '' }),
      'the configuration has no "nothing"; the configuration switches "separator" off',
    );
  });

  it('plan() reads nothing from what is switched off', () => {
    const text = `suite: S\nserver: mx\ndefaults: { delay: "" }\nscenarios:\n  - name: one\n    requires: [delay]\n    dialogue: [{ expect: { code: 220, after: "\${delay}" } }]\n`;
    assert.equal(firstScenario(text).skip, 'the configuration switches "delay" off');
  });

  it('plan() fills in what is required', () => {
    const text = `suite: S\nscenarios:\n  - name: on \${server}\n    server: \${server}\n    requires: ["\${server}"]\n    each: { server: [mx, submissions] }${steps}`;
    assert.deepEqual(
      goodPlan(text).scenarios.map(({ skip }) => skip),
      [undefined, 'the configuration has no "submissions"'],
    );
  });

  it('plan() tells a mistake in the value of what a scenario requires', () => {
    const text = `suite: S\nserver: mx\nvariables: { a: "\${b|nope}", b: x }\nrequires: [a]\nscenarios:\n  - name: one\n    dialogue: [{ send: "\${a}", expect: 250 }]\n`;
    assert.deepEqual(mistakesOf(text), ['filter.unknown: Unknown filter "nope"']);
  });

  it('plan() asks for another host when the scenario or its suite says elsewhere', () => {
    const text = (suite: string, own: string) =>
      firstScenario(`suite: S\nserver: mx\n${suite}scenarios:\n  - name: one\n${own}${steps.replace(/^\n/, '')}`)
        .elsewhere;
    assert.equal(text('', ''), undefined);
    assert.equal(text('elsewhere: true\n', ''), true);
    assert.equal(text('elsewhere: true\n', '    elsewhere: false\n'), undefined);
    assert.equal(text('', '    elsewhere: true\n'), true);
  });

  it('plan() numbers slugs when names differ in punctuation alone', () => {
    const { scenarios } = goodPlan(
      `suite: S\nserver: mx\nscenarios:\n  - name: "a+b"${steps}  - name: "a-b"${steps}  - name: "…"${steps}  - name: Grüße${steps}`,
    );
    assert.deepEqual(
      scenarios.map(({ id }) => id),
      ['a#a-b', 'a#a-b-2', 'a#scenario', 'a#grüße'],
    );
  });

  it('plan() merges the suite into each scenario when both say something', () => {
    const scenario = firstScenario(`suite: S
description: about
references: [RFC 5321]
server: mx
tags: [smtp, slow]
timeout: 2m
retries: 2
before: [{ expect: 220 }]
after: [{ send: QUIT, expect: 221 }]
scenarios:
  - name: one
    tags: [slow, "\${domain}"]
    timeout: 30s
    level: should
    exclusive: ["mailbox of \${user}"]
    dialogue: [{ send: NOOP, expect: 250 }]
`);
    assert.deepEqual(scenario.tags, ['smtp', 'slow', 'example.com']);
    assert.deepEqual([scenario.timeout, scenario.retries, scenario.level], [30_000, 2, 'should']);
    assert.deepEqual(scenario.exclusive, ['mailbox of alice@example.com']);
    assert.deepEqual([scenario.dialogue.length, scenario.after.length], [2, 1]);
    assert.deepEqual([scenario.suite.title, scenario.suite.references], ['S', ['RFC 5321']]);
  });

  it('plan() skips a scenario when the configuration lacks what it requires', () => {
    const text = `suite: S
requires: [submission]
server: submission
scenarios:
  - name: one
    requires: [password, token, mx]
    dialogue:
      - expect: 220
      - authenticate: { mechanism: XOAUTH2, user: "\${user}", token: "\${token}" }
      - wait: "\${token}"
`;
    assert.equal(firstScenario(text).skip, 'the configuration has no "submission", "token"');
    const given = {
      overrides: { servers: new Map([['submission', 'smtp://given.example']]), variables: new Map([['token', '1s']]) },
    };
    assert.equal(firstScenario(text, given).skip, undefined);
    assert.deepEqual(mistakesOf(text.replace('expect: 220', 'expect: /[/')), [
      'pattern.invalid: The pattern does not compile: missing closing ]',
    ]);
  });

  it('plan() takes the password for the token of a mechanism that needs one', () => {
    for (const [keys, token] of [
      ['password: p', 'p'],
      ['token: t', 't'],
      ['password: p, token: t', 't'],
    ] as const) {
      const text = dialogue(`- authenticate: { mechanism: XOAUTH2, user: u, ${keys} }\n  expect: 235`, 'server: mx');
      const [step] = firstScenario(text).dialogue;
      assert.equal(step?.kind === 'authenticate' && step.credentials.token, token);
    }
  });

  it('plan() wants the credentials that the mechanism cannot do without, and no others', () => {
    const using = (keys: string) => dialogue(`- authenticate: { mechanism: ${keys} }\n  expect: 235`, 'server: mx');
    // RFC 7628 section 3.1: the identity is optional.
    assert.deepEqual(mistakesOf(using('OAUTHBEARER, token: t')), []);
    assert.deepEqual(mistakesOf(using('OAUTHBEARER, user: u')), ['key.missing: OAUTHBEARER needs "token"']);
    assert.deepEqual(mistakesOf(using('XOAUTH2, token: t')), ['key.missing: XOAUTH2 needs "user"']);
    assert.deepEqual(mistakesOf(using('DIGEST-MD5')), ['key.missing: DIGEST-MD5 needs "user" and "password"']);
    assert.deepEqual(mistakesOf(using('EXTERNAL')), []);
  });

  it('plan() reports an environment variable that is not set when nothing else keeps a scenario from running', () => {
    const config = `${defaultConfig}profiles: { p: { servers: { remote: "smtp://\${env.HOST}" }, secrets: { key: "\${env.KEY}" } } }`;
    const text = `suite: S\nserver: remote\nrequires: [remote, key]\nscenarios:\n  - name: one${steps}`;
    assert.deepEqual(mistakesOf(text, { config, profile: 'p' }), [
      'environment.unset: The environment variable "HOST" is not set',
      'environment.unset: The environment variable "KEY" is not set',
    ]);
    assert.equal(firstScenario(text, { config, profile: 'p', env: { HOST: 'mx.example', KEY: 'k' } }).skip, undefined);
    assert.equal(
      firstScenario(text.replace('[remote, key]', '[remote, key, other]'), { config, profile: 'p' }).skip,
      'the configuration has no "other"; the environment variable "HOST" is not set; the environment variable "KEY" is not set',
    );
  });

  it('plan() skips a scenario when the default of a required environment variable is empty', () => {
    const config = `${defaultConfig}profiles: { p: { secrets: { key: "\${env.KEY:-}" } } }`;
    const text = `suite: S\nserver: mx\nrequires: [key]\nscenarios:\n  - name: one${steps}`;
    assert.equal(firstScenario(text, { config, profile: 'p' }).skip, 'the configuration switches "key" off');
    assert.equal(firstScenario(text, { config, profile: 'p', env: { KEY: 'k' } }).skip, undefined);
  });

  it('plan() skips a scenario when it says so', () => {
    assert.equal(
      firstScenario(
        `suite: S\nserver: mx\nscenarios:\n  - name: one\n    skip: not yet\n    dialogue: [{ send: NOOP }]\n`,
      ).skip,
      'not yet',
    );
  });

  it('plan() takes limits from the command line when it gives them', () => {
    const config = `${defaultConfig}timeout: 3s\nretries: 1\n`.replace(
      'mx: smtp://127.0.0.1:2525',
      'mx: { url: "smtp://127.0.0.1:2525", timeout: 4s }',
    );
    const limits = (server: string, overrides = {}) => {
      const scenario = firstScenario(
        dialogue(server === 'imap' ? '- expect: OK' : '- expect: 220', `server: ${server}`),
        { config, overrides },
      );
      return [scenario.connections.get('')?.options.timeout, scenario.retries];
    };
    assert.deepEqual(limits('imap'), [3000, 1]);
    assert.deepEqual(limits('mx'), [4000, 1]);
    assert.deepEqual(limits('mx', { timeout: 5000, retries: 3 }), [5000, 3]);
  });

  it("plan() keeps a server's options when the command line gives its address", () => {
    const config = defaultConfig.replace(
      'mx: smtp://127.0.0.1:2525',
      'mx: { url: "smtp://127.0.0.1:2525", tls: { verify: false }, family: 4 }',
    );
    const target = firstScenario(dialogue('- expect: 220'), {
      config,
      overrides: { servers: new Map([['mx', 'smtps://other.example']]) },
    }).connections.get('');
    assert.deepEqual(
      [target?.label, target?.url, target?.options.tls, target?.options.family],
      ['mx', 'smtps://other.example', { verify: false }, 4],
    );
  });

  it('plan() resolves paths of a server when another file declares it', () => {
    const config = defaultConfig.replace(
      'mx: smtp://127.0.0.1:2525',
      'mx: { url: "smtp+unix:./run/smtp.sock", tls: { ca: ./ca.pem } }',
    );
    const target = firstScenario(dialogue('- expect: 220'), {
      config,
      files: { '/project/ca.pem': '' },
    }).connections.get('');
    assert.deepEqual(
      [target?.url, target?.options.tls.ca, target?.options.folder],
      ['smtp+unix:/project/run/smtp.sock', '/project/ca.pem', '/project'],
    );
  });

  it('plan() runs a program when the configuration allows commands', () => {
    const config = `${defaultConfig}allow: { commands: true }\n`;
    const text = dialogue('- expect: 220', 'server: { url: "smtp+exec:", command: [exim, -bh, "${domain}"] }');
    assert.deepEqual(firstScenario(text, { config }).connections.get('')?.options.command, [
      'exim',
      '-bh',
      'example.com',
    ]);
    assert.deepEqual(mistakesOf(text), ['access.denied: The configuration does not allow commands']);
  });

  it('plan() knows an issue when the configuration waives it', () => {
    const config = `${defaultConfig}known_issues:\n  - { scenario: "a#o*", reason: waived, until: 2026-06-01 }\n`;
    assert.deepEqual(firstScenario(dialogue('- expect: 220'), { config, today: '2026-06-01' }).knownIssue, {
      reason: 'waived',
      until: '2026-06-01',
    });
    const { plan: later, diagnostics } = planOf(dialogue('- expect: 220'), { config, today: '2026-06-02' });
    assert.equal(later.scenarios[0]?.knownIssue, undefined);
    assert.deepEqual(
      diagnostics.map(({ severity }) => severity),
      ['warning'],
    );
  });

  it('plan() leaves holes when services will give the values', () => {
    const config = `${defaultConfig}services: [{ name: s, start: ./s, ready: "/port (?P<port>[0-9]+)/" }]\n`;
    const text = dialogue('- expect: 220', 'server: "smtp://127.0.0.1:${port}"');
    assert.notEqual(typeof firstScenario(text, { config }).connections.get('')?.url, 'string');
    assert.equal(
      firstScenario(text, { config, overrides: { provided: new Map([['port', '2526']]) } }).connections.get('')?.url,
      'smtp://127.0.0.1:2526',
    );
  });

  it('plan() waits for a file that a service will name, and for no other', () => {
    const config = `${defaultConfig}services: [{ name: s, start: ./s, ready: "/ca (?P<authority>.+)/" }]\n`;
    const text = dialogue('- expect: 220', 'server: { url: "smtp://127.0.0.1", tls: { ca: "${authority}" } }');
    const { plan: before, diagnostics } = planOf(text, { config });
    assert.deepEqual([diagnostics, before.scenarios[0]?.connections.get('')?.options.tls], [[], {}]);
    assert.deepEqual(
      planOf(text, { config, overrides: { provided: new Map([['authority', 'none.pem']]) } }).diagnostics.map(
        ({ code }) => code,
      ),
      ['file.unreadable'],
    );
  });

  it('plan() tells a mistake once when many scenarios share it', () => {
    const text = `suite: S\nserver: mx\nbefore: [{ send: "\${nope}", expect: 250 }]\nscenarios:\n  - name: \${a}\n    each: { a: [1, 2, 3] }${steps}`;
    assert.deepEqual(mistakesOf(text), ['variable.unknown: Unknown variable "nope"']);
  });

  it('plan() reports the mistakes of all files together when several are wrong', () => {
    const file = (path: string) => ({ path, text: 'suite: S\nscenarios: 3\n' });
    const { diagnostics } = plan({
      files: [file('b.yaml'), file('a.yaml')],
      config: readConfig({ path: 'm.yaml', text: '' }, '/p', { profile: undefined, env: {} }).config,
      cwd: '/p',
      runId: 'r',
      today: '2026-01-01',
      shipped: '/s',
    });
    assert.deepEqual(
      diagnostics.map(({ span }) => span?.file.path),
      ['b.yaml', 'a.yaml'],
    );
  });

  it('plan() counts starttls and authenticate as expectations when nothing else is expected', () => {
    assert.deepEqual(mistakesOf(dialogue('- starttls')), []);
    assert.deepEqual(mistakesOf(dialogue('- send: NOOP\n- pipeline: [{ send: NOOP }]')), [
      'scenario.expects-nothing: The scenario expects nothing, and so proves nothing',
    ]);
  });

  it('plan() needs no scenarios when a file has fragments', () => {
    assert.deepEqual(goodPlan('suite: F\nfragments: { a: [{ expect: 220 }] }\n').scenarios, []);
  });

  it('plan() gives a plan or mistakes when given any document', () => {
    const key = fc.constantFrom(
      'suite',
      'scenarios',
      'name',
      'dialogue',
      'send',
      'expect',
      'server',
      'each',
      'use',
      'with',
      'fragments',
      'starttls',
      'capture',
      'repeat',
      'times',
      'eventually',
      'within',
      'message',
      'code',
      'untagged',
      'one_of',
      'lines',
      'text',
      'not',
      'variables',
      'a',
      '__proto__',
    );
    const scalar = fc.constantFrom<unknown>(
      'a',
      'mx',
      'imap',
      '${a}',
      '${a|base64}',
      '/(/',
      '/a/',
      'closed',
      250,
      2.5,
      true,
      null,
      '1s',
      '',
      '250-AUTH',
      '* BYE',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        scalar,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4 }),
      ),
    }));
    const document = fc.record({
      suite: fc.constant('S'),
      server: fc.constantFrom('mx', 'imap', 'line', 'none'),
      scenarios: fc.array(fc.record({ name: fc.constant('n'), dialogue: fc.array(value, { maxLength: 4 }) }), {
        maxLength: 2,
      }),
    });
    fc.assert(
      fc.property(fc.oneof(value, document), (any) => {
        for (const { span } of planOf(JSON.stringify(any)).diagnostics)
          assert.ok(span === undefined || span.start <= span.end);
      }),
      { numRuns: runsOf(500) },
    );
  });
});

describe('createAccess()', () => {
  it('createAccess() refuses a file when a symbolic link leads out of the project', () => {
    const folder = mkdtempSync(join(tmpdir(), 'access-'));
    try {
      mkdirSync(join(folder, 'project', 'folder'), { recursive: true });
      writeFileSync(join(folder, 'outside.eml'), 'x');
      writeFileSync(join(folder, 'project', 'inside.eml'), 'x');
      symlinkSync(join(folder, 'outside.eml'), join(folder, 'project', 'link.eml'));
      const project = join(folder, 'project');
      const mistakes = (file: string, allowed = '') => {
        const { config } = readConfig(
          { path: 'mailspec.yaml', text: `servers: { mx: "smtp://mx" }\nallow: { files: [${allowed}] }` },
          project,
          { profile: undefined, env: {} },
        );
        const text = dialogue(`- message: { file: ${file} }\n  expect: 250`);
        return plan({
          files: [{ path: 'a.yaml', text }],
          config,
          cwd: project,
          runId: 'r',
          today: '2026-01-01',
          shipped: '/s',
        }).diagnostics.map(({ code }) => code);
      };
      assert.deepEqual(mistakes('./inside.eml'), []);
      assert.deepEqual(mistakes('./link.eml'), ['access.denied']);
      assert.deepEqual(mistakes('../outside.eml'), ['access.denied']);
      assert.deepEqual(mistakes('../nothing.eml'), ['access.denied']);
      assert.deepEqual(mistakes('./folder'), ['file.unreadable']);
      assert.deepEqual(mistakes('../outside.eml', '..'), []);
      assert.deepEqual(mistakes('./link.eml', '..'), []);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('document types', () => {
  it('ScenarioDocument fits the schema when it holds every kind of step', () => {
    const document: ScenarioDocument = {
      suite: 'S',
      server: { url: 'smtp://mx', tls: { min: 'TLSv1.2' } },
      scenarios: [
        {
          name: 'one',
          each: { a: [1, 'x', true] },
          dialogue: [
            'starttls',
            { send: 'NOOP', expect: { code: 250, lines: { ordered: ['a'] } } },
            {
              send: ['LOGIN ', { literal: { file: './a' } }],
              expect: ['OK', { untagged: [{ EXISTS: 3 }, { none: 'BYE' }] }],
            },
            { eventually: { within: '3s', dialogue: [{ expect: 'closed' }] } },
            { authenticate: { mechanism: 'PLAIN', user: 'a' }, otherwise: 'skip' },
          ],
        },
      ],
    };
    const { root } = parse({ path: 'a.yaml', text: JSON.stringify(document) });
    assert.ok(root);
    assert.deepEqual(validate(root, 'scenario'), []);
  });
});
