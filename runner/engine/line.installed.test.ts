import { startDovecot } from '../../fixtures/servers/dovecot.ts';
import { describeServers } from '../../fixtures/servers/missing.ts';
import { reservePorts } from '../../fixtures/servers/ports.ts';
import { dialogue, outdent } from '../../fixtures/testing/plan.ts';
import { passes } from '../../fixtures/testing/play.ts';

describeServers(['dovecot'], "Dovecot's policy service", () => {
  it('is asked about a quota, as Postfix does it', async () => {
    const { ports, release } = await reservePorts('127.0.0.2', ['policy'] as const, undefined);
    release();
    const dovecot = await startDovecot({
      conf: `
service quota-status {
  executable = quota-status -p postfix
  client_limit = 1
  inet_listener {
    port = ${ports.policy}
  }
}
plugin {
  quota_status_success = DUNNO
  quota_status_nouser = REJECT No such user
  quota_status_overquota = "552 5.2.2 Mailbox is full"
}
`,
    });
    try {
      await passes(
        dialogue(
          outdent(`
            - repeat:
                times: 2
                dialogue:
                  - send: { lines: [request=smtpd_access_policy, recipient=alice@example.test, size=100, ""] }
                    expect: { until: "", lines: { exactly: [action=DUNNO] } }
            - send: { lines: [request=smtpd_access_policy, recipient=full@example.test, size=100, ""] }
              expect: { until: "", text: "action=552 5.2.2 Mailbox is full" }
            - send: { lines: [request=smtpd_access_policy, recipient=nobody@example.test, size=100, ""] }
              expect: { until: "", text: /^action=REJECT/ }
          `),
          `server: tcp://127.0.0.2:${ports.policy}`,
        ),
      );
    } finally {
      await dovecot.stop();
    }
  });
});
