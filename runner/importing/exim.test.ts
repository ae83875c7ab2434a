import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { importText } from './import.ts';

/** The dialogue that a client script is imported as. */
function dialogueOf(...lines: readonly string[]): { readonly steps: readonly unknown[]; readonly text: string } {
  const script = ['client 127.0.0.1 25', ...lines, '****', ''].join('\n');
  const made = importText([script], { title: 'a', server: 'mx', format: 'a client script of Exim' });
  assert.ok('text' in made);
  const { text } = made;
  const { scenarios } = parse(text) as { readonly scenarios: readonly { readonly dialogue: readonly unknown[] }[] };
  return { steps: scenarios[0]?.dialogue ?? [], text };
}

describe("importText() of Exim's client scripts", () => {
  it('waits, sends octets without a line end, and reads escapes', () => {
    const { steps } = dialogueOf('??? 220', '+++ 2', '>>> NO', 'OP\\x20\\x41', '??? 250');
    assert.deepEqual(steps, [{ expect: 220 }, { wait: '2s' }, { send: { raw: 'NO' } }, { send: 'OP A', expect: 250 }]);
  });

  it('sends STARTTLS by itself where no handshake follows', () => {
    const { steps } = dialogueOf('??? 220', 'STARTTLS', '??? 220', 'starttls_wait', '??? 220');
    assert.deepEqual(steps, [{ expect: 220 }, 'starttls', { send: 'STARTTLS', expect: 220 }]);
  });

  it('expects nothing of a line that may be missing, and says so', () => {
    const { steps, text } = dialogueOf('??? 220', 'EHLO a', '??? 250-', '????250-SIZE', '??? 250 HELP');
    assert.match(text, /# may be there: 250-SIZE/);
    assert.ok(!JSON.stringify(steps).includes('SIZE'));
  });

  it('expects a reply to each of several commands that are sent at once', () => {
    const sent = 'ehlo a\\r\\nmail from:<a@b>';
    const { steps } = dialogueOf('??? 220', sent, '??? 250-', '??? 250', '??? 250', 'quit', '??? 221');
    const raw = 'ehlo a\r\nmail from:<a@b>\r\n';
    assert.deepEqual(steps, [
      { expect: 220 },
      { send: { raw }, expect: [250, 250] },
      { expect: 250 },
      { send: 'quit', expect: 221 },
    ]);
  });

  it('leaves over what no scenario can say', () => {
    const { text } = dialogueOf('??? 220', 'stoptls', '<<< other', 'NOOP', '??? 250');
    assert.match(text, /# TLS ends/);
    assert.match(text, /# the steps of another file: other/);
  });
});
