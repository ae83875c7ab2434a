import assert from 'node:assert/strict';
import { placeIn, problemAt, resultOf, scenarioOf } from '../../fixtures/reports/results.ts';
import type { Cause } from '../causes/cause.ts';
import type { ReplyLine } from '../mismatch.ts';
import type { SourceFile } from '../source.ts';
import { causeWords } from './cause.ts';

const file: SourceFile = { path: 'a.yaml', text: 'expect: OK\n' };

function logins(reply?: ReplyLine): Cause {
  const problem = problemAt(placeIn(file, 'OK'), { evidence: { server: 'imaps', ...(reply && { reply }) } });
  const first = resultOf(scenarioOf(0, 'logs in'), 'failed', { problem });
  return {
    kind: 'login',
    severity: 'high',
    servers: ['imaps'],
    products: [],
    first,
    members: [first],
    scenarios: [0],
    count: 1,
    outcomes: new Map([['failed', 1]]),
    suites: new Map([['a', 1]]),
    remedies: [],
    log: [],
  };
}

describe('causeWords()', () => {
  it('calls a login refused only where the server refused it', () => {
    assert.equal(causeWords(logins()), 'logins are not answered on imaps');
    const reply: ReplyLine = { kind: 'reply', status: 'NO', text: '[AUTHENTICATIONFAILED] No', more: 0 };
    assert.match(causeWords(logins(reply)), /^logins are refused on imaps: .*NO \[AUTHENTICATIONFAILED\] No/);
  });
});
