import assert from 'node:assert/strict';
import type { Envelope, ReceiverReply } from '../arrival.ts';
import { type Claim, createLedger } from './ledger.ts';
import { limits } from './limits.ts';

const session = { client: '192.0.2.7', helo: 'mail.example.test' };
const envelope = (...to: readonly string[]): Envelope => ({ from: 'alice@example.test', to, parameters: {} });
const claim = (token: string, more: Partial<Claim> = {}): Claim => ({
  token,
  recipients: [],
  rcpt: [],
  message: [],
  ...more,
});
const greylisted: ReceiverReply = { code: 451, enhanced: '4.7.1' };
const accepted: ReceiverReply = { code: 250 };
const text = (body: string) => Buffer.from(`Subject: hello\r\n\r\n${body}\r\n`);

describe('runner/receiving/ledger', () => {
  const open = () => createLedger('run1', () => 1000);

  it('message() gives each scenario what names it in a recipient, the sender, the header or the text', () => {
    const ledger = open();
    const [one, two] = [ledger.claim(claim('run1-1a')), ledger.claim(claim('run1-2a'))];
    assert.equal(ledger.message(text('a'), envelope('Bob-RUN1-1a@example.net'), session), undefined);
    assert.equal(
      ledger.message(text('b'), { ...envelope('bob@example.net'), from: 'x-run1-2a@a.example' }, session),
      undefined,
    );
    assert.equal(ledger.message(text('about run1-2a'), envelope('bob@example.net'), session), undefined);
    assert.deepEqual(
      [one, two].map(({ messages }) => messages.map(({ octets }) => octets.toString().split('\r\n')[2])),
      [['a'], ['b', 'about run1-2a']],
    );
    assert.deepEqual(one.messages[0], {
      octets: text('a'),
      envelope: envelope('Bob-RUN1-1a@example.net'),
      session,
      time: 1000,
    });
  });

  it('message() goes by recipients alone where a scenario has some', () => {
    const ledger = open();
    const one = ledger.claim(claim('run1-1a', { recipients: ['list@example.net'] }));
    assert.equal(ledger.recipient('List@EXAMPLE.net', envelope(), session), undefined);
    assert.equal(ledger.message(text('a'), envelope('bob@example.net', 'LIST@example.net'), session), undefined);
    assert.equal(ledger.recipient('bob@example.net', envelope(), session)?.code, 450);
    assert.equal(ledger.message(text('b'), envelope('bob@example.net'), session)?.code, 450);
    assert.equal(one.messages.length, 1);
  });

  it('recipient() and message() answer each try in turn, and go on with the last reply', () => {
    const ledger = open();
    const one = ledger.claim(claim('run1-1a', { rcpt: [greylisted, accepted], message: [{ code: 554 }] }));
    const ask = (address: string) => ledger.recipient(address, envelope(), session)?.code;
    assert.deepEqual([ask('a-run1-1a@b.example'), ask('c-run1-1a@b.example')], [451, 451]);
    assert.deepEqual([ask('A-run1-1a@b.example'), ask('a-run1-1a@b.example')], [undefined, undefined]);
    const send = () => ledger.message(text('a'), envelope('a-run1-1a@b.example'), session)?.code;
    assert.deepEqual([send(), send()], [554, 554]);
    assert.deepEqual(
      one.refused.map(({ command, reply, envelope: { to } }) => [command, reply.code, ...to]),
      [
        ['RCPT', 451, 'a-run1-1a@b.example'],
        ['RCPT', 451, 'c-run1-1a@b.example'],
        ['message', 554, 'a-run1-1a@b.example'],
        ['message', 554, 'a-run1-1a@b.example'],
      ],
    );
    assert.deepEqual(one.messages, []);
  });

  it('recipient() and message() defer what is nobody’s, and drop what comes too late', () => {
    const ledger = open();
    assert.equal(ledger.recipient('bob@example.net', envelope(), session)?.code, 450);
    const one = ledger.claim(claim('run1-1a'));
    // The message header may still name the scenario.
    assert.equal(ledger.recipient('bob@example.net', envelope(), session), undefined);
    assert.equal(ledger.message(text('a'), envelope('bob@example.net'), session)?.code, 450);
    one.release();
    one.release();
    assert.equal(ledger.recipient('a-run1-1a@b.example', envelope(), session), undefined);
    assert.equal(ledger.message(text('a'), envelope('a-run1-1a@b.example'), session), undefined);
    assert.equal(ledger.message(text('run1-1a'), envelope('bob@example.net'), session), undefined);
    assert.equal(ledger.message(text('another'), envelope('bob@example.net'), session)?.code, 450);
    assert.deepEqual(one.messages, []);
  });

  it('message() keeps no more than the limits allow, until scenarios let go of it', () => {
    const ledger = open();
    const large = Buffer.alloc(limits.kept / 2, 'a');
    const to = envelope('a-run1-1a@b.example');
    const one = ledger.claim(claim('run1-1a'));
    assert.deepEqual(
      [large, large, text('a')].map((octets) => ledger.message(octets, to, session)?.code),
      [undefined, undefined, 452],
    );
    one.release();
    const two = ledger.claim(claim('run1-1a'));
    for (let count = 0; count < limits.messages; count++) ledger.message(text('a'), to, session);
    assert.equal(ledger.message(text('a'), to, session)?.code, 452);
    assert.equal(two.messages.length, limits.messages);
  });
});
