import assert from 'node:assert/strict';
import { sharedMailServer } from '../../fixtures/servers/mail-server.ts';
import { describeServers } from '../../fixtures/servers/missing.ts';
import { smtp } from '../../fixtures/servers/testing.ts';
import { checkLog } from './log.ts';
import { markOf } from './log-tail.ts';
import { until } from './testing.test.helper.ts';

describeServers(['postfix', 'dovecot'], 'checkLog() with Postfix and Dovecot', () => {
  it('sees what Postfix logs of a dialogue', async () => {
    const server = await sharedMailServer();
    const mark = await markOf(server.logFile);
    const talk = await smtp(server.ports.mx);
    await talk.say('EHLO log-check.example');
    await talk.say('MAIL FROM:<a@somewhere.example>');
    await talk.say('RCPT TO:<nobody-there@elsewhere.example>');
    talk.wire.end();
    const line = await until(async () =>
      ((await checkLog({ mark })).evidence['lines'] as string[]).find((each) => each.includes('Relay access denied')),
    );
    assert.match(line, /nobody-there@elsewhere\.example/);
  });
});
