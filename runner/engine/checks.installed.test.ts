import assert from 'node:assert/strict';
import { describeServers } from '../../fixtures/servers/missing.ts';
import { type NameServer, startNsd } from '../../fixtures/servers/nsd.ts';
import { playSteps, told } from '../../fixtures/testing/play.ts';
import { actualIn } from '../../fixtures/testing/worded.ts';
import { fails, notes, passes } from './checks.test.helper.ts';

describeServers(['nsd'], 'dns', () => {
  let server: NameServer;
  before(async () => {
    server = await startNsd({
      'example.test': '@ MX 10 mail\n@ TXT "v=spf1 " "mx -all"\nmail A 192.0.2.25\n_submission._tcp SRV 0 1 587 mail',
    });
  });
  after(() => server.stop());

  it('holds answers as a zone has them, by fields, by patterns, and captures them', async () => {
    const result = await playSteps(
      `
      - dns: { name: "\${domain}", type: mx, resolver: "\${ns}" }
        expect: 10 mail.example.test
        capture: { mx: "/^10 (\\\\S+)$/" }
      - dns: { name: "\${mx}", type: A, resolver: "\${ns}" }
        expect: [NOERROR, 192.0.2.25]
      - dns: { name: "_submission._tcp.\${domain}", type: SRV, resolver: "\${ns}" }
        expect: { answers: [{ port: 587, target: MAIL.example.test }] }
      - dns: { name: "\${domain}", type: TXT, resolver: "\${ns}" }
        expect: { text: /^v=spf1 .*-all$/, answers: { length: 1 } }
      - dns: { name: "nobody.\${domain}", type: A, resolver: "\${ns}" }
        expect: NXDOMAIN
      - dns: { name: "\${domain}", type: TXT, resolver: "\${ns}" }
        expect: { text: { excludes: /v=DMARC1/ } }
      `,
      { variables: { ns: server.address, domain: 'example.test' } },
    );
    passes(result);
    assert.ok(
      notes(result).some((line) => line.endsWith('example.test. 300 IN MX 10 mail.example.test.')),
      told(result),
    );
  });

  it('fails with what came', async () => {
    const result = await playSteps(
      '- dns: { name: mail.example.test, type: A, resolver: "${ns}" }\n  expect: { answers: 192.0.2.26 }',
      {
        variables: { ns: server.address },
      },
    );
    fails(result, 'check.mismatch');
    assert.match(actualIn(result), /192\.0\.2\.25/);
  });
});
