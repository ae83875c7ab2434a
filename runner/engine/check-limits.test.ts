import assert from 'node:assert/strict';
import { peers, type Script, type Talk } from '../../fixtures/testing/peer.ts';
import { play, told } from '../../fixtures/testing/play.ts';
import { createAuthority } from '../demo-server/certificates.ts';

const steps = [
  '{ certificate: { server: it }, expect: { protocol: TLSv1.3 } }',
  '{ tls: { server: it }, expect: { state: accepted } }',
];
const suite = `suite: S\nscenarios:\n${[1, 2, 3, 4]
  .flatMap((at) => steps.map((step, kind) => `  - { name: "${at} ${kind}", dialogue: [${step}] }\n`))
  .join('')}`;

let identity: { readonly key: string; readonly cert: string };

/** TLS from the first octet, or after STARTTLS. */
const serving: Readonly<Record<string, (talk: Talk) => Promise<void>>> = {
  smtps: async (talk) => {
    await talk.secure(identity);
    talk.write('220 mx.example\r\n');
  },
  smtp: async (talk) => {
    talk.write('220 mx.example\r\n');
    await talk.line();
    talk.write('250-mx.example\r\n250 STARTTLS\r\n');
    await talk.line();
    talk.write('220 Go ahead\r\n');
    await talk.secure(identity);
    await talk.line();
    talk.write('503 No TLS within TLS\r\n');
  },
};

/** Like Courier's couriertcpd: closes connections of one address beyond MAXPERIP without a word. */
function limited(most: number, serve: (talk: Talk) => Promise<void>, farewell = ''): Script {
  let open = 0;
  return async (talk) => {
    if (open >= most) {
      if (farewell !== '') talk.write(farewell);
      return talk.end();
    }
    open++;
    void talk.gone.then(() => open--);
    await serve(talk);
  };
}

describe('a server that ends connections that are too many without a word', () => {
  const { listen } = peers();
  before(async () => {
    const { key, chain } = await (await createAuthority()).issue({ names: ['127.0.0.1'] });
    identity = { key, cert: chain };
  });

  for (const [scheme, serve] of Object.entries(serving)) {
    it(`is asked for fewer by checks of TLS: ${scheme}`, async () => {
      const peer = await listen(limited(1, serve));
      const { results, summary } = await play(suite, { servers: { it: peer.url(scheme) }, parallel: 8 });
      for (const result of results) assert.equal(result.outcome, 'passed', told(result));
      assert.ok(peer.talks.length > results.length, 'no connection was too many');
      assert.deepEqual(
        summary.notes?.map((note) => [note.kind, 'said' in note && note.said]),
        [['connection limit', '']],
      );
    });

    it(`is no such server where it ends every one: ${scheme}`, async () => {
      const peer = await listen((talk) => talk.end());
      const { results, summary } = await play(suite, { servers: { it: peer.url(scheme) }, parallel: 8 });
      for (const { outcome, problem } of results) {
        assert.equal(outcome, 'failed');
        assert.match(problem?.code ?? '', /^(?:tls\.handshake|connection\.closed|check\.mismatch)$/);
      }
      assert.equal(summary.notes, undefined);
    });
  }

  it('is asked for fewer where it refuses in plain text before TLS, as Exim does', async () => {
    const said = '421 Too many concurrent SMTP connections from this IP address; please try again later.\r\n';
    const peer = await listen(limited(1, serving['smtps'] as (talk: Talk) => Promise<void>, said));
    const { results, summary } = await play(suite, { servers: { it: peer.url('smtps') }, parallel: 8 });
    for (const result of results) assert.equal(result.outcome, 'passed', told(result));
    assert.deepEqual(
      summary.notes?.map(({ kind }) => kind),
      ['connection limit'],
    );
  });

  it('is no such server where it never said anything, though checks that expect a refusal pass', async () => {
    const peer = await listen((talk) => talk.end());
    const refusals = `suite: S\nscenarios:\n${[1, 2, 3, 4, 5, 6]
      .map((at) => `  - { name: "${at}", dialogue: [{ tls: { server: it }, expect: { state: refused } }] }\n`)
      .join('')}  - { name: reply, server: it, dialogue: [expect: 220] }\n`;
    const { results, summary } = await play(refusals, { servers: { it: peer.url('smtps') }, parallel: 8 });
    assert.deepEqual(new Set(results.map(({ outcome }) => outcome)), new Set(['passed', 'failed']));
    assert.equal(summary.notes, undefined);
  });

  it('has said something where it ends a connection after its greeting', async () => {
    const peer = await listen(async (talk) => {
      talk.write('220 mx.example\r\n');
      await talk.line();
      talk.end();
    });
    const { results } = await play(suite, { servers: { it: peer.url('smtp') }, parallel: 8 });
    assert.equal(peer.talks.length, results.length);
    for (const { outcome } of results) assert.equal(outcome, 'failed');
  });
});
