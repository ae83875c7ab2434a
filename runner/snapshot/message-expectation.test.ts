import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createPop3Parser } from '../protocol/pop3.ts';
import { storedExpectation, uidlExpectation } from './message-expectation.ts';

function formOf(id: string): unknown {
  const parser = createPop3Parser();
  parser.push(Buffer.from('+OK ready\r\n'));
  parser.take();
  parser.sent({ bytes: Buffer.from('UIDL 1\r\n'), as: 'command' });
  parser.push(Buffer.from(`+OK 1 ${id}\r\n`));
  const reply = parser.take();
  assert.ok(reply);
  const expectation = uidlExpectation(reply, 'exact');
  return (expectation as { readonly text?: string }).text;
}

const hex = (number: number, length: number) => number.toString(16).padStart(length, '0');
const uid = fc.integer({ min: 1, max: 0xf_ffff });
const validity = fc.integer({ min: 1_500_000_000, max: 2_100_000_000 });
const micro = fc.integer({ min: 0, max: 999_999 });
const pid = fc.integer({ min: 2, max: 4_194_304 });

/** Ids in the formats of Dovecot's pop3_uidl_format, and others. */
const forms: Readonly<Record<string, fc.Arbitrary<string>>> = {
  '%08Xu%08Xv': fc.tuple(uid, validity).map(([one, other]) => hex(one, 8) + hex(other, 8)),
  '%08Xv%08Xu': fc.tuple(uid, validity).map(([one, other]) => hex(other, 8) + hex(one, 8)),
  '%v.%u': fc.tuple(uid, validity).map(([one, other]) => `${other}.${one}`),
  '%f': fc.tuple(validity, micro, pid).map(([time, part, process]) => `${time}.M${part}P${process}.mx`),
  "Courier's": fc.tuple(validity, uid).map(([time, one]) => `UID${one}-${time}`),
};

describe('uidlExpectation()', () => {
  for (const [name, ids] of Object.entries(forms)) {
    it(`gives all ids of ${name} one form, and those of others another`, () => {
      fc.assert(fc.property(ids, ids, (one, other) => assert.equal(formOf(one), formOf(other))));
      for (const [otherName, others] of Object.entries(forms)) {
        if (otherName === name) continue;
        const form = formOf(fc.sample(ids, { numRuns: 1, seed: 1 })[0] ?? '');
        const [id = ''] = fc.sample(others, { numRuns: 1, seed: 1 });
        assert.notEqual(formOf(id), form, `${id} of ${otherName}`);
      }
    });
  }
});

describe('storedExpectation()', () => {
  const patternOf = (line: string) => {
    const source = `Subject: run-1a\n\n${line}\n`;
    const vocabulary = { names: new Map(), secrets: new Map(), tokens: new Map([['run-1a', 'scenario.id']]) };
    const written = storedExpectation({ kind: 'check', evidence: { messages: [{ source }] } }, 'exact', { vocabulary });
    const [{ source: pattern = '' } = {}] = (written as { messages: readonly { source?: string }[] }).messages;
    return new RegExp(pattern.slice(1, -1).replaceAll('${scenario.id}', 'run-1a'));
  };
  const meets = (line: string, other: string) => patternOf(line).test(`Subject: run-1a\n\n${other}\n`);

  it('keeps what surrounds octets that are not printable, and that they are there', () => {
    for (const line of ['Hello\0there', 'Hello\x80there', 'Hello\ufffdthere']) {
      assert.ok(meets(line, 'Hello\0there'), line);
      assert.ok(meets(line, 'Hello\ufffd\ufffdthere'), line);
      assert.ok(!meets(line, 'Hellothere'), line);
      assert.ok(!meets(line, 'Hello there'), line);
      assert.ok(!meets(line, 'Hello\0you'), line);
    }
    assert.ok(meets('\0\ta', '\0\ta') && !meets('\0\ta', '\0 a'));
  });

  it('does not write long lines', () => {
    assert.ok(meets('m'.repeat(301), 'anything'));
    assert.ok(meets(`\0${'m'.repeat(300)}`, 'anything'));
  });
});
