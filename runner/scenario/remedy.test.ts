import assert from 'node:assert/strict';
import { planned } from '../../fixtures/testing/plan.ts';
import { remediesFor, remedyOf } from '../remedy.ts';

const text = `suite: A
severity: high
remedy: { exim: "Of the suite. https://exim.example/suite", any: Restart it. }
server: mx
scenarios:
  - { name: plain, dialogue: [expect: 220] }
  - { name: wish, level: should, dialogue: [expect: 220] }
  - name: own
    severity: critical
    remedy: { postfix: "Set mynetworks = 127.0.0.0/8. https://www.postfix.org/postconf.5.html#mynetworks", exim: Of its own }
    dialogue: [expect: 220]
`;
const config = 'servers: { mx: { url: "smtp://127.0.0.1:1", product: exim } }';

function scenarios() {
  const { plan } = planned([{ path: 'a.yaml', text }], { config });
  return plan.scenarios;
}

describe('severity', () => {
  it("is the scenario's own, else the suite's; a wish does little harm", () => {
    assert.deepEqual(
      scenarios().map(({ severity }) => severity),
      ['high', 'low', 'critical'],
    );
  });
});

describe('remedy', () => {
  it("is the scenario's own, and the suite's for other products", () => {
    const [plain, , own] = scenarios();
    const shared = [
      { product: 'exim', text: 'Of the suite.', url: 'https://exim.example/suite' },
      { product: 'any', text: 'Restart it.' },
    ];
    assert.deepEqual(plain?.remedies, shared);
    assert.deepEqual(own?.remedies, [
      {
        product: 'postfix',
        text: 'Set mynetworks = 127.0.0.0/8.',
        url: 'https://www.postfix.org/postconf.5.html#mynetworks',
      },
      { product: 'exim', text: 'Of its own' },
      { product: 'any', text: 'Restart it.' },
    ]);
  });

  it('is for the products that are known, else for any, else for all', () => {
    const all = [remedyOf('postfix', 'p'), remedyOf('exim', 'e'), remedyOf('any', 'a')];
    const shown = (known: Parameters<typeof remediesFor>[1], among = all) =>
      remediesFor(among, known).map((each) => each.text);
    assert.deepEqual(shown(['exim']), ['e']);
    assert.deepEqual(shown(['postfix', 'exim']), ['p', 'e']);
    assert.deepEqual(shown(['qmail']), ['a']);
    assert.deepEqual(shown([]), ['a']);
    assert.deepEqual(shown([], all.slice(0, 2)), ['p', 'e']);
  });

  it("is for the product that a server's entry names", () => {
    assert.equal(scenarios()[0]?.connections.get('')?.options.product, 'exim');
  });
});
