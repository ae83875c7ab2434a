import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Behaviour, type HostileServer, startHostileServer } from '../../fixtures/hostile/server.ts';
import {
  badCertificate,
  badCertificates,
  closedHandshake,
  injectsReply,
  plainTextHandshake,
  presents,
  silentHandshake,
} from '../../fixtures/hostile/tls-behaviours.ts';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { playSteps, spoken, told } from '../../fixtures/testing/play.ts';
import { actualIn, expectedIn, headlineIn } from '../../fixtures/testing/worded.ts';
import { createAuthority, type Issued } from '../demo-server/certificates.ts';

describe('starttls, handshake', () => {
  const { listen } = peers();
  let folder: string;
  let ca: string;
  let certificate: Issued;
  const hostile: HostileServer[] = [];
  const face = async (behaviour: Behaviour, scheme = 'smtp') => {
    const server = await startHostileServer(behaviour);
    hostile.push(server);
    return server.url(scheme);
  };
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailspec-'));
    ca = join(folder, 'ca.pem');
    const authority = await createAuthority();
    certificate = await authority.issue({ names: ['mail.example.test', '127.0.0.1'] });
    writeFileSync(ca, authority.cert);
  });
  afterEach(() => Promise.all(hostile.splice(0).map((server) => server.stop())));
  after(() => rmSync(folder, { recursive: true }));
  const options = (url: string, tls: object = {}) => ({ server: { url, tls: { ca, ...tls } }, folder });
  const upgrade = '- expect: 220\n- send: EHLO a\n  expect: 250\n- starttls';
  const afterwards = '\n- send: EHLO b\n  expect: 250';

  for (const [what, tls] of Object.entries({
    ca: { ca: 'large.pem' },
    cert: { cert: 'large.pem', key: 'large.pem' },
  }))
    it(`name a file that is too large to be read: ${what}`, async () => {
      const large = join(folder, 'large.pem');
      writeFileSync(large, '');
      truncateSync(large, 501 * 1024 * 1024);
      const paths = Object.fromEntries(Object.keys(tls).map((key) => [key, large]));
      const result = await playSteps(upgrade, options(await face(presents(certificate)), paths));
      assert.equal(headlineIn(result), `Cannot read "${large}": it is larger than 500 MiB`);
      assert.equal(result.problem?.code, 'input.value');
      const look = `- certificate: {}\n  expect: { trusted: true }`;
      const url = (await face(presents(certificate))).replace('smtp:', 'smtps:');
      const looked = await playSteps(look, options(url, paths));
      assert.equal(headlineIn(looked), `Cannot read "${large}": it is larger than 500 MiB`);
    });

  it('encrypt the connection in mid-stream, and say with what', async () => {
    const result = await playSteps(upgrade + afterwards, options(await face(presents(certificate))));
    assert.equal(result.outcome, 'passed', told(result));
    assert.ok(
      spoken(result).some((line) => /^\*: TLSv1\.3 TLS_\w+, certificate mail\.example\.test until 20/.test(line)),
      told(result),
    );
  });

  it('know a cipher suite by both names, in what is offered and in what is expected', async () => {
    const names = { iana: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', openssl: 'ECDHE-ECDSA-AES128-GCM-SHA256' };
    const server = async (ciphers: string) =>
      options(await face(presents(certificate)), { max: 'TLSv1.2', ciphers, verify: false });
    const look = (cipher: string) => `- tls: { server: it, max: TLSv1.2 }\n  expect: { cipher: "${cipher}" }`;
    for (const offered of Object.values(names)) {
      for (const expected of Object.values(names)) {
        const result = await playSteps(look(expected), await server(offered));
        assert.equal(result.outcome, 'passed', told(result));
      }
      const result = await playSteps(look('ECDHE-ECDSA-AES256-GCM-SHA384'), await server(offered));
      assert.equal(actualIn(result), `"${names.iana}"`, told(result));
      assert.equal(spoken(result).at(-1), `*: accepted: TLSv1.2 ${names.iana} (${names.openssl})`);
    }
  });

  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const refusing = () =>
      listen(async (talk) => {
        talk.write('220 a\r\n');
        await talk.line();
        talk.write('220 go\r\n');
        const { key, chain: cert } = certificate;
        await talk
          .secure({ key, cert, maxVersion, requestCert: true, rejectUnauthorized: true })
          .catch(() => undefined);
        await talk.gone;
      });

    it(`see that a client certificate is wanted in ${maxVersion}`, async () => {
      const { url } = await refusing();
      const result = await playSteps('- expect: 220\n- starttls: { fails: /client certificate/ }', options(url()));
      assert.equal(result.outcome, 'passed', told(result));
      const unexpected = await playSteps('- expect: 220\n- starttls: { fails: /expired/ }', options(url()));
      assert.equal(unexpected.problem?.code, 'tls.handshake', told(unexpected));
    });
  }

  it('let a refusal after the handshake be the end that is expected', async () => {
    const peer = await listen(async (talk) => {
      talk.write('220 a\r\n');
      await talk.line();
      talk.write('220 go\r\n');
      const { key, chain: cert } = certificate;
      await talk.secure({ key, cert, requestCert: true, rejectUnauthorized: true }).catch(() => undefined);
      await talk.gone;
    });
    const dialogue = '- expect: 220\n- starttls\n- send: EHLO b\n  expect: ';
    const closed = await playSteps(`${dialogue}closed`, options(peer.url()));
    assert.equal(closed.outcome, 'passed', told(closed));
    const replies = await playSteps(`${dialogue}250`, options(peer.url()));
    assert.equal(replies.problem?.code, 'tls.handshake', told(replies));
    assert.match(headlineIn(replies), /^TLS ended with an error: the server wants a client certificate/);
  });

  it("verify the certificate, with the step's options over the server's", async () => {
    const unknown = await playSteps(upgrade + afterwards, { server: await face(presents(certificate)) });
    assert.equal(unknown.outcome, 'failed', told(unknown));
    assert.equal(unknown.problem?.code, 'tls.certificate');
    const unverified = await playSteps('- expect: 220\n- starttls: { verify: false }\n- send: EHLO b\n  expect: 250', {
      server: await face(presents(certificate)),
    });
    assert.equal(unverified.outcome, 'passed', told(unverified));
    const named = await playSteps(
      '- expect: 220\n- starttls: { servername: mail.example.test }\n- send: EHLO b\n  expect: 250',
      options(await face(presents(certificate)), { servername: 'other.example.test' }),
    );
    assert.equal(named.outcome, 'passed', told(named));
    const misnamed = await playSteps(
      upgrade,
      options(await face(presents(certificate)), { servername: 'other.example.test' }),
    );
    assert.equal(misnamed.problem?.code, 'tls.certificate', told(misnamed));
    assert.match(headlineIn(misnamed), /other\.example\.test/);
  });

  it('fail for every kind of bad certificate, within the time', async () => {
    for (const fault of Object.keys(badCertificates) as (keyof typeof badCertificates)[]) {
      if (fault === 'weak_key') continue;
      const bad = await badCertificate(fault);
      writeFileSync(join(folder, 'bad.pem'), bad.authority.cert);
      const result = await playSteps(upgrade, {
        server: {
          url: await face(presents(bad.certificate)),
          tls: { ca: join(folder, 'bad.pem'), servername: 'mail.example.test' },
        },
        folder,
      });
      assert.equal(result.outcome, 'failed', `${fault}: ${told(result)}`);
      assert.equal(result.problem?.code, 'tls.certificate', `${fault}: ${told(result)}`);
    }
  });

  it('of an expired certificate from the first octet fails too', async () => {
    const bad = await badCertificate('expired');
    writeFileSync(join(folder, 'expired.pem'), bad.authority.cert);
    const url = await face(presents(bad.certificate, { implicit: true }), 'smtps');
    const result = await playSteps('- expect: 220', {
      server: { url, tls: { ca: join(folder, 'expired.pem') } },
      folder,
    });
    assert.equal(result.outcome, 'failed', told(result));
    assert.equal(result.problem?.code, 'tls.certificate');
    assert.match(headlineIn(result), /expired/);
  });

  it('fails: true, or a pattern over the error, expect that', async () => {
    const wrongName = 'servername: other.example.test';
    const yes = await playSteps(
      `${upgrade}: { ${wrongName}, fails: true }`,
      options(await face(presents(certificate))),
    );
    assert.equal(yes.outcome, 'passed', told(yes));
    const matching = await playSteps(
      `${upgrade}: { ${wrongName}, fails: "/other\\\\.example/" }\n${upgrade}${afterwards}`,
      options(await face(presents(certificate))),
    );
    assert.equal(matching.outcome, 'passed', told(matching));
    const other = await playSteps(
      `${upgrade}: { ${wrongName}, fails: /expired/ }`,
      options(await face(presents(certificate))),
    );
    assert.equal(other.problem?.code, 'tls.handshake', told(other));
    assert.match(expectedIn(other), /matches \/expired\//);
    const succeeded = await playSteps(`${upgrade}: { fails: true }`, options(await face(presents(certificate))));
    assert.equal(succeeded.outcome, 'failed');
    assert.equal(succeeded.problem?.code, 'tls.unexpected', told(succeeded));
  });

  it('expect is about the reply; without one it must be positive', async () => {
    const peer = await listen(smtpScript({ STARTTLS: '454 4.7.0 No' }));
    const expected = await playSteps('- expect: 220\n- { starttls: , expect: 454 }\n- send: NOOP\n  expect: 250', {
      server: peer.url(),
    });
    assert.equal(expected.outcome, 'passed', told(expected));
    const refused = await playSteps('- expect: 220\n- starttls', { server: peer.url() });
    assert.equal(refused.outcome, 'failed');
    assert.match(headlineIn(refused), /^STARTTLS: expected a positive reply, got /, told(refused));
    const positive = await playSteps(
      '- expect: 220\n- { starttls: , expect: 220 }\n- send: EHLO b\n  expect: 250',
      options(await face(presents(certificate))),
    );
    assert.equal(positive.outcome, 'passed', told(positive));
  });

  it('handshake alone follows a command sent by hand', async () => {
    const result = await playSteps(
      '- expect: 220\n- send: StartTLS\n  expect: 220\n- handshake: { servername: mail.example.test }\n- send: EHLO b\n  expect: 250',
      options(await face(presents(certificate))),
    );
    assert.equal(result.outcome, 'passed', told(result));
  });

  it('plaintext left over is a failure of its own, after starttls and before a handshake', async () => {
    for (const steps of [upgrade, '- expect: 220\n- send: STARTTLS\n  expect: 220\n- handshake']) {
      const result = await playSteps(steps, options(await face(injectsReply(certificate))));
      assert.equal(result.outcome, 'failed');
      assert.equal(result.problem?.code, 'tls.plaintext', told(result));
      assert.match(actualIn(result), /250/);
    }
  });

  it('a server that ends the session instead of the handshake fails the handshake, and injects nothing', async () => {
    const peer = await listen(async (talk) => {
      talk.write('220 peer\r\n');
      await talk.until('STARTTLS\r\n');
      talk.write('220 Go on\r\n454 4.7.0 TLS not available\r\n');
    });
    const result = await playSteps('- expect: 220\n- starttls', { server: peer.url() });
    assert.equal(result.problem?.code, 'tls.handshake', told(result));
    assert.deepEqual(result.problem?.evidence?.fault, { kind: 'handshake', how: 'refused' });
    const fails = await playSteps('- expect: 220\n- starttls: { fails: /TLS not available/ }', { server: peer.url() });
    assert.equal(fails.outcome, 'passed', told(fails));
  });

  it('plaintext left over is a failure whether it is one octet or many, and whatever it is', async () => {
    for (const extra of ['2', '25', '250', '250 ', 'x', '\n', '\r\n', '\0']) {
      const peer = await listen(async (talk) => {
        talk.write('220 peer\r\n');
        await talk.until('STARTTLS\r\n');
        talk.write(`220 Go on\r\n${extra}`);
      });
      const result = await playSteps('- expect: 220\n- starttls', { server: peer.url() });
      assert.equal(result.problem?.code, 'tls.plaintext', `${JSON.stringify(extra)}: ${told(result)}`);
      assert.equal(peer.talks[0]?.received, 'STARTTLS\r\n', told(result));
    }
  });

  it('a TLS record that comes before the handshake is a failed handshake, and no plaintext', async () => {
    // Dovecot 2.4 answers commands pipelined after STARTTLS with alert 80, internal_error.
    const alert = '\x15\x03\x03\0\x02\x02P';
    const peer = await listen(async (talk) => {
      talk.write('220 peer\r\n');
      await talk.until('NOOP\r\n');
      talk.write(Buffer.from(`220 Go on\r\n${alert}`, 'latin1'));
    });
    const play = (handshake: string) =>
      playSteps(`- expect: 220\n- { send: { raw: "STARTTLS\\r\\nNOOP\\r\\n" }, expect: 220 }\n- ${handshake}`, {
        server: peer.url(),
      });
    const failed = await play('handshake');
    assert.equal(failed.problem?.code, 'tls.handshake', told(failed));
    assert.match(told(failed), /a TLS record before it began/);
    assert.equal((await play('handshake: { fails: /before it began/ }')).outcome, 'passed');
    assert.equal((await play('{ handshake: , otherwise: skip }')).outcome, 'skipped');
  });

  it("a handshake that fails is the server's fault, and costs no more than its time", async () => {
    for (const behaviour of [plainTextHandshake(), closedHandshake(), silentHandshake()]) {
      const result = await playSteps('- expect: 220\n- { starttls: , timeout: 150ms }', options(await face(behaviour)));
      assert.equal(result.outcome, 'failed', told(result));
      assert.ok(['tls.handshake', 'reply.timeout'].includes(result.problem?.code ?? ''), told(result));
      assert.match(headlineIn(result), /handshake/);
      assert.ok(result.duration < 3000);
    }
  });

  it('min and max bound the version', async () => {
    const old = await playSteps(
      `${upgrade}: { max: TLSv1.2 }${afterwards}`,
      options(await face(presents(certificate))),
    );
    assert.equal(old.outcome, 'passed', told(old));
    assert.ok(
      spoken(old).some((line) => line.startsWith('*: TLSv1.2 ')),
      told(old),
    );
  });

  it('sends nothing more in clear text once it has failed', async () => {
    const url = await face(presents(certificate));
    const result = await playSteps(`${upgrade}: { servername: other.example.test }`, {
      ...options(url),
      suite: { after: [{ send: 'QUIT', expect: 221 }] },
    });
    assert.equal(result.problem?.code, 'tls.certificate');
    assert.doesNotMatch(hostile[0]?.received() ?? '', /QUIT/);
  });
});
