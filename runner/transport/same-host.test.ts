import assert from 'node:assert/strict';
import { sameHosts } from './same-host.ts';

describe('sameHosts()', () => {
  it('gives names and addresses of one host one name', async () => {
    const name = await sameHosts(['localhost', '127.0.0.1', '127.0.0.2', '::1', '192.0.2.1', '::ffff:192.0.2.1']);
    assert.equal(new Set(['localhost', '127.0.0.1', '127.0.0.2', '::1'].map(name)).size, 1);
    assert.equal(name('192.0.2.1'), name('::ffff:192.0.2.1'));
    assert.notEqual(name('192.0.2.1'), name('localhost'));
  });

  it('takes a name that cannot be resolved for a host of its own', async () => {
    const name = await sameHosts(['nowhere.invalid', 'nobody.invalid']);
    assert.notEqual(name('nowhere.invalid'), name('nobody.invalid'));
    assert.equal(name('somebody.invalid'), 'somebody.invalid');
  });
});
