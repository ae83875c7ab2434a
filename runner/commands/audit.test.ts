import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../../fixtures/testing/command.ts';
import { begin, dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { peers } from '../../fixtures/testing/peer.ts';

describe('mailspec audit', () => {
  const { listen } = peers();

  /** A server that accepts everything. */
  async function openRelay(name = 'mail.example.com'): Promise<string> {
    const peer = await listen(async (talk) => {
      talk.write(`220 ${name} ESMTP\r\n`);
      for (;;) {
        const line = await talk.line();
        talk.write(/^DATA/i.test(line) ? '354 go on\r\n' : '250 2.1.5 Ok\r\n');
      }
    });
    return `mx=${peer.url('smtp')}`;
  }

  it('says how to check one thing again, and that does it', async () => {
    const cwd = project({});
    const options = ['--server', await openRelay(), '--timeout', '300ms', '--no-mail'];
    const whole = ['audit', 'example.com', ...options, '--only', 'relay/recipients#a-nonexist*'];
    const { stdout, status } = await dispatched(whole, { cwd });
    assert.equal(status, 1, stdout);
    const [, command = '', id = ''] = /^ {2}rerun {3}mailspec (audit .* --only )'([^']+)'$/m.exec(stdout) ?? [];
    assert.equal(
      command,
      `audit example.com ${options.join(' ').replace('--timeout 300ms --no-mail', '--no-mail --timeout 300ms')} --only `,
    );
    const again = await dispatched([...command.trim().split(' '), id], { cwd });
    assert.equal(again.status, 1);
    assert.match(again.stdout, /^HIGH {2}RCPT TO:/);
    assert.match(again.stdout, /^relay +\w +1 \w+$/m);
    // What was not requested is not reported as missing.
    assert.doesNotMatch(again.stderr, /Not checked/);
    const { stderr, status: refused } = await dispatched(['audit', 'example.com', ...options, '--only', 'relay/x'], {
      cwd,
    });
    assert.match(stderr, /Cannot check only "relay\/x": no check of these servers has this id/);
    assert.equal(refused, 2);
  });

  it('checks each server of the same name', async () => {
    const servers = [await openRelay(), await openRelay()];
    const { stdout, stderr } = await dispatched(
      [
        ...['audit', 'example.com', ...servers.flatMap((each) => ['--server', each])],
        ...['--timeout', '300ms'],
        ...['', '@*'].flatMap((suffix) => ['--only', `relay/recipients#a-nonexistent-mailbox-is-refused${suffix}`]),
      ],
      { cwd: project({}) },
    );
    for (const each of servers) assert.match(stderr, new RegExp(`^  mx  ${each.replace('mx=smtp://', '')}$`, 'm'));
    assert.match(stdout, /\(2 scenarios\)/, stdout + stderr);
  });

  it('says that a smart host may answer port 25, and that it does not see outgoing mail', async () => {
    const mx = await openRelay('mx.filter.example');
    const submission = (await openRelay()).replace(/^mx/, 'submission');
    const { stderr } = await dispatched(
      ['audit', 'example.com', '--server', mx, '--server', submission, '--timeout', '1ms', '--no-mail'],
      { cwd: project({}) },
    );
    assert.match(
      stderr,
      /^note: Port \d+ of 127\.0\.0\.1 greets as mx\.filter\.example, and port \d+ as mail\.example\.com\./m,
    );
    assert.match(stderr, /^Not checked:\n(?: {2}.*\n)* {2}outgoing mail, /m);
  });

  it('says how many checks were impossible because the server trusts this host', async () => {
    const recipients = ['relaying-is-refused-permanently-not-temporarily', 'a-nonexistent-mailbox-is-refused'];
    const { stdout, stderr } = await dispatched(
      [
        ...['audit', 'example.com', '--server', await openRelay(), '--timeout', '300ms'],
        ...recipients.flatMap((each) => ['--only', `relay/recipients#${each}`]),
      ],
      { cwd: project({}) },
    );
    assert.match(stdout, /^HIGH {2}RCPT TO:<nobody/);
    assert.match(
      stderr,
      /^Not checked:\n {2}1 check: the server trusts this host, its own; run the audit from another network$/m,
    );
  });

  it('ends with 130 when interrupted, and reports what it has found', async () => {
    // Greets the first connection only, which finds out what the port is for.
    const imap = await listen((talk, number) => {
      if (number === 1) talk.write('* OK ready\r\n');
    });
    const cwd = project({});
    const audit = begin(
      [
        ...['audit', 'example.com', '--server', await openRelay(), '--server', `imap=${imap.url('imap')}`],
        ...['--only', 'relay/recipients#a-nonexistent-mailbox-is-refused'],
        ...['--only', 'tls/starttls#starttls-works-on-imap', '--reporter', 'json=-', '--reporter', 'audit=report'],
      ],
      { cwd },
    );
    await audit.shows(/"outcome":"failed"/);
    audit.interrupt();
    const { status, stderr } = await audit.ended;
    assert.equal(status, 130, stderr);
    assert.doesNotMatch(stderr, /^ +at /m);
    assert.match(
      readFileSync(join(cwd, 'report'), 'utf8'),
      /^Interrupted: the report is about what had been checked\n\nHIGH {2}RCPT TO:(?:.*\n)+relay +D +1 high\nTLS +\? +1 could not be checked\n/,
    );
  });

  it('ends with 130 when interrupted while it looks for the servers', async () => {
    const silent = await listen(() => {});
    const audit = begin(['audit', 'example.com', '--server', `mx=${silent.url('smtp')}`], { cwd: project({}) });
    await audit.shows(/Looking for/);
    audit.interrupt();
    const { status, stdout, stderr } = await audit.ended;
    assert.deepEqual([status, stdout, stderr], [130, '', 'Looking for the mail servers of example.com …\n']);
  });
});
