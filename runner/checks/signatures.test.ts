import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { sealMessage } from 'mailauth/lib/arc/index.js';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import type { Keys } from './signature-keys.ts';
import { verifySignatures } from './signatures.ts';
import { keyName, signatureHeaders } from './signed.ts';

/** The shortest key that is accepted (RFC 8301 section 3.2) is made soonest. */
const newPair = () => generateKeyPairSync('rsa', { modulusLength: 1024 });
const pair = newPair();
const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const record = `v=DKIM1; k=rsa; p=${pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
const other = newPair().publicKey.export({ type: 'spki', format: 'der' });
// The signer reads the clock twice; if a second ends in between, its signature is invalid.
const signTime = new Date();
const signer = { signingDomain: 'example.test', selector: 'mail', privateKey, signTime };
const keys: Keys = { 'mail._domainkey.example.test': [record] };

const message = 'From: alice@example.test\r\nTo: bob@example.net\r\nSubject: hello\r\n\r\nHello  there\r\n';

async function signed(options: object = {}): Promise<string> {
  const { signatures } = await dkimSign(message, { signTime, ...options, signatureData: [signer] } as never);
  return signatures + message;
}

const verdict = async (text: string, known: Keys = keys) => {
  const { dkim } = await verifySignatures(Buffer.from(text), known);
  return (dkim as readonly { readonly result: string; readonly reason?: string }[]).map(({ result, reason }) =>
    reason === undefined ? result : `${result}: ${reason}`,
  );
};

describe('runner/checks/signatures', () => {
  it('verifySignatures() tells who signed what, and that it is valid', async () => {
    const { dkim, arc } = await verifySignatures(Buffer.from(await signed()), keys);
    const [{ signed: fields, ...rest }] = dkim as [{ readonly signed: readonly string[] }];
    assert.deepEqual(rest, {
      result: 'pass',
      domain: 'example.test',
      selector: 'mail',
      algorithm: 'rsa-sha256',
      canonicalization: 'relaxed/relaxed',
      aligned: true,
    });
    assert.deepEqual(fields, ['subject', 'to', 'from']);
    assert.deepEqual(arc, { result: 'none', instances: 0 });
  });

  it('verifySignatures() reads a message with LF alone, as mailboxes keep them', async () => {
    assert.deepEqual(await verdict((await signed()).replaceAll('\r\n', '\n')), ['pass']);
  });

  it('verifySignatures() has a failure, and its reason, for whatever is wrong', async () => {
    const good = await signed();
    const name = 'mail._domainkey.example.test';
    assert.deepEqual(await verdict(message), []);
    assert.deepEqual(await verdict(good.replace('Hello  there', 'Hello their')), ['fail: body hash did not verify']);
    assert.deepEqual(await verdict(good.replace('Subject: hello', 'Subject: halo')), ['fail: bad signature']);
    assert.deepEqual(await verdict(good, { [name]: [`v=DKIM1; k=rsa; p=${other.toString('base64')}`] }), [
      'fail: bad signature',
    ]);
    assert.deepEqual(await verdict(good, { [name]: 'none' }), ['permerror: no key']);
    assert.deepEqual(await verdict(good, { [name]: ['v=DKIM1; p='] }), ['permerror: invalid public key']);
    assert.deepEqual(await verdict(good, { [name]: ['v=DKIM2; p=abcd'] }), ['permerror: unknown key version']);
    assert.deepEqual(await verdict(good, { [name]: 'failed' }), ['temperror: DNS failure: ESERVFAIL']);
    assert.deepEqual(await verdict(await signed({ expires: new Date(Date.now() - 86_400_000) })), ['fail: expired']);
    assert.deepEqual(await verdict(good.replace('a=rsa-sha256', 'a=rsa-md5')), [
      'permerror: unknown algorithm or canonicalization',
    ]);
    assert.deepEqual(await verdict(good.replace('s=mail;', '')), ['permerror: a required tag is missing or wrong']);
    assert.deepEqual(await verdict(good, { [name]: ['v=spf1 -all', record] }), ['pass']);
    const weak = generateKeyPairSync('rsa', { modulusLength: 512 });
    const short = `v=DKIM1; p=${weak.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
    assert.deepEqual(await verdict(good, { [name]: [short] }), ['policy: weak key']);
  });

  it('verifySignatures() keeps the order, and says who is aligned', async () => {
    const foreign = await dkimSign(message, {
      signTime,
      signatureData: [{ ...signer, signingDomain: 'list.example' }],
    } as never);
    const { dkim } = await verifySignatures(Buffer.from(foreign.signatures + (await signed())), {
      ...keys,
      'mail._domainkey.list.example': [record],
    });
    assert.deepEqual(
      (dkim as readonly { domain: string; aligned: boolean; result: string }[]).map(({ domain, aligned, result }) => [
        domain,
        aligned,
        result,
      ]),
      [
        ['list.example', false, 'pass'],
        ['example.test', true, 'pass'],
      ],
    );
  });

  it('verifySignatures() verifies an ARC chain, and finds what was changed after it', async () => {
    const seal = await sealMessage(message, {
      ...signer,
      authResults: 'mx.example.net; spf=pass smtp.mailfrom=example.test',
      cv: 'none',
    } as never);
    const sealed = seal.toString() + message;
    assert.deepEqual((await verifySignatures(Buffer.from(sealed), keys))['arc'], { result: 'pass', instances: 1 });
    const changed = await verifySignatures(Buffer.from(sealed.replace('Hello', 'Hallo')), keys);
    assert.equal((changed['arc'] as { readonly result: string }).result, 'fail');
  });

  it('signatureHeaders() and verifySignatures() make something of anything', async () => {
    const parts = fc.constantFrom(
      'DKIM-Signature:',
      'ARC-Seal: i=1;',
      'v=1;',
      ' d=a.example',
      ';s=b',
      ';h=from',
      ';a=rsa-sha256',
      ';bh=',
      ';b=aGk=',
      ';l=3',
      '\r\n',
      '\n ',
      ':',
      '=',
      '\r\n\r\n',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { maxLength: 40 }), async (list) => {
        const octets = Buffer.from(list.join(''));
        for (const header of signatureHeaders(octets)) assert.equal(typeof keyName(header), 'string');
        await verifySignatures(octets, {});
      }),
      { numRuns: 50 },
    );
  });
});
