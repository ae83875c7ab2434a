import assert from 'node:assert/strict';
import { fastTime } from '../../fixtures/testing/fast-time.ts';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';
import { play, told } from '../../fixtures/testing/play.ts';
import { itSideBySide } from '../../fixtures/testing/side-by-side.ts';
import { linesIn } from '../../fixtures/testing/worded.ts';

describe('mail that is waited for', () => {
  const it = itSideBySide(4);
  fastTime(2);
  const { listen } = peers(after);
  const scenario = (name: string, sought: string, more = '') => `
  - name: ${name}${more}
    dialogue:
      - expect: 220
      - { send: DATA, expect: 354 }
      - { message: { text: hello }, expect: 250 }
      - eventually: { within: 600ms, every: 100ms, dialogue: [{ send: ${sought}, expect: 250 }] }`;
  /** The scenarios that waited less than their file says, when they run one after the other. */
  const impatient = async (...scenarios: readonly string[]) => {
    const peer = await listen(smtpScript({ NOOP: '450 not there' }));
    const text = `suite: Mail\nserver: it\nscenarios:${scenarios.join('')}`;
    const { results } = await play(text, { servers: { it: { url: peer.url() } }, parallel: 1 });
    return results.map((result) => {
      const note = linesIn(result).find((line) => line.startsWith('waiting'));
      if (note !== undefined)
        assert.equal(
          note,
          'waiting 100 ms instead of 600 ms: nothing that was sent through it has arrived so far',
          told(result),
        );
      return `${result.outcome}${note === undefined ? '' : ' soon'}`;
    });
  };
  const lost = (name: string, more = '') => scenario(name, 'NOOP', more);
  const found = (name: string) => scenario(name, 'RSET');

  it('is waited for less once three scenarios have lost theirs and none has arrived', async () => {
    assert.deepEqual(await impatient(lost('a'), lost('b'), lost('c'), lost('d'), found('e'), lost('f')), [
      'failed',
      'failed',
      'failed',
      'failed soon',
      'passed soon',
      'failed',
    ]);
  });

  it('is waited for by whom it is for: one mailbox gets its mail, and another does not', async () => {
    const to = (name: string, sought: string, whom: string) =>
      scenario(name, sought).replace(
        '- { send: DATA',
        `- { send: "RCPT TO:<${whom}@a.example>", expect: 250 }\n      - { send: DATA`,
      );
    const peer = await listen(smtpScript({ NOOP: '450 not there' }));
    const scenarios = [
      to('a', 'RSET', 'alice'),
      to('f', 'RSET', 'bob').replace(
        '- { send: DATA',
        '- { send: "RCPT TO:<alice@a.example>", expect: 250 }\n      - { send: DATA',
      ),
      ...['b', 'c', 'd', 'e'].map((name) => to(name, 'NOOP', name === 'b' ? 'Bob' : 'bob')),
    ];
    const text = `suite: Mail\nserver: it\nscenarios:${scenarios.join('')}`;
    const { results } = await play(text, { servers: { it: { url: peer.url() } }, parallel: 1 });
    const notes = results.map((each) => linesIn(each).find((line) => line.startsWith('waiting')));
    assert.deepEqual(notes, [
      ...Array.from({ length: 5 }, () => undefined),
      'waiting 100 ms instead of 600 ms: nothing that was sent through it to bob@a.example has arrived so far',
    ]);
  });

  it('is waited for as long as they say where any has arrived, or where a loss is known', async () => {
    const known = '\n    known_issue: { reason: it is lost }';
    const [arrived, lossKnown] = await Promise.all([
      impatient(found('a'), lost('b'), lost('c'), lost('d'), lost('e')),
      impatient(lost('a'), lost('b', known), lost('c'), lost('d')),
    ]);
    assert.deepEqual(arrived, ['passed', ...Array.from({ length: 4 }, () => 'failed')]);
    assert.deepEqual(lossKnown, ['failed', 'known', 'failed', 'failed']);
  });
});
