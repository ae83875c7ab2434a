import assert from 'node:assert/strict';
import { bypassedNotes, relayNotes } from './relays.ts';

describe('relayNotes()', () => {
  const at = (role: 'mx' | 'submission' | 'imaps', host: string, name?: string) => ({
    ...{ role, host, port: { mx: 25, submission: 587, imaps: 993 }[role] },
    ...{ source: role === 'mx' ? ('MX' as const) : ('usual' as const), ...(name !== undefined && { name }) },
  });

  it('says that an MX outside the domain may pass mail on to the server with the mailboxes', () => {
    const imaps = at('imaps', 'mail.example.com');
    const [note, ...more] = relayNotes('example.com', [at('mx', 'mx.filter.example'), imaps]);
    assert.deepEqual(more, []);
    assert.match(note ?? '', /^Mail for example\.com arrives at mx\.filter\.example, and the mailboxes are at mail\./);
    assert.match(note ?? '', /"--server mx=smtp:\/\/mail\.example\.com" checks the other one$/);
  });

  it('says nothing if both are in the domain, both are outside, or there are no mailboxes', () => {
    for (const [mx, imaps] of [
      ['mx.example.com', 'mail.example.com'],
      ['mx.hoster.example', 'imap.hoster.example'],
      ['example.com', 'example.com'],
    ] as const)
      assert.deepEqual(relayNotes('example.com', [at('mx', mx), at('imaps', imaps)]), []);
    assert.deepEqual(relayNotes('example.com', [at('mx', 'mx.filter.example')]), []);
    assert.deepEqual(relayNotes(undefined, [at('mx', 'mx.filter.example'), at('imaps', 'mail.example.com')]), []);
  });

  it('says that another server may answer port 25 if submission greets with another name', () => {
    const host = 'mail.example.com';
    assert.deepEqual(relayNotes('example.com', [at('mx', host, 'Mail.example.com'), at('submission', host, host)]), []);
    const [note] = relayNotes('example.com', [at('mx', host, 'mx.filter.example'), at('submission', host, host)]);
    assert.match(
      note ?? '',
      /^Port 25 of mail\.example\.com greets as mx\.filter\.example, and port 587 as mail\.example/,
    );
  });
});

describe('bypassedNotes()', () => {
  const records: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>> = {
    'MX example.com': [{ exchange: 'mx.filter.example', preference: '10' }],
    'A mx.filter.example': [{ address: '192.0.2.25' }],
    'A mail.example.com': [{ address: '192.0.2.1' }],
  };
  const notes = (...hosts: readonly string[]) =>
    bypassedNotes('example.com', hosts, (name, type) => Promise.resolve(records[`${type} ${name}`] ?? []));

  it('says through which MX mail reaches the given server', async () => {
    for (const host of ['mail.example.com', '192.0.2.1']) {
      const [note] = await notes(host);
      assert.match(note ?? '', new RegExp(`^The MX of example\\.com is mx\\.filter\\.example, not ${host}: `));
    }
  });

  it('says nothing if the given server is an MX, by its name or its address', async () => {
    for (const host of ['mx.filter.example', '192.0.2.25']) assert.deepEqual(await notes(host), []);
    assert.deepEqual(await notes(), []);
    assert.deepEqual(await bypassedNotes('nowhere.example', ['mail.example.com'], () => Promise.resolve([])), []);
  });
});
