import assert from 'node:assert/strict';
import { dialogue } from '../../fixtures/testing/plan.ts';
import { bare, conditionsOf, expectationOf, mistakesOf, stepsOf } from '../../fixtures/testing/plan-in-memory.ts';

const code = (...codes: readonly string[]) => ({ kind: 'code', codes });
const status = (...statuses: readonly string[]) => ({ kind: 'status', statuses });
const begins = (text: string) => ({ kind: 'begins', text });
const equals = (value: unknown) => ({ kind: 'equals', value });
const matches = (source: string, flags = '') => ({ kind: 'matches', pattern: { source, flags } });

describe('extensions', () => {
  it('are wanted or not by a variable that says so', () => {
    const want = (value: string) =>
      conditionsOf(`{ extensions: { AUTH: "\${offers}", SIZE: "is \${offers}" } }`, 'mx', {
        overrides: { variables: new Map([['offers', value]]) },
      });
    assert.deepEqual(want('false'), [
      { kind: 'extension', keyword: 'AUTH', want: false },
      { kind: 'extension', keyword: 'SIZE', want: { kind: 'equals', value: 'is false' } },
    ]);
    assert.deepEqual((want('PLAIN') as readonly unknown[])[0], {
      kind: 'extension',
      keyword: 'AUTH',
      want: { kind: 'equals', value: 'PLAIN' },
    });
  });
});

describe('order', () => {
  const kindOf = (data: string) => {
    const [condition] = conditionsOf(`{ untagged: [${data}] }`, 'imap') as readonly [
      { readonly want: readonly [{ readonly want: { readonly matcher: { readonly kind: string } } }] },
    ];
    return condition.want[0].want.matcher.kind;
  };

  it('is compared by equals where it carries a meaning', () => {
    assert.equal(kindOf('{ SORT: { equals: [1, 2] } }'), 'sequence');
    assert.equal(kindOf('{ SEARCH: { equals: [1, 2] } }'), 'exactly');
    assert.equal(kindOf('{ XSOMETHING: { equals: [1, 2] } }'), 'exactly');
  });
});

describe('readExpectation()', () => {
  const short: readonly (readonly [string, string, readonly unknown[]])[] = [
    ['mx', '250', [code('250')]],
    ['mx', '2xx', [code('2xx')]],
    ['mx', '25X', [code('25x')]],
    ['mx', '250-AUTH', [code('250'), begins('AUTH')]],
    ['mx', '250 AUTH PLAIN', [code('250'), begins('AUTH PLAIN')]],
    ['mx', '550 5.1.1', [code('550'), begins('5.1.1')]],
    ['mx', '550 5.7.x', [code('550'), { kind: 'enhanced', codes: ['5.7.x'] }]],
    ['mx', '"250-"', [code('250')]],
    ['lmtp', '221 2.0.0 Bye', [code('221'), begins('2.0.0 Bye')]],
    ['imap', 'OK', [status('OK')]],
    ['imap', 'no [AUTHENTICATIONFAILED]', [status('NO'), begins('[AUTHENTICATIONFAILED]')]],
    ['imap', '+', [status('+')]],
    ['imap', '"* BYE"', [{ kind: 'untagged', want: [{ forbidden: false, want: { form: 'begins', text: 'BYE' } }] }]],
    ['pop3', '+OK', [status('+OK')]],
    ['pop3', '-ERR', [status('-ERR')]],
    ['pop3', '+OK Logged in', [status('+OK'), begins('Logged in')]],
    ['pop3', '+', [status('+')]],
    ['sieve', 'NO', [status('NO')]],
    ['line', 'hello world', [begins('hello world')]],
    ['line', '42', [begins('42')]],
    ['mx', '/queued as (\\S+)/i', [{ kind: 'text', matcher: matches('queued as (\\S+)', 'i') }]],
    [
      'mx',
      '[250-STARTTLS, 250-AUTH PLAIN, /8BITMIME/]',
      [code('250'), begins('STARTTLS'), begins('AUTH PLAIN'), { kind: 'text', matcher: matches('8BITMIME') }],
    ],
  ];
  for (const [server, text, conditions] of short) {
    it(`readExpectation() reads ${text} when the server is ${server}`, () =>
      assert.deepEqual(conditionsOf(text, server), conditions));
  }

  it('readExpectation() reads what is no reply when it says closed or nothing', () => {
    assert.deepEqual(bare(expectationOf('closed')), { kind: 'closed' });
    assert.deepEqual(bare(expectationOf('nothing')), { kind: 'nothing', for: 500 });
    assert.deepEqual(bare(expectationOf('{ nothing: 2s }')), { kind: 'nothing', for: 2000 });
  });

  const long: readonly (readonly [string, string, readonly unknown[]])[] = [
    ['mx', '{ code: [450, 45x], enhanced: 4.7.x }', [code('450', '45x'), { kind: 'enhanced', codes: ['4.7.x'] }]],
    [
      'imap',
      '{ status: [no, BAD], response_code: READ-ONLY }',
      [status('NO', 'BAD'), { kind: 'response_code', matcher: equals('READ-ONLY') }],
    ],
    [
      'mx',
      '{ extensions: { auth: [PLAIN, LOGIN], STARTTLS: false, SIZE: { at_least: 10MiB } } }',
      [
        { kind: 'extension', keyword: 'AUTH', want: { kind: 'holds', items: [equals('PLAIN'), equals('LOGIN')] } },
        { kind: 'extension', keyword: 'STARTTLS', want: false },
        { kind: 'extension', keyword: 'SIZE', want: { kind: 'at_least', value: '10MiB' } },
      ],
    ],
    ['pop3', '{ capabilities: { UIDL: true } }', [{ kind: 'capability', keyword: 'UIDL', want: true }]],
    ['mx', '{ lines: [/^AUTH/, SIZE] }', [{ kind: 'lines', order: 'any', items: [matches('^AUTH'), equals('SIZE')] }]],
    ['mx', '{ lines: hello }', [{ kind: 'lines', order: 'any', items: [equals('hello')] }]],
    [
      'mx',
      '{ lines: { starts_with: SIZE, capture: size } }',
      [
        {
          kind: 'lines',
          order: 'any',
          items: [
            {
              kind: 'all_of',
              of: [
                { kind: 'starts_with', value: 'SIZE' },
                { kind: 'capture', name: 'size' },
              ],
            },
          ],
        },
      ],
    ],
    [
      'mx',
      '{ lines: { one_of: [DSN, /^AUTH/] } }',
      [{ kind: 'lines', order: 'any', items: [{ kind: 'one_of', of: [equals('DSN'), matches('^AUTH')] }] }],
    ],
    [
      'mx',
      '{ lines: { not: { contains: DSN } } }',
      [{ kind: 'lines_value', matcher: { kind: 'not', matcher: { kind: 'contains', value: 'DSN' } } }],
    ],
    ['line', '""', [{ kind: 'text', matcher: equals('') }]],
    [
      'mx',
      '{ lines: { ordered: [a], exactly: [b], length: 3 } }',
      [
        { kind: 'lines', order: 'ordered', items: [equals('a')] },
        { kind: 'lines', order: 'exactly', items: [equals('b')] },
        { kind: 'lines_value', matcher: { kind: 'length', matcher: equals(3) } },
      ],
    ],
    [
      'mx',
      '{ text: { contains: queued }, within: 2s, after: 500ms }',
      [
        { kind: 'text', matcher: { kind: 'contains', value: 'queued' } },
        { kind: 'within', ms: 2000 },
        { kind: 'after', ms: 500 },
      ],
    ],
    [
      'mx',
      '{ one_of: [nothing, closed, 421], not: 250-AUTH }',
      [
        {
          kind: 'one_of',
          of: [{ kind: 'nothing', for: 500 }, { kind: 'closed' }, { kind: 'reply', conditions: [code('421')] }],
        },
        { kind: 'not', of: { kind: 'reply', conditions: [code('250'), begins('AUTH')] } },
      ],
    ],
  ];
  for (const [server, text, conditions] of long) {
    it(`readExpectation() reads ${text} when the server is ${server}`, () =>
      assert.deepEqual(conditionsOf(text, server), conditions));
  }

  it('readExpectation() reads IMAP data when responses are untagged', () => {
    const text =
      '{ untagged: [{ EXISTS: 46, none: BYE }, "* 3 RECENT", /FLAGS/, { FETCH: { seq: 1, UID: 7, FLAGS: [\\Seen], "BODY[TEXT]": /hello/ } }, { none: { EXPUNGE: 1 } }, { LIST: { name: INBOX, delimiter: /, attributes: { excludes: [\\Noselect] } } }] }';
    const want = (form: object, forbidden = false) => ({ forbidden, want: form });
    const fields = (entries: Readonly<Record<string, unknown>>) => ({
      kind: 'fields',
      fields: Object.entries(entries).map(([name, matcher]) => ({ name, matcher })),
    });
    assert.deepEqual(conditionsOf(text, 'imap'), [
      {
        kind: 'untagged',
        want: [
          want({ form: 'data', name: 'EXISTS', matcher: equals(46) }),
          want({ form: 'begins', text: 'BYE' }, true),
          want({ form: 'begins', text: '3 RECENT' }),
          want({ form: 'text', matcher: matches('FLAGS') }),
          want({
            form: 'data',
            name: 'FETCH',
            matcher: fields({
              seq: equals(1),
              UID: equals(7),
              FLAGS: { kind: 'holds', items: [equals('\\Seen')] },
              'BODY[TEXT]': matches('hello'),
            }),
          }),
          want({ form: 'data', name: 'EXPUNGE', matcher: equals(1) }, true),
          want({
            form: 'data',
            name: 'LIST',
            matcher: fields({
              name: equals('INBOX'),
              delimiter: equals('/'),
              attributes: { kind: 'excludes', matcher: equals('\\Noselect') },
            }),
          }),
        ],
      },
    ]);
  });

  it('readExpectation() says how a reply ends when the protocol does not', () => {
    const framing = (text: string, server: string) => {
      const expectation = expectationOf(text, server);
      return expectation.kind === 'reply' ? expectation.framing : undefined;
    };
    assert.deepEqual(framing('{ lines: [a], multiline: true }', 'line'), { ends: 'dot' });
    assert.deepEqual(framing('{ until: "" }', 'line'), { ends: 'line', line: '' });
    assert.deepEqual(framing('[+OK, { multiline: true }]', 'pop3'), { ends: 'dot' });
    assert.equal(framing('+OK', 'pop3'), undefined);
  });

  it('readExpectation() makes variables literal when they stand in a pattern', () => {
    const [, step] = stepsOf(
      '- send: NOOP\n  expect: 250\n  capture: { id: "/(.*)/" }\n- send: X\n  expect: "/^${user}:${id|upper} [0-9]+$/"',
    );
    assert.ok(step?.expect?.kind === 'reply');
    const [condition] = step.expect.conditions;
    assert.ok(condition?.kind === 'text' && condition.matcher.kind === 'matches');
    assert.deepEqual(bare(condition.matcher.pattern.source), {
      parts: ['^alice@example\\.com:', { name: 'id', filters: ['upper'] }, ' [0-9]+$'],
    });
  });

  it('readExpectation() leaves the begins of a short form open when a part is captured', () => {
    const [, step] = stepsOf(
      '- send: NOOP\n  expect: 250\n  capture: { id: "/(.*)/" }\n- send: X\n  expect: "250 2.0.0 ${id}"',
    );
    assert.ok(step?.expect?.kind === 'reply');
    assert.deepEqual(bare(step.expect.conditions), [
      code('250'),
      { kind: 'begins', text: { parts: ['2.0.0 ', { name: 'id', filters: [] }] } },
    ]);
  });

  it('readExpectation() refuses a short form when its status is captured', () => {
    const text = dialogue('- send: NOOP\n  expect: 250\n  capture: { c: "/(.*)/" }\n- send: X\n  expect: "${c}"');
    assert.deepEqual(mistakesOf(text), [
      'value.invalid: A string whose status is known only during the run is not an SMTP reply',
    ]);
  });
});

describe('readMatcher()', () => {
  // The data of an unknown response may be anything.
  const matcher = (text: string) => {
    const [condition] = conditionsOf(`{ untagged: [{ X-DATA: ${text} }] }`, 'imap') as readonly {
      readonly want: readonly { readonly want: { readonly matcher: unknown } }[];
    }[];
    return condition?.want[0]?.want.matcher;
  };

  const cases: readonly (readonly [string, unknown])[] = [
    ['7', equals(7)],
    ['007', equals('007')],
    ['5.10', equals('5.10')],
    ['{ equals: true }', equals(true)],
    ['~', equals(null)],
    ['/a/i', matches('a', 'i')],
    ['/var/log', equals('/var/log')],
    ['{ equals: [a, /b/] }', { kind: 'exactly', items: [equals('a'), matches('b')] }],
    ['{ equals: /a/ }', equals('/a/')],
    ['{ not: { one_of: [a, b] } }', { kind: 'not', matcher: { kind: 'one_of', of: [equals('a'), equals('b')] } }],
    [
      '{ at_least: 1, at_most: 5 }',
      {
        kind: 'all_of',
        of: [
          { kind: 'at_least', value: 1 },
          { kind: 'at_most', value: 5 },
        ],
      },
    ],
    ['{ includes: a }', { kind: 'includes', matcher: equals('a') }],
    ['{ includes: [a, b] }', { kind: 'holds', items: [equals('a'), equals('b')] }],
    [
      '{ excludes: [a, b] }',
      {
        kind: 'all_of',
        of: [
          { kind: 'excludes', matcher: equals('a') },
          { kind: 'excludes', matcher: equals('b') },
        ],
      },
    ],
    [
      '{ base64: { starts_with: "Username:" } }',
      { kind: 'base64', matcher: { kind: 'starts_with', value: 'Username:' } },
    ],
    ['{ matches: /a/s }', matches('a', 's')],
    ['{ ends_with: "${domain}" }', { kind: 'ends_with', value: 'example.com' }],
    ['{ capture: token }', { kind: 'capture', name: 'token' }],
  ];
  for (const [text, wanted] of cases)
    it(`readMatcher() reads ${text} when it is a matcher`, () => assert.deepEqual(matcher(text), wanted));
});
