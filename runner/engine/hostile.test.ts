import assert from 'node:assert/strict';
import * as behaviours from '../../fixtures/hostile/behaviours.ts';
import { type Behaviour, type HostileServer, startHostileServer } from '../../fixtures/hostile/server.ts';
import { play, playSteps, told } from '../../fixtures/testing/play.ts';
import { headlineIn, linesIn } from '../../fixtures/testing/worded.ts';
import type { Problem } from '../result.ts';

/** A hostile server leads to one clear result in time, with bounded memory and nothing left open. */
describe('a hostile server', () => {
  const servers: HostileServer[] = [];
  const start = async (behaviour: Behaviour) => {
    const server = await startHostileServer(behaviour);
    servers.push(server);
    return server.url('smtp');
  };
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

  const dialogue = '- expect: 220\n- send: EHLO a\n  expect: 250\n- send: QUIT\n  expect: 221';
  const limit = 250;

  const rows: readonly (readonly [
    name: string,
    behaviour: Behaviour,
    codes: readonly Problem['code'][],
    message: RegExp,
  ])[] = [
    ['that never answers', behaviours.neverAnswers(), ['reply.timeout'], /no complete greeting within 250 ms/],
    [
      'that greets and says no more',
      behaviours.greetsOnly(),
      ['reply.timeout'],
      /^EHLO a: no complete reply within 250 ms/,
    ],
    [
      'that says an octet now and then',
      behaviours.oneOctetATick('220 hostile.example ESMTP and so on\r\n', 100),
      ['reply.timeout'],
      /no complete greeting/,
    ],
    ['with a line without end', behaviours.lineWithoutEnd(), ['protocol.limit'], /the greeting exceeds a limit/],
    // Whichever comes first, the size limit or the timeout.
    [
      'with a reply without end',
      behaviours.replyWithoutEnd(),
      ['protocol.limit', 'reply.timeout'],
      /no complete greeting|the greeting exceeds/,
    ],
    ['that floods', behaviours.floods(), ['reply.unread', 'reply.mismatch'], /./],
    [
      'that closes in the middle of a reply',
      behaviours.closesInside(),
      ['connection.closed'],
      /closed the connection without a greeting/,
    ],
    ['that closes at once', behaviours.closesAtOnce(), ['connection.closed'], /closed the connection/],
    [
      'that resets',
      behaviours.resets(),
      ['connection.closed'],
      /^EHLO a: the server closed the connection without a reply/,
    ],
    ['that sends every octet there is', behaviours.garbage(), ['protocol.violation'], /violates the protocol/],
    ['with two codes in one reply', behaviours.mismatchedCodes(), ['protocol.violation'], /smtp\.reply\.codes/],
    ['that answers twice', behaviours.answersTwice(), ['reply.unread'], /a reply that no step expects/],
    ['that answers unasked', behaviours.answersUnasked(), ['reply.unread'], /a reply that no step expects/],
    ['with binary junk in its replies', behaviours.binaryJunk(), ['reply.mismatch', 'protocol.violation'], /./],
  ];

  for (const [name, behaviour, codes, message] of rows) {
    it(`${name} fails one scenario within its time`, async () => {
      const before = process.memoryUsage();
      const result = await playSteps(dialogue, { server: { url: await start(behaviour), timeout: `${limit}ms` } });
      assert.equal(result.outcome, 'failed', told(result).slice(0, 2000));
      assert.ok(result.problem && codes.includes(result.problem.code), told(result).slice(0, 2000));
      assert.match(headlineIn(result), message);
      assert.ok(result.duration < 5000, String(result.duration));
      // Transcripts are cut, and only a short part of a reply is shown.
      assert.ok(JSON.stringify(result.problem.mismatches).length < 3000);
      assert.ok(linesIn(result).reduce((sum, line) => sum + line.length, 0) < 3_000_000);
      assert.ok(process.memoryUsage().arrayBuffers - before.arrayBuffers < 64 * 1024 * 1024);
      assert.doesNotMatch(JSON.stringify(linesIn(result)), /\\u00[01]|\\u007f|\\n|\\r/, 'control characters');
    });
  }

  it('harms no other scenario of the run', async () => {
    const urls = await Promise.all(rows.map(([, behaviour]) => start(behaviour)));
    const good = await start(({ send, onLine }) => {
      send('220 hi\r\n');
      onLine((line) => send(line.startsWith('QUIT') ? '221 bye\r\n' : '250 OK\r\n'));
    });
    const entries = urls.flatMap((url, index) => [
      {
        name: `hostile ${index}`,
        server: { url, timeout: '250ms' },
        dialogue: [{ expect: 220 }, { send: 'EHLO a', expect: 250 }],
      },
      { name: `good ${index}`, server: good, dialogue: [{ expect: 220 }, { send: 'QUIT', expect: 221 }] },
    ]);
    const { results } = await play(JSON.stringify({ suite: 'Both', scenarios: entries }));
    for (const [index, result] of results.entries()) {
      if (index % 2 === 1) assert.equal(result.outcome, 'passed', told(result));
    }
  });

  it('that does not read what it is sent is given up in time', async () => {
    const url = await start(({ send, socket }) => {
      send('220 hi\r\n354 go on\r\n');
      socket().pause();
    });
    const steps = '- expect: 220\n- expect: 354\n- message: { size: 30MB }\n  timeout: 250ms\n  expect: 250';
    const result = await playSteps(steps, { server: url });
    assert.equal(result.outcome, 'failed', told(result).slice(0, 2000));
    assert.equal(headlineIn(result), 'message: the server did not read all of it within 250 ms');
    assert.ok(result.duration < 5000);
  });
});
