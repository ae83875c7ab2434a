import assert from 'node:assert/strict';
import { goodPlan } from '../../fixtures/testing/plan-in-memory.ts';
import { imap, pop3, smtp } from '../../fixtures/testing/replies.ts';
import { protocols } from '../protocol/protocols.ts';
import type { Reply } from '../protocol/reply.ts';
import { conceal } from './conceal.ts';
import type { Exchange } from './exchange.ts';
import { scenarioFile } from './scenario-file.ts';

const user = 'alice@example.com';
const password = 'wonder "land" 42';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const did = (text: string, ...came: Reply[]): Exchange => ({ did: { kind: 'line', text }, came });

interface Row {
  readonly what: string;
  readonly protocol: keyof typeof protocols;
  readonly server: string;
  readonly exchanges: readonly Exchange[];
  /** What the file contains instead. */
  readonly has: RegExp;
  /** By default the password. */
  readonly secret?: string;
}

const good = smtp('235 2.7.0 Authentication successful');
const challenge = (text: string) => smtp(`334 ${base64(text)}`);
const digest = '0123456789abcdef0123456789abcdef';

const rows: readonly Row[] = [
  {
    what: 'PLAIN with an initial response',
    protocol: 'smtp',
    server: 'mx',
    exchanges: [did(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`, good)],
    has: /authenticate: \{ ?mechanism: PLAIN, user: '?\$\{user\}'?, password: '?\$\{password\}'? ?\}/,
  },
  {
    what: 'LOGIN in three lines',
    protocol: 'smtp',
    server: 'mx',
    exchanges: [
      did('auth login', challenge('Username:')),
      did(base64(user), challenge('Password:')),
      did(base64(password), good),
    ],
    has: /mechanism: LOGIN, user: '\$\{user\}'/,
  },
  {
    what: 'CRAM-MD5, whose password nobody can know',
    protocol: 'smtp',
    server: 'mx',
    exchanges: [did('AUTH CRAM-MD5', challenge('<1.2@x>')), did(base64(`${user} ${digest}`), good)],
    has: /mechanism: CRAM-MD5, user: '\$\{user\}', password: '\$\{password\}'/,
    secret: digest,
  },
  {
    what: 'an exchange that was cancelled',
    protocol: 'smtp',
    server: 'mx',
    exchanges: [
      did('AUTH LOGIN', challenge('Username:')),
      did(base64(user), challenge('Password:')),
      did(base64(password), challenge('Again:')),
      did('*', smtp('501 5.7.0 Cancelled')),
    ],
    has: /send: '?\*'?/,
  },
  {
    what: 'a response that is not base64',
    protocol: 'smtp',
    server: 'mx',
    exchanges: [did(`AUTH PLAIN ${password}`, smtp('501 5.5.2 Cannot decode'))],
    has: /# A login that could not be taken apart/,
  },
  {
    what: "IMAP's LOGIN",
    protocol: 'imap',
    server: 'imap',
    exchanges: [did('LOGIN alice@example.com "wonder \\"land\\" 42"', imap('a1', 'a1 OK Logged in'))],
    has: /mechanism: login-command, user: '\$\{user\}', password: '\$\{password\}'/,
  },
  {
    what: "POP3's PASS",
    protocol: 'pop3',
    server: 'pop3',
    exchanges: [did(`USER ${user}`, pop3('', '+OK')), did(`PASS ${password}`, pop3('', `+OK ${password} is fine`))],
    has: /send: USER \$\{user\}\n[\s\S]*send: PASS \$\{password\}\n[\s\S]*\+OK \$\{password\} is fine/,
  },
  {
    what: 'APOP',
    protocol: 'pop3',
    server: 'pop3',
    exchanges: [did(`APOP ${user} ${digest}`, pop3('', '+OK'))],
    has: /mechanism: apop/,
    secret: digest,
  },
  {
    what: 'a password of a service that nobody knows',
    protocol: 'line',
    server: 'line',
    exchanges: [did(`password=${JSON.stringify(password)} x`), did('x', smtp('250 x') as never)],
    has: /send: password=/,
  },
];

describe('conceal()', () => {
  for (const { what, protocol, server, exchanges, has, secret = password } of rows) {
    it(`keeps the secret of ${what} out of the file`, () => {
      const greeting: Exchange = { did: { kind: 'wait' }, came: server === 'mx' ? [smtp('220 x')] : [] };
      const pasted = `pasted: ${secret} and ${base64(secret)}`;
      const { exchanges: shown, ...vocabulary } = conceal(
        [greeting, ...exchanges.map((each) => ({ ...each, comments: [pasted] }))],
        protocols[protocol],
      );
      const options = { suite: `a ${secret}`, server, hello: protocols[protocol].hello, ...vocabulary };
      const text = scenarioFile([{ name: 'one', exchanges: shown, comments: [pasted] }], options);
      assert.ok(!text.includes(secret), text);
      assert.ok(!text.includes(base64(secret)), text);
      assert.ok(!text.includes(secret.slice(2, -2)), text);
      assert.match(text, has);
      goodPlan(text);
    });
  }

  it('gives a second user and a second password names of their own', () => {
    const login = (name: string, secret: string) => did(`AUTH PLAIN ${base64(`\0${name}\0${secret}`)}`, good);
    const { names, secrets } = conceal(
      [login('a', 'first1'), login('b', 'second2'), login('a', 'first1')],
      protocols.smtp,
    );
    assert.deepEqual(
      [...names],
      [
        ['a', 'user'],
        ['b', 'user_2'],
      ],
    );
    assert.deepEqual(
      [...secrets],
      [
        ['first1', 'password'],
        ['second2', 'password_2'],
      ],
    );
  });
});
