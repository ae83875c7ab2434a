import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { planOf } from '../../fixtures/testing/plan.ts';
import { playSteps } from '../../fixtures/testing/play.ts';
import { itSideBySide } from '../../fixtures/testing/side-by-side.ts';

describe('a literal', () => {
  const it = itSideBySide(3);
  const { listen } = peers(after);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailspec-literals-'));
    writeFileSync(join(folder, 'a.mbox'), 'From a\nA: 1\n\nx\n\nFrom b\nB: 2\n\ny\n');
  });
  after(() => rmSync(folder, { recursive: true }));

  const rows = [
    ['octets that are not UTF-8', 'base64: AOQNCg==', '~{4+}\r\n\0\xe4\r\n\r\n'],
    ['a message of an mbox', 'mbox: a.mbox, number: 1', '~{8+}\r\nA: 1\n\nx\n\r\n'],
    ['the empty line that ends it', 'mbox: a.mbox, number: 1, blank_line: true', '~{9+}\r\nA: 1\n\nx\n\n\r\n'],
  ] as const;
  for (const [what, literal, expected] of rows) {
    it(`may have ${what}`, async () => {
      const peer = await listen(smtpScript({ greeting: '* OK' }));
      const steps = `- expect: OK\n- send: ["X ~", { literal: { ${literal} }, plus: true }]`;
      await playSteps(steps, { server: peer.url('imap'), folder });
      const [talk] = peer.talks;
      assert.ok(talk?.received.endsWith(`X ${expected}`), JSON.stringify(talk?.received));
    });
  }

  it('is refused where its octets are not base64, or are another source too', () => {
    for (const [literal, message] of [
      ['base64: "a*"', /"a\*" is not base64/],
      ['base64: AA==, number: 1', /"number" does not go with "base64"/],
    ] as const) {
      const text = `suite: S\nserver: "imap://127.0.0.1"\nscenarios:\n  - name: a\n    dialogue:\n      - send: ["X ", { literal: { ${literal} } }]\n        expect: OK\n`;
      const [problem] = planOf(text).diagnostics;
      assert.match(problem?.message ?? '', message);
    }
  });
});
