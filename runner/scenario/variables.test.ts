import assert from 'node:assert/strict';
import { dialogue } from '../../fixtures/testing/plan.ts';
import {
  bare,
  defaultConfig,
  firstScenario,
  goodPlan,
  mistakesOf,
  type PlanOptions,
  stepsOf,
} from '../../fixtures/testing/plan-in-memory.ts';
import type { Step } from '../steps.ts';

function lineOf(step: Step | undefined): unknown {
  assert.ok(step?.kind === 'send' && step.what.form === 'line');
  return bare(step.what.text);
}

/** The octets that `send: TEXT` results in. */
function sent(text: string, head = 'server: mx', options: PlanOptions = {}): unknown {
  return lineOf(stepsOf(`- send: ${JSON.stringify(text)}\n  expect: 250`, head, options)[0]);
}

describe('expand()', () => {
  it('expand() follows variables of variables when they nest', () =>
    assert.equal(sent('MAIL FROM:<${user}>'), 'MAIL FROM:<alice@example.com>'));

  it('expand() leaves a plain "${" when it is written "$${"', () =>
    assert.equal(sent('a $${user} $${ $ $$ ${domain}'), 'a ${user} ${ $ $$ example.com'));

  it('expand() applies filters when they follow a bar', () =>
    assert.equal(sent('${user|upper|base64} ${ domain | hex }'), 'QUxJQ0VARVhBTVBMRS5DT00= 6578616d706c652e636f6d'));

  it('expand() knows the run when it is asked for its id', () => assert.equal(sent('${run.id}'), 'run1'));

  it('expand() leaves holes when only the running scenario knows', () => {
    assert.deepEqual(sent('X ${scenario.id}-${now|base64}@${server.host}:${server.port}'), {
      parts: [
        'X ',
        { name: 'scenario.id', filters: [] },
        '-',
        { name: 'now', filters: ['base64'] },
        '@',
        { name: 'server.host', filters: [] },
        ':',
        { name: 'server.port', filters: [] },
      ],
    });
  });

  it('expand() keeps the spelling when a variable is a number', () => {
    assert.equal(sent('${n}', 'server: mx\nvariables: { n: 007 }'), '007');
  });

  it('expand() lets the last win when layers give one name', () => {
    const text = `suite: S
server: mx
variables: { v: suite }
scenarios:
  - name: one
    variables: VARIABLES
    each: EACH
    dialogue: [{ send: "\${v}", expect: 250 }]
`;
    const config =
      `${defaultConfig}variables: { v: configuration }\nprofiles: { p: { variables: { v: profile } } }\n`.replace(
        /^variables: \{ domain.*$/m,
        '',
      );
    const value = (scenario: string, each: string, options: PlanOptions = {}) =>
      lineOf(
        firstScenario(text.replace('VARIABLES', scenario).replace('EACH', each), { config, ...options }).dialogue[0],
      );
    const given: PlanOptions = { overrides: { variables: new Map([['v', 'given']]) } };
    assert.equal(
      lineOf(firstScenario(dialogue('- { send: "${v}", expect: 250 }'), { config }).dialogue[0]),
      'configuration',
    );
    assert.equal(
      lineOf(firstScenario(dialogue('- { send: "${v}", expect: 250 }'), { config, profile: 'p' }).dialogue[0]),
      'profile',
    );
    assert.equal(value('{ w: 1 }', '{ x: [1] }', { profile: 'p' }), 'suite');
    assert.equal(value('{ v: scenario }', '{ x: [1] }'), 'scenario');
    assert.equal(value('{ v: scenario }', '{ v: [each] }'), 'each');
    assert.equal(value('{ v: scenario }', '{ v: [each] }', given), 'given');
  });

  it('expand() takes the capture when it was made before', () => {
    const steps = stepsOf(
      '- send: "${v}"\n  expect: 250\n- send: NOOP\n  expect: 250\n  capture: { v: "/(.*)/" }\n- send: "<${v|lower}>"\n  expect: 250',
      'server: mx\nvariables: { v: plain }',
    );
    assert.equal(lineOf(steps[0]), 'plain');
    assert.deepEqual(lineOf(steps[2]), { parts: ['<', { name: 'v', filters: ['lower'] }, '>'] });
  });

  it('expand() does not expand again when a value comes from the command line', () => {
    assert.equal(sent('${v}', 'server: mx', { overrides: { variables: new Map([['v', '${user}']]) } }), '${user}');
  });

  it('expand() reads the environment when the configuration asks', () => {
    const config = `${defaultConfig}profiles: { p: { variables: { v: "<\${env.V}>" } } }`;
    assert.equal(sent('${v}', 'server: mx', { config, profile: 'p', env: { V: '${user}' } }), '<${user}>');
  });

  it('expand() takes the default when the environment variable is unset or empty', () => {
    const config = `${defaultConfig}profiles: { p: { variables: { v: "<\${env.V:-a b}>", e: "<\${env.E:-|lower}>" } } }`;
    const options = { config, profile: 'p' };
    assert.equal(sent('${v}${e}', 'server: mx', options), '<a b><>');
    assert.equal(sent('${v}${e}', 'server: mx', { ...options, env: { V: '', E: 'X' } }), '<a b><x>');
    assert.equal(sent('${v}', 'server: mx', { ...options, env: { V: 'v' } }), '<v>');
  });

  it('expand() refuses a default when the variable is not of the environment', () => {
    assert.deepEqual(mistakesOf(dialogue('- { send: "${user:-x}", expect: 250 }')), [
      'value.invalid: Only environment variables take a default, and "user" is a variable of scenarios',
    ]);
  });

  it('expand() reports an unset variable in the configuration when the environment lacks it', () => {
    const config = `${defaultConfig}profiles: { p: { variables: { v: "\${env.V}" } } }`;
    const options = { config, profile: 'p' };
    assert.deepEqual(mistakesOf(dialogue('- { send: NOOP, expect: 250 }'), options), []);
    assert.deepEqual(mistakesOf(dialogue('- { send: "${v}", expect: 250 }'), options), [
      'environment.unset: The environment variable "V" is not set',
    ]);
  });

  it('expand() reports an empty variable in the configuration when it is the whole value', () => {
    const config = `${defaultConfig}profiles: { p: { variables: { v: "\${env.V}", w: "<\${env.V}>" } } }`;
    const options = { config, profile: 'p', env: { V: '' } };
    assert.deepEqual(mistakesOf(dialogue('- { send: "${v}", expect: 250 }'), options), [
      'environment.unset: The environment variable "V" is empty',
    ]);
    assert.equal(sent('${w}', 'server: mx', options), '<>');
  });

  it('expand() lets a declared name be given elsewhere when it has no value itself', () => {
    const head = 'server: mx\nvariables: { domain: }';
    assert.equal(sent('${domain}', head), 'example.com');
  });

  it('expand() leaves a filter over text around a captured value to the run, its secrets named', () => {
    const steps =
      '- send: NOOP\n  expect: 250\n  capture: { c: "/(.*)/" }\n- send: "${both|base64|md5}"\n  expect: 250';
    const [, step] = stepsOf(steps, 'server: mx\nvariables: { both: "a${c}" }');
    assert.deepEqual(lineOf(step), {
      parts: [{ name: 'both', filters: ['base64', 'md5'], of: { parts: ['a', { name: 'c', filters: [] }] } }],
    });
  });

  it('expand() composes filters when a variable is a captured value', () => {
    const steps = stepsOf(
      '- send: NOOP\n  expect: 250\n  capture: { c: "/(.*)/" }\n- send: "${alias|base64}"\n  expect: 250',
      'server: mx\nvariables: { alias: "${c|upper}" }',
    );
    assert.deepEqual(lineOf(steps[1]), { parts: [{ name: 'c', filters: ['upper', 'base64'] }] });
  });

  it('expand() knows the index inside of repeat alone', () => {
    const [step] = stepsOf('- repeat: { times: 3, dialogue: [{ send: "RCPT TO:<u${index}@x>", expect: 250 }] }');
    assert.ok(step?.kind === 'repeat');
    assert.equal(step.over, 3);
    assert.deepEqual(lineOf(step.dialogue[0]), { parts: ['RCPT TO:<u', { name: 'index', filters: [] }, '@x>'] });
  });

  it('expand() sees captures of inner steps when it is after them', () => {
    stepsOf(
      '- eventually: { within: 5s, dialogue: [{ send: NOOP, expect: 250, capture: { a: "/x/" } }] }\n- send: "${a}"\n  expect: 250',
    );
    stepsOf('- pipeline:\n  - { send: NOOP, expect: 250, capture: { a: "/x/" } }\n- send: "${a}"\n  expect: 250');
    const early = dialogue(
      '- pipeline:\n  - { send: NOOP, expect: 250, capture: { a: "/x/" } }\n  - { send: "${a}", expect: 250 }',
    );
    assert.deepEqual(mistakesOf(early), ['variable.early: "a" is used before the step that captures it']);
  });

  it('expand() sees what a matcher captures when it is in a later step', () => {
    stepsOf(
      '- send: FETCH 1 UID\n  expect: [OK, { untagged: [{ FETCH: { UID: { capture: uid } } }] }]\n- send: "UID FETCH ${uid} FLAGS"\n  expect: OK',
      'server: imap',
    );
  });
});

describe('plan().secrets', () => {
  const formsOf = (text: string, options: PlanOptions = {}) => goodPlan(text, options).secrets;

  it('plan() lists a secret when no scenario uses it', () => {
    assert.deepEqual(formsOf(dialogue('- expect: 220')), [{ name: 'password', forms: ['wonderland'] }]);
  });

  it('plan() lists what filters made of it when a secret goes through one', () => {
    const head = 'server: mx\nvariables: { initial: "\\0${user}\\0${password}" }'.replace('"\\0', '"\\0');
    const steps = '- send: AUTH PLAIN ${initial|base64}\n  expect: 235\n- send: ${password|upper|hex}\n  expect: 250'
      .replace(': $', ': "$')
      .replace('hex}', 'hex}"');
    const plain = Buffer.from('\0alice@example.com\0wonderland').toString('base64');
    assert.deepEqual(formsOf(dialogue(steps, head)), [
      { name: 'password', forms: ['wonderland', plain, 'WONDERLAND', Buffer.from('WONDERLAND').toString('hex')] },
    ]);
  });

  it('plan() hides the value of a secret name when the command line gives it', () => {
    const [secret] = formsOf(dialogue('- { send: "${password}", expect: 250 }'), {
      overrides: { variables: new Map([['password', 'other']]) },
    });
    assert.deepEqual(secret, { name: 'password', forms: ['other'] });
  });
});
