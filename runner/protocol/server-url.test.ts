import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type ProtocolName, protocols } from './protocols.ts';
import { parseServerUrl, ServerUrlError, schemeOf } from './server-url.ts';

describe('parseServerUrl()', () => {
  const network: readonly (readonly [string, ProtocolName, boolean, string, number])[] = [
    ['smtp://mail.example.com', 'smtp', false, 'mail.example.com', 25],
    ['smtp://mail.example.com:587', 'smtp', false, 'mail.example.com', 587],
    ['smtps://mail.example.com/', 'smtp', true, 'mail.example.com', 465],
    ['lmtp://127.0.0.1', 'lmtp', false, '127.0.0.1', 24],
    ['IMAP://mx', 'imap', false, 'mx', 143],
    ['imaps://[::1]:9993', 'imap', true, '::1', 9993],
    ['pop3://mx', 'pop3', false, 'mx', 110],
    ['pop3s://mx', 'pop3', true, 'mx', 995],
    ['sieve://mx', 'sieve', false, 'mx', 4190],
    ['tcp://mx:89', 'line', false, 'mx', 89],
    ['tls://my_host:563', 'line', true, 'my_host', 563],
  ];
  for (const [text, protocol, implicitTls, host, port] of network) {
    it(`parseServerUrl() takes it apart when it is ${text}`, () => {
      const url = parseServerUrl(text);
      assert.deepEqual(
        [url.protocol, url.implicitTls, url.address],
        [protocols[protocol], implicitTls, { to: 'network', host, port }],
      );
    });
  }

  it('parseServerUrl() names a socket or a program when the scheme says so', () => {
    assert.deepEqual(parseServerUrl('lmtp+unix:/run/lmtp.sock').address, { to: 'unix', path: '/run/lmtp.sock' });
    assert.deepEqual(parseServerUrl('lmtp+unix:///run/lmtp.sock').address, { to: 'unix', path: '/run/lmtp.sock' });
    assert.deepEqual(parseServerUrl('smtp+exec:').address, { to: 'command' });
  });

  const bad: readonly (readonly [string, RegExp, RegExp])[] = [
    ['mail.example.com', /no scheme/, /smtp:\/\/mail\.example\.com/],
    ['localhost:25', /no scheme/, /smtp:\/\/localhost:25/],
    ['mail.example.com:993', /no scheme/, /"imaps:\/\/mail\.example\.com:993"/],
    ['192.0.2.1:587', /no scheme/, /"smtp:\/\/192\.0\.2\.1:587"/],
    ['mail.example.com:4190', /no scheme/, /"sieve:\/\/mail\.example\.com:4190"/],
    ['smpt://mx', /scheme "smpt" is unknown/, /Did you mean "smtp"/],
    ['smtp:mx', /host is missing/, /smtp:\/\/mail/],
    ['smtp://', /host is missing/, /smtp:\/\/mail/],
    ['smtp://mx:0', /"0" is not a port/, /65535/],
    ['smtp://mx:70000', /not a port/, /65535/],
    ['smtp://mx:', /not a port/, /65535/],
    ['smtp://mx/path', /nothing may follow/, /Write/],
    ['smtp://user@mx', /names a user/, /authenticate/],
    ['smtp://user:secret@mx', /names a user/, /authenticate/],
    ['smtp://[fe80]', /is not an IPv6 address/, /::1/],
    ['smtp://a b', /nothing may follow|not a host name/, /Write/],
    ['tcp://mx', /no port of its own/, /:8998/],
    ['smtp+unix:', /names no socket/, /server\.sock/],
    ['smtp+tcp:x', /"\+tcp" is unknown/, /unix/],
    ['smtp+exec:exim -bh', /nothing may follow/, /command:/],
  ];
  for (const [text, message, hint] of bad) {
    it(`parseServerUrl() says what is wrong when it is ${text}`, () => {
      assert.throws(
        () => parseServerUrl(text),
        (error) => {
          assert.ok(error instanceof ServerUrlError);
          assert.match(error.message, message);
          assert.match(error.hint ?? '', hint);
          return true;
        },
      );
    });
  }

  it('parseServerUrl() returns or throws its own error when given any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc
            .tuple(
              fc.constantFrom('http', 'imaps', 'smtp'),
              // fc.webUrl() would take a second to be created.
              fc.webAuthority({ withIPv4: true, withIPv6: true, withPort: true }),
              fc.constantFrom('', '/', '/%C3%A9?a=b#c'),
            )
            .map(([scheme, authority, path]) => `${scheme}://${authority}${path}`),
          fc.string().map((text) => `smtp://${text}`),
        ),
        (text) => {
          try {
            assert.equal(parseServerUrl(text).text, text);
          } catch (error) {
            assert.ok(error instanceof ServerUrlError);
          }
        },
      ),
    );
  });
});

describe('schemeOf()', () => {
  it('schemeOf() sees the scheme when the rest is not known yet', () => {
    assert.equal(schemeOf('imaps://')?.scheme, 'imaps');
    assert.equal(schemeOf('lmtp+unix:')?.scheme, 'lmtp');
    assert.equal(schemeOf('constructor:'), undefined);
    assert.equal(schemeOf('mx'), undefined);
  });
});
