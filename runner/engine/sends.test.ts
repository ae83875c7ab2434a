import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { peers, smtpScript, type Talk } from '../../fixtures/testing/peer.ts';
import { playSteps, spoken, told } from '../../fixtures/testing/play.ts';
import { headlineIn } from '../../fixtures/testing/worded.ts';

/** The writes to a port during an action: what arrives may have been merged on the way. */
async function writesTo(port: number, during: () => Promise<void>): Promise<readonly string[]> {
  const writes: string[] = [];
  const { write } = Socket.prototype;
  Socket.prototype.write = function (this: Socket, octets: Uint8Array | string, ...rest: never[]) {
    if (this.remotePort === port && octets.length > 0) writes.push(String(octets));
    return write.call(this, octets, ...rest);
  } as typeof write;
  try {
    await during();
  } finally {
    Socket.prototype.write = write;
  }
  return writes;
}

describe('send', () => {
  const { listen } = peers();

  it('adds CRLF to a line; raw adds nothing, and its escapes are octets', async () => {
    const peer = await listen(async (talk) => {
      talk.write('220 peer\r\n');
      await talk.until('end\r\n');
      talk.write('250 OK\r\n');
      await talk.gone;
    });
    const result = await playSteps(
      '- expect: 220\n- send: ä\n- send: { raw: "\\xff\\0\\n" }\n- send: { raw: "ä", encoding: utf-8 }\n- send: { raw: "\\r\\n" }\n- send: { raw: "end\\r\\n" }\n- expect: 250',
      { server: peer.url() },
    );
    assert.equal(result.outcome, 'passed', told(result));
    assert.equal(peer.talks[0]?.received, 'Ã¤\r\n\xff\0\nÃ¤\r\nend\r\n');
  });

  it('lines go out in one write', async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps('- expect: 220\n- send: { lines: [NOOP, RSET] }\n- expect: 250\n- expect: 250', {
      server: peer.url(),
    });
    assert.equal(result.outcome, 'passed', told(result));
    assert.equal(peer.talks[0]?.received, 'NOOP\r\nRSET\r\n');
    assert.equal(peer.talks[0]?.arrivals.length, 1);
  });

  it('trickles raw octets', async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps(
      '- expect: 220\n- send: { raw: "NOOP\\r\\n", every: 20ms, chunk: 2 }\n  expect: 250',
      { server: peer.url() },
    );
    assert.equal(result.outcome, 'passed', told(result));
    assert.equal(peer.talks[0]?.received, 'NOOP\r\n');
    assert.ok((peer.talks[0]?.arrivals.length ?? 0) >= 3);
    assert.ok(result.duration >= 40);
  });

  it('trickles in pieces of different sizes, the last of which repeats', async () => {
    const peer = await listen(smtpScript());
    const steps =
      '- expect: 220\n- send: { raw: "NOOP 123456789\\r\\n", every: 20ms, chunk: [1, 3, 6] }\n  expect: 250';
    const writes = await writesTo(peer.port, async () => {
      const result = await playSteps(steps, { server: peer.url() });
      assert.equal(result.outcome, 'passed', told(result));
    });
    assert.deepEqual(writes, ['N', 'OOP', ' 12345', '6789\r\n']);
  });

  it('trickles a line octet by octet until the server has had enough of it', async () => {
    const peer = await listen(async (talk) => {
      talk.write('220 peer\r\n');
      await talk.until('NO');
      talk.write('421 Too slow\r\n');
      talk.end();
    });
    const result = await playSteps(
      '- expect: 220\n- send: { raw: "NOOP NOOP NOOP\\r\\n", every: 10ms, chunk: 1 }\n- expect: 421\n- expect: closed',
      { server: peer.url() },
    );
    assert.equal(result.outcome, 'passed', told(result));
  });

  it('of a captured line break is an error before anything is sent', async () => {
    const peer = await listen(smtpScript({ EHLO: '250-one\n250 two' }));
    const result = await playSteps(
      '- expect: 220\n- send: EHLO a\n  expect: 250\n  capture: { both: "/one\\ntwo/" }\n- send: VRFY ${both}\n  expect: 250',
      { server: peer.url() },
    );
    assert.equal(result.outcome, 'errored', told(result));
    assert.equal(result.problem?.code, 'input.value');
    assert.equal(peer.talks[0]?.received, 'EHLO a\r\n');
  });

  it('reads the reply of a server that closed in the middle of what it was sent', async () => {
    const peer = await listen(
      smtpScript({
        DATA: (talk) => {
          talk.write('552 5.3.4 Too big\r\n');
          talk.end();
          return '';
        },
      }),
    );
    const result = await playSteps('- expect: 220\n- send: DATA\n- message: { size: 5MB }\n  expect: 552', {
      server: peer.url(),
    });
    // Which of the two it is depends on whether the reply arrives before the message begins.
    assert.ok(result.outcome === 'passed' || result.problem?.code === 'reply.unread', told(result));
  });
});

describe('pipeline', () => {
  const { listen } = peers();

  it('sends all in one write, then reads the replies in order', async () => {
    const peer = await listen(smtpScript({ MAIL: '250 for mail', RCPT: '550 for rcpt', DATA: '503 for data' }));
    const result = await playSteps(
      '- expect: 220\n- pipeline:\n    - { send: "MAIL FROM:<>", expect: 250 for mail }\n    - { send: "RCPT TO:<a@b>", expect: 550, capture: { why: "/(for \\\\w+)/" } }\n    - { send: DATA, expect: 503 }\n- send: NOOP ${why}\n  expect: 250',
      { server: peer.url() },
    );
    assert.equal(result.outcome, 'passed', told(result));
    assert.equal(peer.talks[0]?.received, 'MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\nNOOP for rcpt\r\n');
    assert.equal(peer.talks[0]?.arrivals.length, 2);
  });

  it('begins a new write after a pause, and for what goes out in pieces', async () => {
    const peer = await listen(smtpScript());
    const steps = [
      '- expect: 220\n- pipeline:',
      '{ send: "MAIL FROM:<>", expect: 250 }',
      '{ send: "RCPT TO:<a@b>", expect: 250 }',
      '{ send: NOOP, wait: 30ms, expect: 250 }',
      '{ send: { raw: "RSET\\r\\n", chunk: [4, 2], every: 1ms }, expect: 250 }',
      '{ send: VRFY a, expect: 250 }',
    ].join('\n    - ');
    const writes = await writesTo(peer.port, async () => {
      const result = await playSteps(steps, { server: peer.url() });
      assert.equal(result.outcome, 'passed', told(result));
      assert.ok(result.duration >= 25);
    });
    assert.deepEqual(writes, ['MAIL FROM:<>\r\nRCPT TO:<a@b>\r\n', 'NOOP\r\n', 'RSET', '\r\n', 'VRFY a\r\n']);
  });

  it('says which of its commands was answered wrong', async () => {
    const peer = await listen(smtpScript({ RCPT: '550 No' }));
    const result = await playSteps(
      '- expect: 220\n- pipeline:\n    - { send: "MAIL FROM:<>", expect: 250 }\n    - { send: "RCPT TO:<a@b>", expect: 250 }\n    - { send: RSET, expect: 250 }',
      { server: peer.url() },
    );
    assert.match(headlineIn(result), /^RCPT TO:<a@b>: expected /, told(result));
  });

  it('leaves a reply that none of its steps expects unread', async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps(
      '- expect: 220\n- pipeline:\n    - send: "MAIL FROM:<>"\n    - { send: RSET, expect: 250 }\n- wait: 50ms\n- send: QUIT\n  expect: 221',
      { server: peer.url() },
    );
    assert.equal(result.problem?.code, 'reply.unread', told(result));
  });
});

describe('message', () => {
  const { listen } = peers();
  const toData = '- expect: 220\n- send: DATA\n  expect: 354\n';
  const sent = async (message: string, options: Parameters<typeof playSteps>[1] = {}) => {
    const peer = await listen(smtpScript());
    const result = await playSteps(`${toData}- message: ${message}\n  expect: "250 2.0.0 Ok: queued"\n`, {
      server: peer.url(),
      ...options,
    });
    assert.equal(result.outcome, 'passed', told(result));
    return (peer.talks[0]?.received ?? '').replace('DATA\r\n', '');
  };

  it('is dot-stuffed and ends in the dot', async () => {
    assert.equal(await sent('{ raw: "a\\n.\\n..b\\nc" }'), 'a\r\n..\r\n...b\r\nc\r\n.\r\n');
  });

  it('is built from fields', async () => {
    const text = await sent(
      '{ from: "Ä <a@b.example>", to: [c@d.example, e@f.example], subject: "grüß ${scenario.id}", text: "hi\\n.dot", headers: { X-A: b }, attachments: [{ filename: a.bin, size: 10 }] }',
    );
    assert.match(text, /^From: =\?UTF-8\?/m);
    assert.match(text, /^To: c@d\.example, e@f\.example\r$/m);
    assert.match(text, /^Subject: =\?UTF-8\?Q\?gr=C3=BC=C3=9F_/m);
    assert.match(text, /^X-A: b\r$/m);
    assert.match(text, /^\.\.dot\r$/m);
    assert.match(text, /filename=a\.bin/);
    assert.match(text, /\r\n\.\r\n$/);
  });

  it('is filled up to exactly its size', async () => {
    for (const size of [200, 201, 277, 278, 279, 10_000, 1024 * 1024]) {
      for (const source of ['', 'raw: "Subject: a\\n\\nb\\n", ', 'subject: a, ']) {
        const text = await sent(`{ ${source}size: ${source.startsWith('subject') ? size + 400 : size} }`);
        assert.ok(text.endsWith('\r\n.\r\n'));
        assert.equal(text.length - 3, source.startsWith('subject') ? size + 400 : size, `${source}${size}`);
        assert.doesNotMatch(text, /[^\r]\n|\r[^\n]/);
        assert.ok(text.split('\r\n').every((line) => line.length <= 998));
      }
    }
  });

  it('goes out as BDAT chunks, each answered', async () => {
    const peer = await listen(async (talk) => {
      talk.write('220 peer\r\n');
      for (const chunk of ['BDAT 5\r\n01234', 'BDAT 5\r\n56789', 'BDAT 2 LAST\r\n\r\n']) {
        await talk.until(chunk);
        talk.write(`250 ${chunk.slice(5, 6)} octets\r\n`);
      }
      await talk.gone;
    });
    const result = await playSteps('- expect: 220\n- message: { raw: "0123456789\\n", bdat: 5B }\n  expect: 250 2', {
      server: peer.url(),
    });
    assert.equal(result.outcome, 'passed', told(result));
    assert.equal(peer.talks[0]?.received, 'BDAT 5\r\n01234BDAT 5\r\n56789BDAT 2 LAST\r\n\r\n');
  });

  it('of megabytes is made while it is sent, to the octet, its own dots doubled and no others', async () => {
    const size = 3 * 1024 * 1024 + 1;
    const sizes: number[] = [];
    const peer = await listen(
      smtpScript({
        DATA: async (talk) => {
          talk.write('354 go\r\n');
          const text = await talk.until('\r\n.\r\n');
          assert.ok(text.startsWith('Subject: a\r\n\r\n..dot\r\n'), text.slice(0, 40));
          // Without the doubled dot and the final line.
          sizes.push(text.length - 1 - 3);
          return '250 stored';
        },
      }),
    );
    const result = await playSteps(
      `- expect: 220\n- send: DATA\n  expect: 354\n- message: { raw: "Subject: a\\n\\n.dot\\n", size: ${size} }\n  expect: 250`,
      { server: peer.url() },
    );
    assert.equal(result.outcome, 'passed', told(result));
    assert.deepEqual(sizes, [size]);
  });

  it('of megabytes goes out as BDAT chunks to the octet', async () => {
    const size = 2 * 1024 * 1024 + 17;
    const chunks: string[] = [];
    const peer = await listen(async (talk) => {
      talk.write('220 peer\r\n');
      for (let isLast = false; !isLast; ) {
        const line = await talk.line();
        chunks.push(line);
        isLast = line.endsWith(' LAST');
        const octets = await talk.take(Number(line.split(' ')[1]));
        assert.equal(octets.endsWith('\r\n'), isLast || octets.endsWith('\r\n'));
        talk.write('250 ok\r\n');
      }
      await talk.gone;
    });
    const result = await playSteps(
      `- expect: 220\n- message: { raw: "a\\n", size: ${size}, bdat: 1MiB }\n  expect: 250`,
      { server: peer.url() },
    );
    assert.equal(result.outcome, 'passed', told(result));
    assert.deepEqual(chunks, ['BDAT 1048576', 'BDAT 1048576', 'BDAT 17 LAST']);
  });

  it('ends at the chunk that is refused, whose reply its expectation sees', async () => {
    const refuse = async (talk: Talk) => {
      await talk.line();
      return '503 5.5.1 No';
    };
    const peer = await listen(smtpScript({ BDAT: refuse }));
    const result = await playSteps('- expect: 220\n- message: { raw: "01234\\n", bdat: 7B }\n  expect: 503', {
      server: peer.url(),
    });
    assert.equal(result.outcome, 'passed', told(result));
  });

  it('that has no room for its size is an error', async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps(`${toData}- message: { raw: "0123456789", size: 5 }\n  expect: 250`, {
      server: peer.url(),
    });
    assert.equal(result.outcome, 'errored', told(result));
    assert.equal(result.problem?.code, 'input.value');
  });

  it('shows in the transcript how it began and ended', async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps(`${toData}- message: { size: 3MiB }\n  expect: 250\n`, { server: peer.url() });
    assert.equal(result.outcome, 'passed', told(result));
    assert.ok(spoken(result).length < 3000);
    assert.ok(spoken(result).includes('C: .␍␊'));
  });
});
