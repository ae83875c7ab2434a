import assert from 'node:assert/strict';
import { shippedPlan } from '../../fixtures/packs/shipped.test.helper.ts';
import { buildPage } from '../documentation/build.ts';
import { failureExample } from './failure-example.ts';

const examples = new Map<string, string | undefined>();

describe('failureExample()', () => {
  before(() => {
    const plan = shippedPlan();
    const scenarios = new Map(plan.scenarios.map((each) => [each.id, each]));
    for (const entry of buildPage(plan, { title: '' }).chapters.flatMap(({ entries }) => entries)) {
      const scenario = scenarios.get(entry.id);
      if (scenario !== undefined) examples.set(entry.id, failureExample(entry, scenario));
    }
  });

  it('has one for every scenario that ships, without holes', () => {
    assert.ok(examples.size > 800);
    for (const [id, example] of examples) {
      assert.ok(example !== undefined && example.length < 400, `${id}: ${example}`);
      assert.doesNotMatch(example, /\$\{|undefined|\[object/, id);
    }
  });

  for (const [id, example] of [
    ['tls/versions#tls-1-3-is-accepted-on-mx', 'tls mx TLSv1.3: expected "accepted", got "refused"'],
    [
      'tls/certificates#the-certificate-on-mx-is-valid-for-7-more-days',
      'certificate of mail.example.com expired 3 days ago (2026-11-23)',
    ],
    ['tls/ports#the-port-of-mx-is-open', 'port mail.example.com:993: expected "open", got "closed"'],
    [
      'discovery/mx#the-domain-has-an-mx-record',
      'dns MX example.test: expected "NOERROR", got "NXDOMAIN" (and 1 more difference)',
    ],
    ['operations/server#postfix-is-running', 'run postfix: expected exit to be 0, got 1'],
    [
      'privacy/banners#the-smtp-greeting-on-mx-has-no-version',
      'greeting: expected 220 without a version, got 220 mx.example.com ESMTP Postfix (3.7.11)',
    ],
    [
      'relay/recipients#a-nonexistent-mailbox-is-refused',
      'RCPT TO:<nobody-m1a2b3-4@example.test>: expected 550, 551 or 553, got 250 2.1.5 Ok',
    ],
  ] as const)
    it(`says of ${id} what a run says`, () => assert.equal(examples.get(id), example));
});
