import assert from 'node:assert/strict';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { playSteps, told } from '../../fixtures/testing/play.ts';
import { itSideBySide } from '../../fixtures/testing/side-by-side.ts';
import { actualIn } from '../../fixtures/testing/worded.ts';

describe('nothing goes unread', () => {
  const together = itSideBySide(8);
  const { listen } = peers();

  it('a second reply before the next send fails that step, and is shown', async () => {
    const peer = await listen(smtpScript({ NOOP: '250 one\n250 and another' }));
    const result = await playSteps('- expect: 220\n- send: NOOP\n  expect: 250\n- send: RSET\n  expect: 250', {
      server: peer.url(),
    });
    assert.equal(result.outcome, 'failed');
    assert.equal(result.problem?.code, 'reply.unread', told(result));
    assert.match(actualIn(result), /250 and another␍␊/);
    assert.match(result.problem.hint ?? '', /look for a "send" without one/);
    assert.equal(peer.talks[0]?.received, 'NOOP\r\n');
  });

  it('a reply at the end fails the scenario, one that comes a little late too', async () => {
    const prompt = await listen(smtpScript({ NOOP: '250 one\n250 and another' }));
    const last = await playSteps('- expect: 220\n- send: NOOP\n  expect: 250', { server: prompt.url() });
    assert.equal(last.problem?.code, 'reply.unread', told(last));
    const slow = await listen(
      smtpScript({
        NOOP: (talk) => {
          setTimeout(() => talk.write('250 late\r\n'), 80);
          return '';
        },
      }),
    );
    const late = await playSteps('- expect: 220\n- send: NOOP', { server: slow.url() });
    assert.equal(late.problem?.code, 'reply.unread', told(late));
    assert.match(actualIn(late), /250 late/);
  });

  it('says that the greeting needs an expectation where the first command took it for its reply', async () => {
    const peer = await listen(async (talk) => {
      await talk.line();
      talk.write('+OK peer ready\r\n+OK\r\n');
      await talk.gone;
    });
    const result = await playSteps('- send: NOOP\n  expect: +OK', { server: peer.url('pop3') });
    assert.equal(result.problem?.code, 'reply.unread', told(result));
    assert.match(result.problem.hint ?? '', /begin the dialogue with an "expect" for its greeting/);
  });

  const greetings = {
    smtp: '220 peer ready\r\n',
    imap: '* OK peer ready\r\n',
    pop3: '+OK peer ready\r\n',
    sieve: '"IMPLEMENTATION" "peer"\r\n"SIEVE" "fileinto"\r\nOK\r\n',
  };
  const ofAll = peers(after);
  const fragments: readonly (readonly [keyof typeof greetings, string, string])[] = [
    ['smtp', '250 ok', 'smtp.reply.incomplete'],
    ['smtp', '250-one\r\n', 'smtp.reply.incomplete'],
    ['imap', '* 3 EXI', 'imap.response.incomplete'],
    ['imap', '* 3 EXISTS\r\n* 1 FETCH (BODY[] {10}\r\nabc', 'imap.response.incomplete'],
    ['imap', 'a OK do', 'imap.response.incomplete'],
    ['pop3', '+O', 'pop3.reply.incomplete'],
    ['sieve', 'OK', 'sieve.response.incomplete'],
    ['sieve', '"one"\r\n', 'sieve.response.incomplete'],
  ];
  for (const [protocol, fragment, name] of fragments)
    for (const end of ['stays silent', 'closes'] as const)
      together(
        `a reply without an end fails the scenario: ${protocol} ${JSON.stringify(fragment)}, and the server ${end}`,
        async () => {
          const peer = await ofAll.listen(async (talk) => {
            talk.write(greetings[protocol] + fragment);
            if (end === 'closes') talk.end();
            await talk.gone;
          });
          const greeted = protocol === 'pop3' ? '+OK' : protocol === 'smtp' ? '220' : 'OK';
          const url = peer.url(protocol);
          const result = await playSteps(`- expect: ${greeted}`, { server: url });
          assert.equal(result.problem?.code, 'protocol.violation', told(result));
          assert.equal(result.violations[0]?.name, name);
          const tolerated = await playSteps(`- expect: ${greeted}`, { server: { url, tolerate: [name] } });
          assert.equal(tolerated.outcome, 'passed', told(tolerated));
        },
      );

  it('the end of a reply may come a little later', async () => {
    const peer = await listen((talk) => {
      talk.write('* OK ready\r\n* OK Still');
      setTimeout(() => talk.write(' here\r\n'), 80);
    });
    const result = await playSteps('- expect: OK', { server: peer.url('imap') });
    assert.equal(result.outcome, 'passed', told(result));
  });

  it('a reply without an end before the expected end of the connection fails the scenario', async () => {
    const peer = await listen((talk) => {
      talk.write('* OK ready\r\n* BYE goo');
      talk.end();
    });
    const result = await playSteps('- expect: OK\n- expect: closed', { server: peer.url('imap') });
    assert.equal(result.problem?.code, 'protocol.violation', told(result));
    assert.equal(result.violations[0]?.name, 'imap.response.incomplete');
  });

  it('close ends no reply', async () => {
    const peer = await listen(async (talk) => {
      talk.write('* OK ready\r\n* OK Sti');
      await talk.gone;
    });
    const result = await playSteps('- expect: OK\n- close', { server: peer.url('imap') });
    assert.equal(result.problem?.code, 'protocol.violation', told(result));
  });

  it('a 421 that came unasked is the answer to what is sent next', async () => {
    const script = () => smtpScript({ NOOP: '250 one\n421 too many errors', RSET: '' });
    const steps = (expected: string) =>
      `- expect: 220\n- send: NOOP\n  expect: 250\n- wait: 50ms\n- send: RSET\n  expect: ${expected}`;
    const peer = await listen(script());
    const good = await playSteps(steps('421'), { server: peer.url() });
    assert.equal(good.outcome, 'passed', told(good));
    const bad = await playSteps(steps('250'), { server: peer.url() });
    assert.equal(bad.problem?.code, 'reply.mismatch', told(bad));
    const unread = await playSteps('- expect: 220\n- send: NOOP\n  expect: 250\n- wait: 50ms\n- send: RSET', {
      server: peer.url(),
    });
    assert.equal(unread.problem?.code, 'reply.unread', told(unread));
  });

  it('an unread greeting is one too', async () => {
    const peer = await listen(smtpScript());
    const result = await playSteps('- connect\n- wait: 50ms\n- send: NOOP\n  expect: 250', { server: peer.url() });
    assert.equal(result.problem?.code, 'reply.unread', told(result));
    const never = await playSteps('- send: NOOP\n  expect: 220', { server: peer.url() });
    assert.equal(never.problem?.code, 'reply.unread', told(never));
  });

  it('every action that sends looks: message, pipeline, starttls, authenticate, close, reset', async () => {
    const peer = await listen(smtpScript({ NOOP: '250 one\n250 two' }));
    const actions = [
      'message: { raw: "a" }',
      'pipeline: [{ send: NOOP, expect: 250 }]',
      'starttls:',
      'authenticate: { mechanism: PLAIN, user: a, password: b }',
      'close:',
      'reset:',
    ];
    for (const action of actions) {
      const result = await playSteps(`- expect: 220\n- send: NOOP\n  expect: 250\n- ${action}`, { server: peer.url() });
      assert.equal(result.problem?.code, 'reply.unread', `${action}: ${told(result)}`);
    }
  });

  it('holds for every connection of a scenario', async () => {
    const one = await listen(smtpScript());
    const two = await listen(smtpScript({ NOOP: '250 one\n250 two' }));
    const result = await playSteps(
      '- { on: a, expect: 220 }\n- { on: b, expect: 220 }\n- { on: b, send: NOOP, expect: 250 }\n- { on: a, send: NOOP, expect: 250 }',
      {
        servers: { one: one.url(), two: two.url() },
        scenario: { connections: { a: 'one', b: 'two' } },
      },
    );
    assert.equal(result.problem?.code, 'reply.unread', told(result));
  });

  it('does not hold between raw parts of one command, nor within a pipeline', async () => {
    const peer = await listen(async (talk) => {
      talk.write('220 peer\r\n');
      await talk.until('EH');
      talk.write('250 too early\r\n');
      await talk.until('LO\r\n');
      await talk.gone;
    });
    const result = await playSteps(
      '- expect: 220\n- send: { raw: "EH" }\n- wait: 50ms\n- send: { raw: "LO\\r\\n" }\n- expect: 250 too early',
      { server: peer.url() },
    );
    assert.equal(result.outcome, 'passed', told(result));
  });

  it('half a line at the end is no reply where lines may be prompts', async () => {
    const peer = await listen(async (talk) => {
      talk.write('welcome\r\nlogin: ');
      await talk.gone;
    });
    const result = await playSteps('- expect: welcome', { server: peer.url('tcp') });
    assert.equal(result.outcome, 'passed', told(result));
  });

  it('LMTP: one reply for each recipient after the message, and none of them goes unread', async () => {
    const lmtp = smtpScript({
      LHLO: '250 peer',
      RCPT: (_talk, line) => (line.includes('nobody') ? '550 5.1.1 Unknown' : '250 2.1.5 OK'),
      message: '250 for one\n452 4.2.2 for two',
    });
    const peer = await listen(lmtp);
    const before =
      '- expect: 220\n- send: LHLO a\n  expect: 250\n- send: MAIL FROM:<>\n  expect: 250\n- send: RCPT TO:<one@a>\n  expect: 250\n- send: RCPT TO:<nobody@a>\n  expect: 550\n- send: RCPT TO:<two@a>\n  expect: 250\n- send: DATA\n  expect: 354\n- message: { raw: "Subject: a\\n\\nb\\n" }\n  expect: 250 for one\n';
    const both = await playSteps(`${before}- expect: 452\n- send: QUIT\n  expect: 221`, { server: peer.url('lmtp') });
    assert.equal(both.outcome, 'passed', told(both));
    const one = await playSteps(`${before}- send: QUIT\n  expect: 221`, { server: peer.url('lmtp') });
    assert.equal(one.problem?.code, 'reply.unread', told(one));
  });

  it("LMTP: a second recipient's reply that comes late fails the scenario's end", async () => {
    const peer = await listen(
      smtpScript({
        LHLO: '250 peer',
        message: (talk) => {
          setTimeout(() => talk.write('250 for two\r\n'), 600);
          return '250 for one';
        },
      }),
    );
    const result = await playSteps(
      '- expect: 220\n- send: MAIL FROM:<>\n  expect: 250\n- pipeline:\n    - { send: "RCPT TO:<one@a>", expect: 250 }\n    - { send: "RCPT TO:<two@a>", expect: 250 }\n- send: DATA\n  expect: 354\n- message: { raw: "a" }\n  expect: 250',
      { server: peer.url('lmtp') },
    );
    assert.equal(result.problem?.code, 'reply.unread', told(result));
  });
});
