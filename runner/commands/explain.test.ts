import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { diagnosticTitles } from '../diagnostic.ts';
import { packageRoot } from '../package-root.ts';
import { findingNames } from '../protocol/findings.ts';
import { codeWords } from '../words/codes.ts';
import { diagnosticExamples } from '../words/diagnostic-examples.ts';

describe('mailspec explain', () => {
  let cwd: string;
  before(() => {
    cwd = mkdtempSync(join(tmpdir(), 'explain-'));
  });
  after(() => rmSync(cwd, { recursive: true, force: true }));
  const explain = (...args: readonly string[]) => dispatched(['explain', ...args], { cwd });

  it('tells of a scenario what it is for, where the rule is, what to set and how it fails, without a configuration', async () => {
    const id = 'mailspec:relay/recipients#a-nonexistent-mailbox-is-refused';
    const { stdout, status } = await explain(id);
    assert.equal(status, 0);
    for (const part of [
      id,
      /backscatter/,
      /See RFC 5321 section 4\.2\.3: https:\/\/www\.rfc-editor\.org\/rfc\/rfc5321#section-4\.2\.3/,
      /Postfix: Remove the catch-all/,
      /Your configuration would need: mx, domain/,
      /Example of the failure:\n {2}RCPT TO:<nobody-\S+@example\.com>: expected 550, 551 or 553, got 250 2\.1\.5 Ok\n/,
    ])
      assert.ok(typeof part === 'string' ? stdout.includes(part) : part.test(stdout), `${part}\n${stdout}`);
    assert.equal((await explain(id.slice('mailspec:'.length))).stdout, stdout);
  });

  it('tells of scenarios that need commands, receivers and rare servers, too, what to configure', async () => {
    const rows: readonly (readonly [id: string, needs: string])[] = [
      ['operations/server#postfix-reports-no-configuration-errors', 'allow: { commands: true }'],
      ['outgoing/unchanged#from-to-and-subject-leave-unchanged', 'receivers: { outside: … }'],
      ['relay/ipv6#relaying-from-a-stranger-is-refused-over-ipv6', 'mx6'],
      ['submission/ipv6#a-login-works-on-sieve-over-ipv6', 'sieve6'],
      ['recipes/line#the-policy-service-answers-a-request-with-one-action', 'policy'],
      ['recipes/from-elsewhere#mail-for-the-domain-is-accepted-from-outside', 'stranger'],
      ['recipes/autoconfig#thunderbird-s-autoconfig-has-imap-and-smtp', 'autoconfig'],
    ];
    for (const [id, needs] of rows) {
      const { stdout, stderr, status } = await explain(`mailspec:${id}`);
      assert.equal(status, 0, stderr);
      for (const part of [`mailspec:${id}\n`, '\nWhat it does:\n'])
        assert.ok(stdout.includes(part), `${id}: ${part}\n${stdout}`);
      const needed = /^Your configuration would need: (.*)$/m.exec(stdout)?.[1] ?? '';
      assert.ok(needed.includes(needs), `${id}: ${needed}`);
    }
  });

  it('tells of every code and every finding what it means and what to do', async () => {
    for (const name of [...Object.keys(codeWords), ...Object.keys(diagnosticTitles), ...findingNames().slice(0, 20)]) {
      const { stdout, status } = await explain(name);
      assert.equal(status, 0, name);
      assert.ok(stdout.startsWith(`${name}\n`) && stdout.includes('To do: '), stdout);
      assert.match(stdout, /^Example(?: of the same flaw, \S+)?:\n(?: {2}[CS] .*\n)* {2}error\[\S+\]: \S/m, name);
    }
    const { stdout } = await explain('imap.flag-list.trailing-space');
    assert.match(stdout, /RFC 9051 section 9[\s\S]*tolerate: \[[\s\S]*^ {2}S \* FLAGS \(\\Seen \\Draft \)␍␊$/m);
    assert.match(
      (await explain('sieve.resp-code.tab')).stdout,
      /^Example of the same flaw, imap\.response\.tab:\n {2}C a NOOP\n {2}S a\\x09OK done␍␊$/m,
    );
  });

  it('suggests what is meant', async () => {
    const { stderr, status } = await explain('reply.missmatch');
    assert.equal(status, 2);
    assert.match(stderr, /Cannot explain "reply\.missmatch"[\s\S]*Did you mean "reply\.mismatch"\?/);
    assert.equal((await explain()).status, 2);
    assert.equal((await explain('mailspec:relay/recipients#nothing')).status, 2);
  });

  it('shows an example of each error that mailspec prints', async () => {
    const folder = join(packageRoot(), 'fixtures', 'invalid');
    const printed = readdirSync(folder)
      .filter((name) => name.endsWith('.err'))
      .map((name) => readFileSync(join(folder, name), 'utf8'));
    const project = {
      'mailspec.yaml':
        'variables: { hide_client: true }\nprofiles: { production: {} }\nservers: { mx: "smtp://127.0.0.1:1" }\n',
      'a.yaml': 'suite: A\nserver: mx\nscenarios: [{ name: a, dialogue: [{ expect: 220 }] }]\n',
    };
    for (const [name, text] of Object.entries(project)) writeFileSync(join(cwd, name), text);
    for (const args of [
      ['run', '--junti'],
      ['run', 'a.yaml', '--profile', 'prodution'],
      ['run', 'a.yaml', '--tags', 'smpt'],
    ])
      printed.push((await dispatched(args, { cwd })).stderr.replaceAll(/^error: |warning\[/gm, 'error['));
    for (const name of Object.keys(project)) rmSync(join(cwd, name));
    for (const [code, { message, help }] of Object.entries(diagnosticExamples)) {
      const start = code === 'argument.invalid' ? 'error[' : `error[${code}]: `;
      const wanted = help === undefined ? '' : `[\\s\\S]*?= help: ${escaped(help)}`;
      const pattern = new RegExp(`^${escaped(start + message)}$${wanted}`, 'm');
      assert.ok(
        printed.some((each) => pattern.test(each)),
        `${code}: ${message}`,
      );
    }
  });
});

function escaped(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}
