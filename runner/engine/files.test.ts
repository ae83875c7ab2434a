import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHostileServer } from '../../fixtures/hostile/server.ts';
import { presents } from '../../fixtures/hostile/tls-behaviours.ts';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { playSteps, told } from '../../fixtures/testing/play.ts';
import { createAuthority } from '../demo-server/certificates.ts';

describe('a second run in the same process', () => {
  const { listen } = peers();
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailspec-files-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  const write = (name: string, content: string) => writeFileSync(join(folder, name), content);

  const smtp = ['smtp', '220 peer', '- expect: 220\n- send: DATA\n  expect: 354\n'] as const;
  const rows = [
    ['a message', ...smtp, '- message: { file: sent.txt }\n  expect: 250'],
    ['an attachment', ...smtp, '- message: { attachments: [{ file: sent.txt }] }\n  expect: 250'],
    ['a literal', 'imap', '* OK', '- expect: OK\n', '- send: ["X ", { literal: { file: sent.txt }, plus: true }]'],
  ] as const;
  for (const [what, scheme, greeting, before, steps] of rows) {
    it(`sends ${what} as its file is by then`, async () => {
      const peer = await listen(smtpScript({ greeting }));
      for (const text of ['first', 'second']) {
        write('sent.txt', text);
        await playSteps(before + steps, { server: peer.url(scheme), folder });
      }
      const [first = '', second = ''] = peer.talks.map(({ received }) => received);
      assert.match(first, /first|Zmlyc3Q=/);
      assert.match(second, /second|c2Vjb25k/);
    });
  }

  it('trusts the authorities in all files of a folder, by nested folders and links to nothing undisturbed', async () => {
    const [ours, other] = [await createAuthority(), await createAuthority()];
    const server = await startHostileServer(presents(await ours.issue({ names: ['127.0.0.1'] })));
    const at = join(folder, 'authorities');
    const played = () =>
      playSteps('- expect: 220\n- starttls\n- send: EHLO b\n  expect: 250', {
        server: { url: server.url('smtp'), tls: { ca: 'authorities' } },
        folder,
      });
    try {
      mkdirSync(join(at, 'deeper'), { recursive: true });
      symlinkSync('gone.pem', join(at, '0a1b2c3d.0'));
      write('authorities/readme.txt', 'not a certificate');
      assert.match(told(await played()), /no file of this folder has a certificate/);
      write('authorities/other.pem', `text before\n${other.cert}`);
      const untrusted = await played();
      assert.equal(untrusted.problem?.code, 'tls.certificate', told(untrusted));
      write('authorities/more.crt', other.cert + ours.cert);
      const trusted = await played();
      assert.equal(trusted.outcome, 'passed', told(trusted));
    } finally {
      await server.stop();
    }
  });

  it('trusts the authorities in a file as it is by then', async () => {
    const [ours, other] = [await createAuthority(), await createAuthority()];
    const certificate = await ours.issue({ names: ['127.0.0.1'] });
    const server = await startHostileServer(presents(certificate));
    const played = () =>
      playSteps('- expect: 220\n- starttls\n- send: EHLO b\n  expect: 250', {
        server: { url: server.url('smtp'), tls: { ca: 'ca.pem' } },
        folder,
      });
    try {
      write('ca.pem', other.cert);
      const untrusted = await played();
      assert.equal(untrusted.problem?.code, 'tls.certificate', told(untrusted));
      write('ca.pem', ours.cert);
      const trusted = await played();
      assert.equal(trusted.outcome, 'passed', told(trusted));
    } finally {
      await server.stop();
    }
  });
});
