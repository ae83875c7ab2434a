import assert from 'node:assert/strict';
import { ArgumentError } from '../diagnostic.ts';
import { pairs, parseArguments, wholeNumber } from './arguments.ts';
import { runCommand } from './run.options.ts';

const parse = (...argv: readonly string[]) => parseArguments(runCommand, argv);
const refuses = (argv: readonly string[], message: RegExp, hint?: RegExp) =>
  assert.throws(
    () => parse(...argv),
    (error) =>
      error instanceof ArgumentError &&
      message.test(error.message) &&
      (hint === undefined || hint.test(error.hint ?? '')),
  );

describe('parseArguments()', () => {
  it('keeps positionals in order, wherever options stand', () => {
    const args = parse('a.yaml', '--strict', 'b.yaml', '--parallel', '3', 'c.yaml:4');
    assert.deepEqual(args.positionals, ['a.yaml', 'b.yaml', 'c.yaml:4']);
    assert.equal(args.has('strict'), true);
    assert.equal(args.value('parallel'), '3');
  });

  it('takes values behind "=" and apart, repeated ones all', () => {
    const args = parse('--var=a=1', '--var', 'b=x=y', '--junit=out.xml', '--junit', '-');
    assert.deepEqual(
      [...pairs(args, 'var')],
      [
        ['a', '1'],
        ['b', 'x=y'],
      ],
    );
    assert.equal(args.value('junit'), '-');
  });

  it('takes a number behind an option whose value may be left out, and nothing else', () => {
    assert.equal(wholeNumber(parse('--bail', '3', 'a.yaml'), 'bail', 1), 3);
    assert.deepEqual(parse('--bail', '3', 'a.yaml').positionals, ['a.yaml']);
    assert.equal(wholeNumber(parse('--bail', 'a.yaml'), 'bail', 1), undefined);
    assert.deepEqual(parse('--bail', 'a.yaml').positionals, ['a.yaml']);
    assert.equal(wholeNumber(parse('--bail=2'), 'bail', 1), 2);
  });

  it('ends options at "--"', () => {
    assert.deepEqual(parse('--strict', '--', '--parallel').positionals, ['--parallel']);
  });

  it('refuses what it does not know, and names the nearest', () => {
    refuses(['--paralel', '3'], /^Unknown option "--paralel"$/, /"--parallel"/);
    refuses(['--no-such-thing-at-all'], /^Unknown option/, /mailspec help run/);
    refuses(['-x'], /^Unknown option "-x"$/);
    refuses(['--strict=1'], /takes no value/);
    refuses(['--config'], /needs a value/, /--config FILE/);
    refuses(['--config', '--strict'], /needs a value/);
  });

  it('wholeNumber() and pairs() refuse what is none', () => {
    for (const text of ['x', '1.5', '0', '-1', '1e3x'])
      assert.throws(() => wholeNumber(parse(`--parallel=${text}`), 'parallel', 1), ArgumentError, text);
    for (const text of ['novalue', '=x']) assert.throws(() => pairs(parse('--var', text), 'var'), ArgumentError, text);
  });
});
