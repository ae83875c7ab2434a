import assert from 'node:assert/strict';
import { SocketAddress } from 'node:net';
import fc from 'fast-check';
import { parseEndpoint, proxyHeader } from './proxy-protocol.ts';

const four = { source: { address: '192.0.2.7', port: 56324 }, destination: { address: '198.51.100.1', port: 25 } };
const six = { source: { address: '2001:db8::7', port: 56324 }, destination: { address: '::1', port: 443 } };

describe('proxyHeader()', () => {
  it('writes the text of version 1 as section 2.1 has it', () => {
    assert.equal(proxyHeader(1, four).toString(), 'PROXY TCP4 192.0.2.7 198.51.100.1 56324 25\r\n');
    assert.equal(proxyHeader(1, six).toString(), 'PROXY TCP6 2001:db8::7 ::1 56324 443\r\n');
    assert.equal(proxyHeader(1).toString(), 'PROXY UNKNOWN\r\n');
    const longest = { address: '255.255.255.255', port: 65535 };
    // Section 2.1 gives this worst case and its 56 characters.
    assert.equal(proxyHeader(1, { source: longest, destination: longest }).length, 56);
  });

  it('writes the octets of version 2 as section 2.2 has them', () => {
    assert.equal(
      proxyHeader(2, four).toString('hex'),
      `0d0a0d0a000d0a515549540a${'21'}${'11'}${'000c'}${'c0000207'}${'c6336401'}${'dc04'}${'0019'}`,
    );
    assert.equal(
      proxyHeader(2, six).toString('hex'),
      `0d0a0d0a000d0a515549540a${'21'}${'21'}${'0024'}20010db8000000000000000000000007${'1'.padStart(32, '0')}${'dc04'}${'01bb'}`,
    );
    assert.equal(proxyHeader(2).toString('hex'), '0d0a0d0a000d0a515549540a21000000');
  });

  it('maps the IPv4 end where the families differ, and leaves zones out', () => {
    const mixed = { source: four.source, destination: { address: 'fe80::1%eth0', port: 25 } };
    assert.equal(proxyHeader(1, mixed).toString(), 'PROXY TCP6 ::ffff:192.0.2.7 fe80::1 56324 25\r\n');
    assert.equal(proxyHeader(2, mixed).subarray(16, 32).toString('hex'), '00000000000000000000ffffc0000207');
  });

  it('writes any IPv6 address as the system reads it', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const octets = proxyHeader(2, { source: { address, port: 1 }, destination: { address, port: 2 } }).subarray(
          16,
          32,
        );
        const groups = octets.toString('hex').match(/.{4}/g)?.join(':') ?? '';
        assert.equal(
          new SocketAddress({ address: groups, family: 'ipv6' }).address,
          new SocketAddress({ address, family: 'ipv6' }).address,
        );
      }),
    );
  });
});

describe('parseEndpoint()', () => {
  it('reads addresses with and without a port', () => {
    assert.deepEqual(parseEndpoint('192.0.2.7', 9), { address: '192.0.2.7', port: 9 });
    assert.deepEqual(parseEndpoint('192.0.2.7:1234', 9), { address: '192.0.2.7', port: 1234 });
    assert.deepEqual(parseEndpoint('2001:db8::7', 9), { address: '2001:db8::7', port: 9 });
    assert.deepEqual(parseEndpoint('[2001:db8::7]:1234', 9), { address: '2001:db8::7', port: 1234 });
  });

  it('refuses everything else', () => {
    for (const text of ['', 'mail.example', '192.0.2.7:', '192.0.2.7:65536', '[::1', '192.0.2.7:x']) {
      assert.throws(() => parseEndpoint(text, 9), /Cannot use ".*" in a PROXY header/);
    }
  });
});
