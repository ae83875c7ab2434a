import assert from 'node:assert/strict';
import { type FindingName, flaws } from '../protocol/findings.ts';
import { protocols } from '../protocol/protocols.ts';
import { ProtocolError } from '../protocol/reply.ts';
import { findingExamples } from './finding-examples.ts';

const greetings: Readonly<Record<string, string>> = {
  smtp: '220 mx\r\n',
  imap: '* OK ready\r\n',
  pop3: '+OK ready\r\n',
  sieve: '"IMPLEMENTATION" "x"\r\n"SIEVE" ""\r\n"VERSION" "1.0"\r\nOK\r\n',
};

/** Findings of the engine: they show only at the end of a connection, in a message with recipients, or over TLS. */
const elsewhere: readonly FindingName[] = ['lmtp.message.too-few', 'tls.end.close-notify', 'imap.response.incomplete'];

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** The findings of a parser that reads `came` after a greeting. */
function found(protocol: string, sent: string | undefined, came: string, secured: boolean): readonly string[] {
  const parser = protocols[protocol as keyof typeof protocols].createParser();
  parser.push(latin1(greetings[protocol] ?? ''));
  parser.take();
  if (secured) parser.secured();
  if (sent !== undefined) parser.sent({ bytes: latin1(`${sent}\r\n`), as: 'command' });
  parser.push(latin1(came));
  const names: string[] = [];
  try {
    for (let reply = parser.take(); reply !== undefined; reply = parser.take())
      names.push(...('findings' in reply ? (reply.findings ?? []) : []).map(({ name }) => name));
    parser.settle();
  } catch (error) {
    assert.ok(error instanceof ProtocolError);
  }
  return [...names, ...parser.findings().map(({ name }) => name)];
}

describe('findingExamples', () => {
  for (const [flaw, { name, sent, came }] of Object.entries(findingExamples)) {
    it(`${flaw}: a parser finds ${name} in its octets`, () => {
      assert.ok(name.endsWith(`.${flaw}`) && flaw in flaws);
      if (elsewhere.includes(name)) return;
      const protocol = name.slice(0, name.indexOf('.'));
      assert.ok(
        found(protocol, sent, came, flaw === 'starttls').includes(name),
        found(protocol, sent, came, false).join(),
      );
    });
  }

  it('the example of an incomplete reply is the beginning of one', () => {
    const parser = protocols.imap.createParser();
    parser.push(latin1(`${greetings['imap']}`));
    parser.take();
    parser.push(latin1(findingExamples.incomplete.came));
    parser.settle();
    assert.ok(parser.incomplete !== undefined);
  });
});
