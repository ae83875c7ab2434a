import assert from 'node:assert/strict';
import { shareOf, sizeOf } from '../../fixtures/testing/long.ts';
import { planOf } from '../../fixtures/testing/plan-in-memory.ts';
import { positionAt } from '../source.ts';
import { limits } from './limits.ts';

const head = 'suite: S\nserver: smtp://127.0.0.1:1\n';
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const lines = (count: number, line: (index: number) => string) => numbers(count).map(line).join('');
const scenario = (steps: string) => `scenarios:\n- name: a\n  dialogue:\n  - expect: 220\n${steps}`;
const cases = (count: number) => `each: { i: "${numbers(count).join(' ')}" }`;

/** Variables, each of which has twice the length of the one before. */
const doubling = (value: string) =>
  `variables:\n  v0: "${value}"\n${lines(30, (index) => `  v${index + 1}: "\${v${index}}\${v${index}}"\n`)}`;

/** These tests use a tenth of most real limits, which takes a tenth of the time; the code is the same. */
const allowance = {
  cases: limits.cases / 10,
  values: limits.values / 10,
  references: limits.references / 10,
  patterns: limits.patterns / 10,
  expressions: limits.expressions / 10,
  texts: limits.texts / 8,
};

/** Files of less than 4 MiB that used to take seconds, minutes or gigabytes. */
const hostile: readonly (readonly [what: string, text: string, line: number, message: RegExp])[] = [
  ['4 MiB of "["', '['.repeat(4 * 1024 * 1024), 1, /^Nested too deeply$/],
  ['4 MiB of "{"', '{'.repeat(4 * 1024 * 1024), 1, /^Nested too deeply$/],
  ['2 MiB of "- "', '- '.repeat(1024 * 1024), 1, /^Nested too deeply$/],
  [
    'many lines of a text before many empty lists',
    `a: |\n${' x\n'.repeat(limits.lexemes * 0.9)}b: [${'[],'.repeat(limits.lexemes * 0.1)}`,
    2 + limits.lexemes * 0.9,
    /^More than 500,000 keys, values and punctuation marks$/,
  ],
  [
    'variables that double',
    head + doubling('aaaaaaaaaa') + scenario('  - send: "X ${v30}"\n    expect: 250\n'),
    5,
    /^More than 40,000 variables are filled in/,
  ],
  [
    'empty variables that double',
    head + doubling('') + scenario('  - send: "X ${v30}"\n    expect: 250\n'),
    5,
    /^More than 40,000 variables are filled in/,
  ],
  [
    'a text that becomes too long',
    `${head}variables: { big: ${'x'.repeat(1024 * 1024)} }\n${scenario('  - send: "${big}${big}${big}${big}${big}"\n    expect: 250\n')}`,
    8,
    /^The text is longer than 4 MiB with its variables$/,
  ],
  [
    'texts that are too long together',
    `${head}variables: { big: ${'x'.repeat(1024 * 1024)} }\n${scenario(lines(12, () => '  - send: "-${big}"\n    expect: 250\n'))}`,
    14,
    /^The file's texts with variables are longer than 8 MiB together$/,
  ],
  [
    'variables of variables',
    `${head}variables:\n  v0: a\n${lines(2000, (index) => `  v${index + 1}: "\${v${index}}"\n`)}${scenario('  - send: "X ${v2000}"\n    expect: 250\n')}`,
    1905,
    /^Variables refer to each other more than 100 levels deep$/,
  ],
  [
    'a filter that doubles 28 times',
    `${head}variables: { v: abcdefgh }\n${scenario(`  - send: "\${v${'|hex'.repeat(28)}}"\n    expect: 250\n`)}`,
    8,
    /^A variable has more than 16 filters$/,
  ],
  [
    'a long text that many filters read',
    `${head}variables: { v: ${'x'.repeat(3 * 1024 * 1024)} }\n${scenario(lines(500, () => '  - send: "${v|sha256}"\n    expect: 250\n'))}`,
    10,
    /^The file's texts with variables are longer than 8 MiB together$/,
  ],
  [
    'a pattern of 3 MB',
    `${head}${scenario(`  - expect: { text: "/${'(a|b)?'.repeat(500_000)}/" }\n`)}`,
    7,
    /^The pattern matches more than 10,000 characters$/,
  ],
  [
    'a short pattern that repeats much',
    `${head}${scenario(`  - expect: { text: "/${'[a-z]{1000}'.repeat(1000)}/" }\n`)}`,
    7,
    /^The pattern matches more than 10,000 characters$/,
  ],
  [
    'an XPath expression of 300 kB',
    `${head}${scenario(`  - http: "http://a/"\n    expect: { xml: { "${'//a[b]'.repeat(50_000)}": x } }\n`)}`,
    8,
    /^An XPath expression has more than 16,384 characters$/,
  ],
  [
    'fragments of fragments',
    `${head}fragments:\n  f0:\n  - send: NOOP\n    expect: 250\n${lines(19, (index) => `  f${index + 1}:\n  - use: "#f${index}"\n  - use: "#f${index}"\n`)}${scenario('  - use: "#f19"\n')}`,
    12,
    /^The file's dialogues have more than 40,000 values/,
  ],
  [
    'deep fragments',
    `${head}fragments:\n  f0:\n  - send: NOOP\n    expect: 250\n${lines(1000, (index) => `  f${index + 1}:\n  - use: "#f${index}"\n`)}${scenario('  - use: "#f1000"\n')}`,
    1968,
    /^Fragments are nested deeper than 20$/,
  ],
  [
    '100 scenarios of 1,000 cases',
    `${head}scenarios:\n${lines(100, (index) => `- name: a${index} \${i}\n  ${cases(1000)}\n  dialogue:\n  - expect: 220\n`)}`,
    9,
    /^The file has more than 1,000 cases$/,
  ],
  [
    '1,000 cases of 1,000 steps',
    `${head}scenarios:\n- name: a \${i}\n  ${cases(1000)}\n  dialogue:\n  - expect: 220\n${lines(1000, () => '  - send: "NOOP ${i}"\n    expect: 250\n')}`,
    1340,
    /^The file's dialogues have more than 40,000 values/,
  ],
];

describe('limits of a file', () => {
  for (const [what, text, line, message] of shareOf(hostile, { oneIn: 3, atLeast: 6 })) {
    it(`plan() refuses ${what} at once`, () => {
      const before = process.cpuUsage();
      const [mistake, ...more] = planOf(text, { allowance }).diagnostics;
      const { user, system } = process.cpuUsage(before);
      assert.match(mistake?.message ?? '', message);
      assert.deepEqual(more, []);
      assert.equal(mistake?.span && positionAt(mistake.span.file, mistake.span.start).line, line);
      // Two seconds on an idle machine.
      assert.ok(user + system < 5e6, `${(user + system) / 1e6} s`);
    });
  }

  it('plan() counts up to what ships where nothing else is given', () => {
    const text = head + doubling('') + scenario('  - send: "X ${v30}"\n    expect: 250\n');
    assert.match(planOf(text).diagnostics[0]?.message ?? '', /^More than 400,000 variables are filled in/);
  });

  const many = sizeOf(20_000);
  const manyErrors: readonly (readonly [what: string, text: string, atLeast: number, seconds: number])[] = [
    // Five times as many are in fixtures/promises/planning.ts, with a lower limit of time.
    ['4,000 unknown keys', `${head}${lines(4000, (index) => `key${index}: 1\n`)}${scenario('')}`, 4000, 5],
    ['3,000 scenarios that are numbers', `${head}scenarios:\n${'- 1\n'.repeat(3000)}`, 3000, 5],
    ['many unknown keys of a step', head + scenario(lines(many, (index) => `    key${index}: 1\n`)), many, 2],
    [
      'unknown variables, near many that are known',
      `${head}variables: { ${lines(many / 2, (index) => `kaaaa${index}: 1, `)} }\n${scenario(lines(sizeOf(6000), (index) => `  - send: "\${kaaba${index}}"\n    expect: 250\n`))}`,
      limits.errors,
      1.5,
    ],
    [
      'unknown variables in 1,000 cases',
      `${head}scenarios:\n- name: a \${i}\n  ${cases(1000)}\n  dialogue:\n  - expect: 220\n${lines(900, (index) => `  - send: "\${v${index}}"\n    expect: 250\n`)}`,
      900,
      5,
    ],
  ];
  for (const [what, text, atLeast, seconds] of manyErrors) {
    it(`plan() finds ${what} at once`, () => {
      const before = process.cpuUsage();
      const { length } = planOf(text).diagnostics;
      const { user, system } = process.cpuUsage(before);
      assert.ok(length >= atLeast, String(length));
      assert.ok(user + system < seconds * 1e6, `${(user + system) / 1e6} s`);
    });
  }

  it('plan() counts all patterns and XPath expressions of a file', () => {
    const patterns = lines(200, (index) => `  - expect: { text: "/x${index}{9}y{1,90}$/i" }\n`);
    const xml = (index: number) =>
      `  - http: "http://a/"\n    expect: { xml: { "//a${index}${'[b]'.repeat(5000)}": x } }\n`;
    for (const [steps, message] of [
      [patterns, /^The file's patterns match more than 5,000 characters together/],
      [lines(8, xml), /^The file's XPath expressions have more than 100,000 characters together/],
    ] as const)
      assert.match(planOf(head + scenario(steps), { allowance }).diagnostics[0]?.message ?? '', message);
  });

  it('plan() nests 100 deep, as the reference says, and no deeper', () => {
    const nested = (levels: number) =>
      planOf(`a: ${'['.repeat(levels)}${']'.repeat(levels)}`).diagnostics.map(({ message }) => message);
    assert.ok(nested(101).includes('Nested too deeply'), nested(101).join('; '));
    assert.ok(!nested(100).includes('Nested too deeply'), nested(100).join('; '));
  });

  it('plan() reads what is large and honest', () => {
    const text = `${head}scenarios:\n- name: a \${i}\n  ${cases(100)}\n  dialogue:\n  - expect: 220\n${lines(60, () => '  - send: "NOOP ${i}"\n    expect: 250\n')}`;
    assert.deepEqual(planOf(text, { allowance }).diagnostics, []);
  });
});
