import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRedactor } from '../printing/redact.ts';
import { lineWords } from '../words/problem.ts';
import { limits } from './limits.ts';
import { createTranscript, type Transcript } from './transcript.ts';

const secrets = [{ name: 'password', forms: ['s3cret'] }];

function transcript(): { readonly it: Transcript; at: number } {
  const state = { at: 100, it: undefined as unknown as Transcript };
  state.it = createTranscript({ clock: () => state.at, start: 100, redactor: createRedactor(secrets) });
  return state;
}

function texts(it: Transcript): string[] {
  return it.lines().map((line) => `${line.from[0]} ${lineWords(line)}`);
}

describe('createTranscript()', () => {
  it('lines() joins what arrived in pieces and splits it into lines, each with the time of its first octet', () => {
    const run = transcript();
    const observer = run.it.observer('smtp');
    observer.note({ kind: 'connected', remote: '127.0.0.1:25' });
    run.at = 105.70001;
    observer.received(Buffer.from('250-a\r\n25'));
    run.at = 110;
    observer.received(Buffer.from('0 b\r\n'));
    run.at = 120;
    observer.received(Buffer.from('250 c\r\n'));
    observer.sent(Buffer.from('QUIT\r\n'));
    assert.deepEqual(run.it.lines(), [
      { at: 0, connection: 'smtp', from: 'note', note: { kind: 'connected', remote: '127.0.0.1:25' } },
      { at: 5.7, connection: 'smtp', from: 'server', text: '250-a␍␊' },
      { at: 5.7, connection: 'smtp', from: 'server', text: '250 b␍␊' },
      { at: 20, connection: 'smtp', from: 'server', text: '250 c␍␊' },
      { at: 20, connection: 'smtp', from: 'client', text: 'QUIT␍␊' },
    ]);
  });

  it('lines() makes line ends and control characters visible, and marks a piece without a line end', () => {
    const { it } = transcript();
    const observer = it.observer('');
    observer.received(Buffer.from('a\nb\rc\0\x1b[0m\r\n'));
    observer.sent(Buffer.from('AUT'));
    observer.received(Buffer.from('x'));
    assert.deepEqual(texts(it), ['s a␊', 's b␍c␀\\x1b[0m␍␊', 'c AUT…', 's x…']);
  });

  it('lines() decodes UTF-8 where a line is UTF-8, else Latin-1', () => {
    const { it } = transcript();
    it.observer('').received(Buffer.concat([Buffer.from('grüß\r\n'), Buffer.from('grüß\r\n', 'latin1')]));
    assert.deepEqual(texts(it), ['s grüß␍␊', 's grüß␍␊']);
  });

  it('lines() replaces secrets in octets and notes', () => {
    const { it } = transcript();
    const observer = it.observer('');
    observer.note('stderr: s3cret');
    observer.sent(Buffer.from('LOGIN a s3cret\r\n'));
    observer.received(Buffer.from(`530 ${Buffer.from('\0a\0s3cret').toString('base64')}\r\n`));
    assert.deepEqual(texts(it), ['n stderr: «password»', 'c LOGIN a «password»␍␊', 's 530 AGEA«password»␍␊']);
  });

  it('lines() cuts a long line of a file or of an output behind its secrets', () => {
    const { it } = transcript();
    const text = `${'x'.repeat(17)}s3cret${'y'.repeat(10)}`;
    it.note('', { kind: 'line', label: 'stdout: ', text, longest: 20 });
    it.note('', { kind: 'line', label: 'stdout: ', text: 's3cret', longest: 20 });
    assert.deepEqual(texts(it), [`n stdout: ${'x'.repeat(17)}«pa… (37 characters)`, 'n stdout: «password»']);
  });

  it('lines() replaces a secret that went out octet by octet between other things', () => {
    const { it } = transcript();
    const observer = it.observer('a');
    const other = it.observer('b');
    for (const octet of 'x s3cret y\r\n') {
      observer.sent(Buffer.from(octet));
      other.received(Buffer.from('.'));
    }
    const sent = it
      .lines()
      .filter((line) => line.from === 'client')
      .map((line) => lineWords(line).replace('…', ''));
    assert.deepEqual([...new Set(sent)], ['x', ' ', '«password»', 'y', '␍', '␊']);
  });

  it('lines() replaces a secret that a line end divides on both lines', () => {
    const run = createTranscript({
      clock: () => 0,
      start: 0,
      redactor: createRedactor([{ name: 'p', forms: ['one\r\ntwo'] }]),
    });
    run.observer('').sent(Buffer.from('x one\r\ntwo y\r\n'));
    assert.deepEqual(texts(run), ['c x «p»', 'c «p» y␍␊']);
  });

  it('lines() cuts an endless line and says how much is missing', () => {
    const { it } = transcript();
    it.observer('').received(Buffer.alloc(limits.transcriptLine + 5, 'x'));
    assert.deepEqual(texts(it), [`s ${'x'.repeat(limits.transcriptLine)}… (5 more octets)…`]);
  });

  it('lines() never cuts a line within a character, nor within a secret', () => {
    const { it } = transcript();
    it.observer('').received(Buffer.from(`${'x'.repeat(limits.transcriptLine - 1)}ü\r\n`));
    it.observer('').received(Buffer.from(`${'x'.repeat(limits.transcriptLine - 2)}s3crety\r\n`));
    const [first, second] = texts(it);
    assert.equal(first, `s ${'x'.repeat(limits.transcriptLine - 1)}… (4 more octets)`);
    assert.equal(second, `s ${'x'.repeat(limits.transcriptLine - 2)}«password»… (3 more octets)`);
  });

  it('lines() keeps the beginning and the end of what is too long, and says how much is missing', () => {
    const { it } = transcript();
    const observer = it.observer('');
    observer.received(Buffer.from('220 hello\r\n'));
    observer.sent(Buffer.alloc(10_000_000, 'DATA DATA\r\n'));
    observer.received(Buffer.from('250 queued\r\n'));
    const shown = texts(it);
    assert.equal(shown[0], 's 220 hello␍␊');
    assert.equal(shown.at(-1), 's 250 queued␍␊');
    const kept = limits.transcriptHead + limits.transcriptTail;
    assert.ok(it.omitted > 9_999_000 - kept && it.omitted < 10_002_000 - kept, String(it.omitted));
    assert.ok(shown.some((line) => line.startsWith('n … ') && /octets and \d+ lines left out$/.test(line)));
    assert.ok(shown.length <= 2 * limits.transcriptLines + 1);
  });

  it('lines() shows no part of a secret where the transcript was cut', () => {
    // Each shift cuts the secret at a different letter, at both ends of what is left out.
    for (let shift = 0; shift < 6; shift++) {
      const { it } = transcript();
      const observer = it.observer('');
      // Few lines, and then lines that are shown whole: what is left of a secret at the cut would be seen.
      const before = limits.transcriptHead - 2 * limits.pieceOverhead - 50;
      observer.sent(Buffer.from(`${'x'.repeat(998)}\r\n`.repeat(before / 1000) + '\n'.repeat((before % 1000) - shift)));
      observer.sent(Buffer.from(`${'s3cret'.repeat(40)}\r\n`.repeat(1500) + 'x'.repeat(shift)));
      const sent = it.lines().filter((line) => line.from === 'client');
      // Fewer than three letters reveal nothing.
      for (const line of sent) assert.doesNotMatch(lineWords(line), /s3c|3cr|cre|ret/);
    }
  });

  it('records a flood of single octets and lines in bounded memory', () => {
    const { it } = transcript();
    const observer = it.observer('');
    const octet = Buffer.from('\n');
    for (let count = 0; count < 200_000; count++) observer.received(octet);
    assert.ok(it.omitted > 198_000);
    assert.ok(it.lines().length <= 2 * limits.transcriptLines + 1);
  });

  it('lines() says the same for every split of the octets', () => {
    const content = fc.string({
      unit: fc.constantFrom('a', 's3cret', 's3', 'cret', '\r\n', '\n', '\0', 'ü'),
      maxLength: 30,
    });
    fc.assert(
      fc.property(content, fc.array(fc.nat(60)), (text, cuts) => {
        const octets = Buffer.from(text);
        const whole = transcript().it;
        whole.observer('').received(octets);
        const split = transcript().it;
        const observer = split.observer('');
        const places = [0, ...cuts.map((cut) => Math.min(cut, octets.length)).sort((a, b) => a - b), octets.length];
        for (const [index, end] of places.slice(1).entries()) observer.received(octets.subarray(places[index], end));
        assert.deepEqual(split.lines(), whole.lines());
        assert.ok(!whole.lines().map(lineWords).join('').includes('s3cret'));
      }),
    );
  });
});
