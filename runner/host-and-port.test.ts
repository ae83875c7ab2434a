import assert from 'node:assert/strict';
import { readHostAndPort, writeHostAndPort } from './host-and-port.ts';

describe('readHostAndPort()', () => {
  const texts: readonly (readonly [string, ReturnType<typeof readHostAndPort>])[] = [
    ['mx.example.com', { host: 'mx.example.com' }],
    ['mx.example.com:8443', { host: 'mx.example.com', port: 8443 }],
    ['192.0.2.7:53', { host: '192.0.2.7', port: 53 }],
    ['2001:db8::7', { host: '2001:db8::7' }],
    ['[2001:db8::7]', { host: '2001:db8::7' }],
    ['[fe80::1%eth0]:53', { host: 'fe80::1%eth0', port: 53 }],
    ['[mx.example.com]:53', undefined],
    ['mx:', undefined],
    ['mx:port', undefined],
    ['a:b:c', undefined],
    ['', undefined],
  ];
  for (const [text, found] of texts) {
    it(`readHostAndPort() gives ${JSON.stringify(found)} when it reads "${text}"`, () => {
      assert.deepEqual(readHostAndPort(text), found);
      if (found?.port !== undefined) assert.equal(writeHostAndPort(found.host, found.port), text);
    });
  }
});
