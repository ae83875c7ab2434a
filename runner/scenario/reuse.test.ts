import assert from 'node:assert/strict';
import fc from 'fast-check';
import { runsOf } from '../../fixtures/testing/long.ts';
import { bare, goodPlan, mistakesOf } from '../../fixtures/testing/plan-in-memory.ts';

const suite = (each: string, dialogue: string, head = 'server: mx') => `suite: S
variables: { indirect: "x\${n}", plain: y }
${head}
scenarios:
  - name: "\${n}"
    each: ${each}
    dialogue: ${dialogue}
`;

const two = '{ n: [1, 2] }';

describe('reuseAmong()', () => {
  it('step() gives all cases the same step where it uses none of their values', () => {
    const { scenarios } = goodPlan(
      suite(
        two,
        '[{ expect: 220 }, { send: "A ${plain}", expect: 250 }, { send: "B ${n}" }, { send: "C ${indirect}" }]',
      ),
    );
    const [one, other] = scenarios.map(({ dialogue }) => dialogue);
    assert.deepEqual(
      one?.map((step, index) => step === other?.[index]),
      [true, true, false, false],
    );
    assert.deepEqual(
      other?.slice(2).map((step) => step.kind === 'send' && step.what),
      [
        { form: 'line', text: 'B 2' },
        { form: 'line', text: 'C x2' },
      ],
    );
  });

  it('step() reads a step anew where a row gives a name that another row has not', () => {
    const text = suite('[{ n: 1, plain: z }, { n: 2 }]', '[{ send: "A ${plain}", expect: 250 }]');
    const sent = goodPlan(text).scenarios.map(({ dialogue: [step] }) => step?.kind === 'send' && step.what);
    assert.deepEqual(sent, [
      { form: 'line', text: 'A z' },
      { form: 'line', text: 'A y' },
    ]);
  });

  it('step() keeps what a step captures for the steps after it', () => {
    const steps =
      '[{ send: A, expect: 250, capture: { id: /as (.*)/ } }, { send: "B ${id} ${n}" }, { send: "C ${id}" }]';
    for (const { dialogue } of goodPlan(suite(two, steps)).scenarios) {
      assert.ok(
        dialogue
          .slice(1)
          .every((step) => step.kind === 'send' && step.what.form === 'line' && typeof step.what.text !== 'string'),
      );
    }
  });

  it('list() gives all cases the same dialogue where all of its steps are the same', () => {
    const [one, other] = goodPlan(suite(two, '[{ expect: 220 }, { send: A, expect: 250 }]')).scenarios;
    assert.equal(one?.dialogue, other?.dialogue);
    assert.equal(one?.after, other?.after);
    const [own, others] = goodPlan(suite(two, '[{ expect: 220 }, { send: "A ${n}", expect: 250 }]')).scenarios;
    assert.notEqual(own?.dialogue, others?.dialogue);
  });

  it('once() gives all cases the same facts, unless a value of the case is in them', () => {
    const text = suite(two, '[{ expect: 220 }]').replace('    dialogue', '    tags: [plain]\n    dialogue');
    const [one, other] = goodPlan(text).scenarios;
    assert.deepEqual(one?.tags, ['plain']);
    assert.equal(one?.tags, other?.tags);
    const own = goodPlan(text.replace('[plain]', '["t${n}"]')).scenarios;
    assert.deepEqual(
      own.map(({ tags }) => tags),
      [['t1'], ['t2']],
    );
  });

  it("connections() share nothing where a server is the case's own", () => {
    const text = suite('{ n: [pop3, mx] }', '[{ expect: { text: ok } }]', 'server: "${n}"');
    const { scenarios } = goodPlan(text);
    assert.deepEqual(
      scenarios.map(({ connections }) => connections.get('')?.url),
      ['pop3://127.0.0.1:2110', 'smtp://127.0.0.1:2525'],
    );
    assert.notEqual(scenarios[0]?.dialogue[0], scenarios[1]?.dialogue[0]);
  });

  it('step() lets mistakes be told as if each case were read alone', () => {
    const wrong =
      '[{ send: "A ${unknown}", expect: 250 }, { send: "B ${late}", expect: 250 }, { send: C, expect: 250, capture: { late: /(.*)/ } }]';
    assert.deepEqual(mistakesOf(suite(two, wrong)), mistakesOf(suite('{ n: [1] }', wrong)));
  });

  it('plans each case as it would be planned alone', () => {
    const step = fc.constantFrom(
      '{ expect: 220 }',
      '{ send: "A ${n}", expect: 250 }',
      '{ send: "A ${id}", expect: "250 ${plain}" }',
      '{ send: B, expect: "250 ${indirect}", capture: { id: /as (.*)/ } }',
      '{ send: B, expect: { code: 250, text: "${id}" } }',
      '{ repeat: { times: 2, dialogue: [{ send: "${index} ${n}", expect: 250 }] } }',
      '{ pipeline: [{ send: A, expect: 250 }, { send: B, expect: 250 }] }',
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
        const text = (each: string) =>
          suite(each, `[${['{ send: X, expect: 250, capture: { id: /(.*)/ } }', ...steps].join(', ')}]`);
        const together = goodPlan(text('{ n: [1, 2, 3] }')).scenarios;
        for (const [index, scenario] of together.entries()) {
          const [alone] = goodPlan(text(`{ n: [${index + 1}] }`)).scenarios;
          assert.deepEqual(bare(scenario.dialogue), bare(alone?.dialogue));
        }
      }),
      { numRuns: runsOf(50) },
    );
  });
});
