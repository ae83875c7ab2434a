import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anyText } from '../fixtures/testing/any-text.ts';
import { renderDiagnostic, renderDiagnostics, renderFrame } from './diagnostic-text.ts';
import { placeOf, type Span } from './source.ts';

function span(text: string, token: string): Span {
  const start = text.indexOf(token);
  return { file: { path: 'a.yaml', text }, start, end: start + token.length };
}

describe('renderDiagnostic()', () => {
  it('renderDiagnostic() says what, where and what to do when all is known', () => {
    const text = 'suite: x\nscenarios:\n  - expct: 220\n';
    const rendered = renderDiagnostic({
      code: 'key.unknown',
      message: 'Unknown key "expct"',
      span: span(text, 'expct'),
      hint: 'Did you mean "expect"?',
    });
    assert.equal(
      rendered,
      [
        'error[key.unknown]: Unknown key "expct"',
        '  --> a.yaml:3:5',
        '   |',
        ' 3 |   - expct: 220',
        '   |     ^^^^^',
        '   = help: Did you mean "expect"?',
      ].join('\n'),
    );
  });

  it('renderDiagnostics() shows the first 50 errors of a file, and counts the others', () => {
    const errorsOf = (path: string, count: number) =>
      Array.from({ length: count }, (_, at) => ({
        code: 'key.unknown' as const,
        message: `Unknown key "${path} ${at}"`,
        span: { file: { path, text: 'x' }, start: 0, end: 1 },
      }));
    const shown = renderDiagnostics([
      ...errorsOf('a.yaml', 40_000),
      ...errorsOf('b.yaml', 50),
      ...errorsOf('c.yaml', 51),
    ]);
    assert.equal(shown.length, 152);
    assert.match(shown[49] ?? '', /"a\.yaml 49"/);
    assert.match(shown[50] ?? '', /"b\.yaml 0"/);
    assert.deepEqual(shown.slice(150), ['39,950 more errors in a.yaml', '1 more error in c.yaml']);
  });

  it('renderDiagnostic() leaves the frame out when there is no place', () => {
    const rendered = renderDiagnostic({
      code: 'selection.empty',
      message: 'Nothing selected',
      severity: 'warning',
      hint: 'See "mailspec list"',
    });
    assert.equal(rendered, 'warning[selection.empty]: Nothing selected\n  = help: See "mailspec list"');
  });
});

describe('renderFrame()', () => {
  const place = (text: string, token: string) => placeOf(span(text, token));
  const caretsUnder = (rendered: string, token: string): void => {
    const [source = '', carets = ''] = rendered.split('\n').slice(-2);
    assert.equal(carets.indexOf('^'), source.indexOf(token), rendered);
    assert.equal(carets.replace(/[^^]/g, '').length, token.length, rendered);
  };

  it('renderFrame() keeps carets below the token when tabs and control characters stand before it', () => {
    caretsUnder(renderFrame(place('\t\x1b[31m\0 token', 'token')), 'token');
  });

  it('renderFrame() cuts around the token when the line is very long', () => {
    const rendered = renderFrame(place(`${'a'.repeat(5000)}token${'b'.repeat(5000)}`, 'token'));
    caretsUnder(rendered, 'token');
    assert.ok(rendered.split('\n').every((line) => line.length < 140));
  });

  it('renderFrame() marks the first line when the token has several', () => {
    const rendered = renderFrame(place('a: |\n  one\n  two\n', 'one\n  two'), 'here');
    assert.match(rendered, /\n {3}\| {3}\^\^\^ here$/);
  });

  it('renderFrame() shows one caret when the token is empty', () => {
    const text = 'name:';
    assert.match(renderFrame(placeOf({ file: { path: 'a', text }, start: 5, end: 5 })), / {6}\^$/);
  });

  it('renderFrame() shows the line that led there when it stands above', () => {
    const text = 'a: 1\nb: 2\nc: 3\n';
    const rendered = renderFrame(place(text, '3'), 'actual 4', { cause: place(text, '1') });
    assert.equal(rendered, ['   |', ' 1 | a: 1', '   |       ...', ' 3 | c: 3', '   |    ^ actual 4'].join('\n'));
  });

  it('renderFrame() draws frames of plain lines when given any text and any span', () => {
    fc.assert(
      fc.property(anyText(), fc.nat(50), fc.nat(50), (text, start, length) => {
        const rendered = renderFrame(
          placeOf({
            file: { path: 'a', text },
            start: Math.min(start, text.length),
            end: Math.min(start + length, text.length),
          }),
        );
        assert.equal(rendered.split('\n').length, 3);
        assert.ok(!/[\0-\x09\x0b-\x1f]/.test(rendered));
      }),
    );
  });
});
