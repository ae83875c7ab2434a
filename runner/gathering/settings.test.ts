import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withoutSecretSettings } from './settings.ts';

describe('withoutSecretSettings()', () => {
  const secret: Readonly<Record<string, string>> = {
    'password = hunter2 and more': 'password = «hidden»',
    '  args = host=db user=mail password=hunter2': '  args = host=db user=mail password=«hidden»',
    'Cleartext Password: hunter2': 'Cleartext Password: «hidden»',
    'Encrypted Password: $6$salt$hash/more': 'Encrypted Password: «hidden»',
    'dnpass = "hunter2"': 'dnpass = «hidden»',
    'password = $1$salt$hash;and the rest': 'password = «hidden»',
    'hide mysql_servers = localhost/mail/exim/hunter2; password=hunter2':
      'hide mysql_servers = localhost/mail/exim/hunter2; password=«hidden»',
    'connect = postgres://mail:hunter2@db/mail': 'connect = postgres://mail:«hidden»@db/mail',
    'alice:$2y$05$abcdefg:1000': 'alice:«hidden»:1000',
    'alice:{SSHA256.b64}abc=:1000': 'alice:«hidden»:1000',
    'oauth2_client_secret=xyz': 'oauth2_client_secret=«hidden»',
    '-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----':
      '-----BEGIN RSA PRIVATE KEY----- «hidden» -----END RSA PRIVATE KEY-----',
  };
  for (const [text, expected] of Object.entries(secret)) {
    it(`hides the secret of ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.equal(withoutSecretSettings(text), expected);
    });
  }

  const settings = [
    'smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd',
    'smtp_sasl_password_maps = proxy:mysql:/etc/postfix/sasl.cf',
    'ssl_key_password = </etc/dovecot/private/password',
    'default_pass_scheme = SHA512-CRYPT',
    'password_query = SELECT username, password FROM users WHERE username = %u',
    'smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination',
    'passdb {\n  driver = pam\n}',
    'ssl_key = # hidden, use -P to show it',
    'auth_mechanisms = plain login',
    'no_passwords = yes',
    'virtual_mailbox_maps = ldap:/etc/postfix/users.cf',
    'nothing wrong with PASS «password» and password = «password»',
  ];
  for (const text of settings) {
    it(`leaves ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.equal(withoutSecretSettings(text), text);
    });
  }

  it('leaves nothing of a password, whatever it is', () => {
    const names = fc.constantFrom('password', 'smtp_password', 'dnpass', 'secret', 'API_KEY', 'sql.pass', 'auth-token');
    const values = fc.stringMatching(/^[!-~]{6,20}$/).filter((value) => !/^["'</«]|:/.test(value));
    fc.assert(
      fc.property(names, fc.constantFrom(' = ', '=', ': '), values, (name, sign, value) => {
        const shown = withoutSecretSettings(`before\n${name}${sign}${value}\nafter`);
        assert.equal(shown, `before\n${name}${sign}«hidden»\nafter`);
      }),
      { numRuns: 300 },
    );
  });
});
