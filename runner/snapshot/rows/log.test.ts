import assert from 'node:assert/strict';
import { logProbes } from './log.ts';
import type { Target } from './target.ts';

describe('the scenario of a wrong password', () => {
  const base = { implicitTls: true, starttls: false, login: true, literals: false };
  const targets: readonly Target[] = [
    { ...base, name: 'imaps', scheme: 'imaps', protocol: 'imap' },
    { ...base, name: 'submissions', scheme: 'smtps', protocol: 'smtp' },
  ];

  it('ends the session before it reads the log, since some servers log the failure only then', () => {
    for (const [index, command] of ['LOGOUT', 'QUIT'].entries()) {
      const probe = logProbes(targets.slice(index, index + 1), undefined).find(({ name }) =>
        /wrong password/.test(name),
      );
      const steps = (probe?.steps ?? []).map((step) => JSON.stringify(step));
      const at = (text: string) => steps.findIndex((step) => step.includes(text));
      assert.ok(at('authenticate') !== -1 && at('authenticate') < at(`"${command}"`), steps.join('\n'));
      assert.ok(at(`"${command}"`) < at('mail_log'), steps.join('\n'));
    }
  });
});
