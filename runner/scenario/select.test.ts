import assert from 'node:assert/strict';
import { goodPlan, planOf } from '../../fixtures/testing/plan-in-memory.ts';
import { type Selection, select } from './select.ts';

const { scenarios } = goodPlan(`suite: S
server: mx
tags: [smtp]
scenarios:
  - name: greets
    dialogue: [{ expect: 220 }]
  - name: says hello to \${who}
    tags: [slow]
    each: { who: [alice, bob] }
    dialogue:
      - expect: 220
  - name: ends
    dialogue: [{ expect: 220 }]
`);

const idsOf = (selection: Selection) =>
  select(scenarios, selection, '/project').scenarios.map(({ id, index }) => `${index} ${id}`);
const mistakeOf = (selection: Selection) => {
  const [mistake] = select(scenarios, selection, '/project').diagnostics;
  return [mistake?.code, mistake?.message, mistake?.hint];
};

describe('select()', () => {
  const all = ['0 a#greets', '1 a#says-hello-to-alice', '2 a#says-hello-to-bob', '3 a#ends'];

  it('select() takes all when nothing is asked', () => assert.deepEqual(idsOf({}), all));

  it('select() copies no scenario whose number stays', () => {
    assert.deepEqual(
      select(scenarios, { grep: 'greets' }, '/project').scenarios.map((each) => each === scenarios[0]),
      [true],
    );
    const [last] = select(scenarios, { grep: 'ends' }, '/project').scenarios;
    assert.deepEqual([last?.index, scenarios[3]?.index], [0, 3]);
  });

  it('select() takes those that meet when tags and text are asked', () => {
    assert.deepEqual(idsOf({ tags: 'smtp and not slow' }), ['0 a#greets', '1 a#ends']);
    assert.deepEqual(idsOf({ grep: 'HELLO' }), ['0 a#says-hello-to-alice', '1 a#says-hello-to-bob']);
    assert.deepEqual(idsOf({ grep: 'bob', tags: 'slow' }), ['0 a#says-hello-to-bob']);
  });

  it('select() takes every case when a line inside of its scenario is asked', () => {
    const hello = ['0 a#says-hello-to-alice', '1 a#says-hello-to-bob'];
    for (const line of [7, 9, 11]) assert.deepEqual(idsOf({ places: [{ file: 'scenarios/a.yaml', line }] }), hello);
    assert.deepEqual(idsOf({ places: [{ file: '/project/scenarios/a.yaml', line: 99 }] }), ['0 a#ends']);
    assert.deepEqual(idsOf({ places: [{ file: 'scenarios/a.yaml' }] }), all);
  });

  it('select() takes ids when they are exact, globs, or a suite', () => {
    assert.deepEqual(idsOf({ ids: ['a#ends', 'a#says*bob'] }), ['0 a#says-hello-to-bob', '1 a#ends']);
    assert.deepEqual(idsOf({ ids: ['a'] }), all);
  });

  it('select() finds a scenario by its former names when it was renamed', () => {
    const renamed = goodPlan(`suite: S
server: mx
scenarios:
  - name: \${who} is greeted
    formerly: ["says hello to \${who}", "hello for \${who}"]
    each: { who: [alice, bob] }
    dialogue: [{ expect: 220 }]
`).scenarios;
    const found = (selection: Selection) => select(renamed, selection, '/project').scenarios.map(({ id }) => id);
    assert.deepEqual(found({ ids: ['a#says-hello-to-bob'] }), ['a#bob-is-greeted']);
    assert.deepEqual(found({ ids: ['a#hello-for-*'] }), ['a#alice-is-greeted', 'a#bob-is-greeted']);
    assert.deepEqual(found({ grep: 'hello-to-alice' }), ['a#alice-is-greeted']);
    assert.deepEqual(found({ ids: ['a#says-hello-to-carol'] }), []);
  });

  it('plan() refuses a former name when another scenario has it', () => {
    const { diagnostics } = planOf(`suite: S
server: mx
scenarios:
  - { name: greets, dialogue: [{ expect: 220 }] }
  - { name: says 220, formerly: [greets], dialogue: [{ expect: 220 }] }
`);
    assert.deepEqual(
      diagnostics.map(({ code, message }) => [code, message]),
      [['scenario.duplicate', 'The former id "a#greets" would select "greets" as well']],
    );
  });

  it('select() says why when nothing is selected', () => {
    assert.deepEqual(mistakeOf({ tags: 'imap' }), [
      'selection.empty',
      'None of 4 scenarios is selected by --tags "imap"',
      'The tags are slow, smtp',
    ]);
    assert.deepEqual(mistakeOf({ ids: ['a#end'] }), [
      'selection.empty',
      'No scenario has the id "a#end"',
      'Did you mean "a#ends"?',
    ]);
    assert.deepEqual(mistakeOf({ places: [{ file: 'b.yaml', line: 3 }] }).slice(0, 2), [
      'selection.empty',
      'There is no scenario at "b.yaml:3"',
    ]);
    assert.deepEqual(mistakeOf({ places: [{ file: 'scenarios/a.yaml', line: 1 }] }).slice(0, 2), [
      'selection.empty',
      'There is no scenario at "scenarios/a.yaml:1"',
    ]);
    assert.equal(
      mistakeOf({ places: [{ file: '/project/scenarios/a.yaml', line: 1 }] })[1],
      'There is no scenario at "scenarios/a.yaml:1"',
    );
    assert.equal(mistakeOf({ tags: 'smtp and' })[0], 'argument.invalid');
    assert.equal(select([], {}, '/').diagnostics[0]?.message, 'There are no scenarios');
  });
});
