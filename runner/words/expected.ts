import type { Expected } from '../mismatch.ts';
import { many } from '../phrase.ts';
import { conditionWords, expectationWords, quoteResponse, untaggedWords } from './condition.ts';
import { matcherWords, patternWords } from './matcher.ts';
import { enumerate, quote } from './text.ts';

/** The expected value as words that follow "expected:": `at least 10485760`, `a line that begins with "AUTH"`. */
export function expectedWords(expected: Expected): string {
  switch (expected.kind) {
    case 'matcher':
      return matcherWords(expected.matcher);
    case 'condition':
      return conditionWords(expected.condition);
    case 'expectation':
      return expectationWords(expected.expectation);
    case 'presence':
      return expected.present ? 'any value' : 'nothing';
    case 'announcement':
      return expected.announced ? 'advertised' : 'not advertised';
    case 'offers':
      return expected.of === 'extension' ? 'an EHLO or LHLO reply of code 250' : 'a reply that names capabilities';
    case 'lines':
      return `${expected.items.length === 1 ? 'a line' : 'lines'}: ${enumerate(expected.items, matcherWords)}`;
    case 'next line': {
      const { item, after } = expected;
      const where = after === undefined ? '' : ` after line ${after.number}, ${quote(after.text)}`;
      return `a line${where}: ${matcherWords(item)}`;
    }
    case 'line count':
      return many(expected.count, 'line');
    case 'untagged':
      return untaggedWords(expected.untagged);
    case 'response':
      return `a response that begins with ${quoteResponse(expected.text)}`;
    case 'capture':
      return `a match of ${patternWords(expected.pattern)}, to keep as "${expected.name}"`;
    case 'error':
      return `an error that matches ${patternWords(expected.pattern)}`;
    case 'valid reply':
      return `a reply that conforms to ${expected.rule}`;
    case 'at most':
      return `${expected.what} of at most ${expected.most} ${expected.unit}`;
    case 'words':
      return expected.words;
    default:
      return plainExpected[expected.kind];
  }
}

const plainExpected = {
  reply: 'a reply',
  'positive reply': 'a positive reply',
  'nothing unread': 'no unread reply before going on',
  'no plaintext': 'nothing between the reply and the handshake',
  'open connection': 'an open connection and no octets',
} as const;
