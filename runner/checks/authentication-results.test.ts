import assert from 'node:assert/strict';
import fc from 'fast-check';
import { authenticationResults } from './authentication-results.ts';

describe('runner/checks/authentication-results', () => {
  // RFC 8601 appendix B
  const examples: readonly (readonly [header: string, results: readonly object[]])[] = [
    ['example.org 1; none', []],
    [
      'example.com; spf=pass smtp.mailfrom=example.net',
      [{ by: 'example.com', method: 'spf', result: 'pass', 'smtp.mailfrom': 'example.net' }],
    ],
    [
      ' example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; spf=pass smtp.mailfrom=example.net',
      [
        { by: 'example.com', method: 'auth', result: 'pass', 'smtp.auth': 'sender@example.net' },
        { by: 'example.com', method: 'spf', result: 'pass', 'smtp.mailfrom': 'example.net' },
      ],
    ],
    [
      'example.com;\r\n\tdkim=pass reason="good \\"signature\\"" header.i=@mail-router.example.net;\r\n\tdkim=fail reason="bad signature" header.i=@newyork.example.com',
      [
        {
          by: 'example.com',
          method: 'dkim',
          result: 'pass',
          reason: 'good "signature"',
          'header.i': '@mail-router.example.net',
        },
        {
          by: 'example.com',
          method: 'dkim',
          result: 'fail',
          reason: 'bad signature',
          'header.i': '@newyork.example.com',
        },
      ],
    ],
    [
      "foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) fail policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't expecting it) 1362471462",
      [{ by: 'foo.example.net', method: 'dkim', result: 'fail', 'policy.expired': '1362471462' }],
    ],
    [
      'mx.example; dkim=PASS header.b=aGVsbG8= header.d=example.net; dmarc=pass (p=none; dis=none) header.from=example.net',
      [
        { by: 'mx.example', method: 'dkim', result: 'pass', 'header.b': 'aGVsbG8=', 'header.d': 'example.net' },
        { by: 'mx.example', method: 'dmarc', result: 'pass', 'header.from': 'example.net' },
      ],
    ],
  ];
  for (const [header, results] of examples)
    it(`authenticationResults() reads ${header.slice(0, 60)}`, () =>
      assert.deepEqual(authenticationResults(header), results));

  it('authenticationResults() makes something of anything', () => {
    const signs = fc.constantFrom('a', 'spf', 'pass', '=', ';', '(', ')', '"', '\\', '.', '/', ' ', '\r\n ');
    fc.assert(
      fc.property(fc.array(signs, { maxLength: 60 }), (parts) => {
        for (const { method, result } of authenticationResults(parts.join('')))
          assert.deepEqual([typeof method, typeof result], ['string', 'string']);
      }),
    );
  });

  it('authenticationResults() takes no longer than the header is long', () => {
    for (const part of ['(', '"', 'a=', ';', '\\', ' ', 'a']) authenticationResults(part.repeat(10_000_000));
  });
});
