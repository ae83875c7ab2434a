import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import nodemailer from 'nodemailer';
import { reservedPort } from '../../fixtures/testing/reserved-port.ts';
import type { Receiver } from '../arrival.ts';
import { listen } from '../demo-server/listener.ts';
import { openReceiver } from './open.ts';

const host = '127.0.0.1';
const options = { runId: 'run1', wall: () => 1000, readFile: async () => assert.fail('reads a file') };
const receiver = (url: string, more: Partial<Receiver> = {}): Receiver => ({
  label: 'outside',
  url,
  hostname: 'mx.example.net',
  starttls: true,
  tls: {},
  size: 10_000,
  ...more,
});
const token = { token: 'run1-1a', recipients: [], rcpt: [], message: [] };

describe('runner/receiving/open', () => {
  const port = reservedPort(host);

  const transport = (more: object = {}) =>
    nodemailer.createTransport({
      host,
      port: port(),
      name: 'mail.example.test',
      tls: { rejectUnauthorized: false },
      ...more,
    } as object);
  const message = (size = 0) => ({
    envelope: { from: 'alice@example.test', to: ['bob-run1-1a@example.net'] },
    raw: `Subject: hello\r\n\r\n.dot\r\n${'a'.repeat(size)}\r\n`,
  });

  it('openReceiver() receives by SMTP, with TLS where the client wants it', async () => {
    const opened = await openReceiver(receiver(`smtp://${host}:${port()}`), options);
    try {
      const { messages } = opened.ledger.claim(token);
      await transport({ requireTLS: true }).sendMail(message());
      await transport({ ignoreTLS: true }).sendMail(message());
      const [encrypted, plain] = messages;
      assert.deepEqual(plain?.session, { client: host, helo: 'mail.example.test' });
      assert.equal(encrypted?.session.tls?.protocol, 'TLSv1.3');
      assert.match(encrypted?.session.tls?.cipher ?? '', /^TLS_/);
      assert.deepEqual(plain?.envelope, {
        from: 'alice@example.test',
        to: ['bob-run1-1a@example.net'],
        parameters: {},
      });
      assert.equal(plain?.octets.toString(), 'Subject: hello\r\n\r\n.dot\r\n\r\n');
    } finally {
      await opened.close();
    }
  });

  it('openReceiver() refuses what is larger than it says, and goes on', async () => {
    const opened = await openReceiver(receiver(`smtp://${host}:${port()}`), options);
    try {
      const { messages } = opened.ledger.claim(token);
      await assert.rejects(transport().sendMail(message(20_000)), /552/);
      await transport().sendMail(message());
      assert.equal(messages.length, 1);
    } finally {
      await opened.close();
    }
  });

  it('openReceiver() offers no STARTTLS where the configuration says so, and TLS from the first octet as smtps', async () => {
    const plain = await openReceiver(receiver(`smtp://${host}:${port()}`, { starttls: false }), options);
    await assert.rejects(transport({ requireTLS: true }).sendMail(message()), /TLS/);
    await plain.close();
    const implicit = await openReceiver(receiver(`smtps://${host}:${port()}`, { tls: { max: 'TLSv1.2' } }), options);
    const { messages } = implicit.ledger.claim(token);
    await transport({ secure: true }).sendMail(message());
    await implicit.close();
    assert.equal(messages[0]?.session.tls?.protocol, 'TLSv1.2');
  });

  it('openReceiver() answers an LMTP message once for each recipient', async () => {
    const opened = await openReceiver(receiver(`lmtp://${host}:${port()}`), options);
    try {
      const one = opened.ledger.claim({ ...token, recipients: ['a@example.net'] });
      const two = opened.ledger.claim({
        ...token,
        recipients: ['b@example.net'],
        message: [{ code: 452, enhanced: '4.2.2' }],
      });
      const sent = await transport({ lmtp: true }).sendMail({
        ...message(),
        envelope: { from: '', to: ['a@example.net', 'b@example.net'] },
      });
      assert.deepEqual((sent as { rejected: unknown }).rejected, ['b@example.net']);
      assert.deepEqual([one.messages.length, one.messages[0]?.envelope.from], [1, '']);
      assert.deepEqual([two.messages.length, two.refused[0]?.reply.code], [0, 452]);
    } finally {
      await opened.close();
    }
  });

  it('openReceiver() rejects when somebody else listens there', async () => {
    const other = createServer();
    await listen(other, { host, port: port() });
    await assert.rejects(
      openReceiver(receiver(`smtp://${host}:${port()}`), options),
      new RegExp(`Cannot listen on "${host}:${port()}"`),
    );
    await new Promise((resolve) => other.close(resolve));
  });
});
