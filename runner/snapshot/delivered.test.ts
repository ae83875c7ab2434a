import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastTime } from '../../fixtures/testing/fast-time.ts';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { mark, takeAndRemove } from './delivered.ts';
import { gate, type Probe } from './probe.ts';

describe('takeAndRemove()', () => {
  fastTime(20);
  const { listen } = peers();
  let path: string;
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'mailspec-delivered-'));
    for (const name of ['new', 'cur']) mkdirSync(join(path, name));
  });
  afterEach(() => rmSync(path, { recursive: true, force: true }));

  /** Takes a snapshot of a server that hands over each message that it accepts. */
  async function taken(deliver: (message: string, number: number) => void, signal = new AbortController().signal) {
    let count = 0;
    const peer = await listen(
      smtpScript({
        message(_talk, message) {
          deliver(message, count++);
          return '250 2.0.0 Ok';
        },
      }),
    );
    const steps: Probe['steps'] = [
      { expect: 220 },
      { send: 'MAIL FROM:<a@example.test>', expect: 250 },
      { send: 'RCPT TO:<b@example.test>', expect: 250 },
      { send: 'DATA', expect: 354 },
      { message: 'Subject: mailspec ${scenario.id}\n\nHello\n', expect: gate },
    ];
    const looking = {
      options: { config: { path: 'mailspec.yaml', text: '{}' }, servers: { mx: peer.url() }, timeout: '60s' },
      ...{ parallel: 8, signal, clock: () => performance.now(), wall: () => Date.now(), defaults: {} },
    };
    const marked = await mark([{ path }]);
    const probe: Probe = { file: 'mx', name: 'A message', server: 'mx', leaves: 'mail', steps };
    return { ...(await takeAndRemove([probe], { names: new Map(), secrets: new Map() }, looking, marked)), count };
  }
  const put = (text: string, number: number) => writeFileSync(join(path, 'new', `${number}.a.host`), text);
  const names = () => readdirSync(join(path, 'new'));

  it('removes the messages of all runs from the Maildir, and nothing else', async () => {
    writeFileSync(join(path, 'new', 'before'), 'Subject: mailspec mabc-1a\n\n');
    const { settled, left, count } = await taken((message, number) => {
      put(message, number);
      put('Subject: Hello\n\nsomebody else wrote this meanwhile\n', 100 + number);
    });
    assert.equal(settled.length, 1);
    assert.ok(count >= 3, `${count} messages`);
    assert.deepEqual(left, { stuck: [], closed: [], waiting: [] });
    assert.deepEqual(names().sort(), [
      ...Array.from({ length: count }, (_, index) => `${100 + index}.a.host`),
      'before',
    ]);
  });

  it('waits for a message that arrives after the last run', async () => {
    const { left } = await taken((message, number) => setTimeout(() => put(message, number), 2_000));
    assert.deepEqual([left, names()], [{ stuck: [], closed: [], waiting: [] }, []]);
  });

  it('says which messages did not arrive', async () => {
    const { left, count } = await taken((message, number) => number > 0 && put(message, number));
    assert.ok(count >= 3, `${count} messages`);
    assert.deepEqual([left.stuck, names()], [[], []]);
    assert.match(left.waiting.join(' '), /^m[0-9a-z]+-1a$/);
  });

  it('keeps what it observed if it can no longer look into the Maildir, and says so', async () => {
    const { settled, left } = await taken((_, number) => {
      if (number > 0) return;
      rmSync(path, { recursive: true });
      writeFileSync(path, '');
    });
    assert.equal(settled.length, 1);
    assert.deepEqual(left.closed, [{ path, why: 'no such file' }]);
  });

  it('removes what arrived if it is interrupted', async () => {
    const interruption = new AbortController();
    const { settled, left } = await taken((message, number) => {
      interruption.abort();
      setTimeout(() => put(message, number), 400);
    }, interruption.signal);
    assert.deepEqual([settled, left.stuck, names()], [[], [], []]);
  });
});

describe('mark()', () => {
  it('says which mailboxes it cannot look into, and takes each once', async () => {
    const path = mkdtempSync(join(tmpdir(), 'mailspec-delivered-'));
    try {
      const within = [join(path, 'allowed')];
      const { maildirs, closed } = await mark([{ path }, { path }, { path: join(path, '..'), within }]);
      assert.deepEqual(
        [maildirs.map((each) => each.path), closed],
        [[path], [{ path: join(path, '..'), why: 'it is outside the project' }]],
      );
    } finally {
      rmSync(path, { recursive: true, force: true });
    }
  });
});
