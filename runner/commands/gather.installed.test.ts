import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accounts } from '../../fixtures/servers/accounts.ts';
import { type MailServer, startMailServer } from '../../fixtures/servers/mail-server.ts';
import { describeServers } from '../../fixtures/servers/missing.ts';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';

const { user, password } = accounts.alice;

describeServers(['postfix', 'dovecot'], 'mailspec run --gather on Postfix and Dovecot', () => {
  let server: MailServer;
  before(async () => {
    server = await startMailServer();
  });
  after(() => server.stop());

  it('asks the programs of both for versions, settings and the account', async () => {
    const { urls, ca, postfix, dovecot, logFile } = server;
    const target = (url: string) => ({ url, tls: { ca } });
    const cwd = project({
      'mailspec.yaml': {
        servers: { mx: target(urls.mx), imaps: target(urls.imaps) },
        variables: {
          user,
          postfix_config: join(postfix.folder, 'config'),
          dovecot_config: join(dovecot.folder, 'dovecot.conf'),
        },
        secrets: { password },
        logs: [logFile],
        allow: { commands: true, files: [logFile] },
      },
      'a.yaml': {
        suite: 'A',
        scenarios: [
          {
            name: 'mail to nobody is accepted',
            server: 'mx',
            dialogue: [
              ...[{ expect: 220 }, { send: 'EHLO client.example', expect: 250 }],
              ...[
                { send: 'MAIL FROM:<>', expect: 250 },
                { send: 'RCPT TO:<nobody@example.test>', expect: 250 },
              ],
            ],
          },
          {
            name: 'alice logs in',
            server: 'imaps',
            dialogue: [
              { expect: 'OK' },
              { authenticate: { mechanism: 'PLAIN', user, password: '${password}' }, expect: 'OK' },
            ],
          },
        ],
      },
    });
    const { stderr } = await dispatched(['run', 'a.yaml', '--gather', 'out'], { cwd });
    const file = (path: string) => readFileSync(join(cwd, 'out', path), 'utf8');
    assert.match(file('programs/postfix-postconf-mail-version.txt'), /^mail_version = 3\./m, stderr);
    // The whole output, not only its first lines.
    assert.match(file('programs/postfix-postconf-n.txt'), /^alias_database =(?:.|\n)*^virtual_uid_maps = /m);
    assert.match(file('programs/postfix-postconf-M.txt'), /^postlog /m);
    assert.match(file('programs/postfix-postmap-q.txt'), new RegExp(`: ${user}: alice/Maildir/`));
    assert.match(file('programs/dovecot-dovecot-version.txt'), /^2\.\d/m);
    assert.match(file('programs/dovecot-doveconf-n.txt'), /^protocols = (?:.|\n)*^userdb /m);
    assert.match(file('programs/dovecot-doveadm-user.txt'), /^mail\s/m);
    assert.match(file('failures/001-a-mail-to-nobody-is-accepted.txt'), /550 5\.1\.1/);
    assert.match(file('logs/1-maillog.txt'), /# the run begins\n(?:.|\n)*NOQUEUE: reject: RCPT/);
    assert.match(file('README.txt'), /^ {2}imaps: \S+; Dovecot; /m);
    assert.doesNotMatch(file('README.txt'), /Not gathered/);
  });
});
