import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Change, MutantServer } from '../../fixtures/broken-servers/mutant.ts';
import { type Playing, startWith } from '../../fixtures/broken-servers/start.ts';
import { temporaryFolder } from '../../fixtures/servers/folder.ts';
import { describeServers } from '../../fixtures/servers/missing.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import type { ScenarioLine } from '../commands/results.ts';

/** More scenarios than run at once. */
const count = 24;

/** Scenarios with addresses of their own, which fail and show what the server logged about them. */
function suiteOf(server: string, dialogue: (at: number) => readonly object[]): string {
  const scenarios = Array.from({ length: count }, (_, at) => ({
    name: `number ${at}`,
    server,
    dialogue: dialogue(at),
  }));
  return JSON.stringify({ suite: 'A', scenarios });
}

const addressOf = (at: number, domain: string) => `number-${at}@${domain}`;

/**
 * Every other scenario sends mail for a foreign domain, which the server should refuse; the others to unknown
 * recipients, which it refuses.
 */
const mail = suiteOf('mx', (at) => [
  { expect: 220 },
  { send: 'EHLO client.example', expect: 250 },
  { send: 'MAIL FROM:<someone@somewhere.example>', expect: 250 },
  at % 2 === 0
    ? { send: `RCPT TO:<${addressOf(at, 'relay.example')}>`, expect: 550 }
    : { send: `RCPT TO:<${addressOf(at, 'example.test')}>`, expect: 250 },
]);

/** Every other scenario logs in and fails afterwards; the logins of the others are refused. */
const logins = suiteOf('pop3s', (at) =>
  at % 2 === 0
    ? [
        { expect: '+OK' },
        { send: 'USER alice@example.test', expect: '+OK' },
        { send: 'PASS ${password}', expect: '+OK' },
        { send: 'RETR 99999', expect: '+OK' },
      ]
    : [
        { expect: '+OK' },
        { send: `USER ${addressOf(at, 'example.test')}`, expect: '+OK' },
        { send: 'PASS wrong', expect: '+OK' },
      ],
);

const rows: readonly (readonly [server: MutantServer, Change, suite: string])[] = [
  ['postfix', { 'main.cf': { mynetworks: '0.0.0.0/0' } }, mail],
  ['exim', { exim: { rcpt_acl: '  accept\n    domains = relay.example\n' } }, mail],
  ['courier', {}, logins],
];

for (const [server, change, suite] of rows)
  describeServers(
    server === 'postfix' ? ['postfix', 'dovecot'] : [server],
    `log lines of scenarios on ${server}`,
    () => {
      let playing: Playing;
      before(async () => {
        playing = await startWith(server, change);
      });
      after(() => playing.stop());

      it('are their own, whatever is accepted and refused beside them', async () => {
        const folder = temporaryFolder('log-owner');
        try {
          writeFileSync(join(folder.path, 'mailspec.yaml'), playing.config);
          writeFileSync(join(folder.path, 'a.yaml'), suite);
          const args = ['run', 'a.yaml', '--parallel', '8', '--reporter', 'json=results.jsonl'];
          const { stderr } = await dispatched(args, { cwd: folder.path });
          const results = join(folder.path, 'results.jsonl');
          assert.ok(existsSync(results), stderr);
          const lines = readFileSync(results, 'utf8')
            .trim()
            .split('\n')
            .map((line): ScenarioLine => JSON.parse(line))
            .filter(({ type }) => type === 'scenario');
          assert.equal(lines.length, count, stderr);
          const owners = new Map<string, string>();
          for (const { id, outcome, log } of lines) {
            assert.equal(outcome, 'failed', id);
            const number = /\d+$/.exec(id)?.[0];
            const own = log.filter(({ whose }) => whose === 'own').map(({ text }) => text);
            for (const text of own) {
              const named = /number-(\d+)@/.exec(text)?.[1] ?? number;
              assert.equal(named, number, `${id}: ${text}`);
              // A client's port belongs to one scenario.
              if (!/port=\[\d+\]/.test(text)) continue;
              assert.equal(owners.get(text) ?? id, id, text);
              owners.set(text, id);
            }
            // Servers log what they refused with its address.
            if (Number(number) % 2 === 1)
              assert.ok(
                own.some((text) => text.includes(`number-${number}@`)),
                `${id}: ${log.map(({ text }) => text).join('\n')}`,
              );
          }
        } finally {
          folder.remove();
        }
      });
    },
  );
