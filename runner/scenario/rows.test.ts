import assert from 'node:assert/strict';
import { goodPlan, mistakesOf } from '../../fixtures/testing/plan-in-memory.ts';

const suite = (file: string) =>
  `suite: S\nserver: mx\nscenarios:\n  - name: "\${verb} \${code}"\n    each: ${file}\n    dialogue: [{ send: "\${verb}", expect: "\${code}" }]\n`;
const namesFrom = (file: string, text: string) =>
  goodPlan(suite(file), { files: { [`/project/scenarios/${file}`]: text } }).scenarios.map(({ name }) => name);
const mistakesIn = (file: string, text: string) =>
  mistakesOf(suite(file), { files: { [`/project/scenarios/${file}`]: text } });

describe('rowsIn()', () => {
  it('rowsIn() reads a case from each line when a file is CSV', () => {
    assert.deepEqual(namesFrom('a.csv', '\ufeffverb,code\r\nNOOP,250\r\n\r\n"A ""B"", ${c}",500\r\n'), [
      'NOOP 250',
      'A "B", ${c} 500',
    ]);
  });

  it('rowsIn() reads a case from each map when a file is JSON or YAML', () => {
    assert.deepEqual(namesFrom('a.json', '[{ "verb": "NOOP", "code": 250 }]'), ['NOOP 250']);
    assert.deepEqual(namesFrom('a.yaml', '- { verb: NOOP, code: 250 }\n- { verb: FOO, code: 500 }\n'), [
      'NOOP 250',
      'FOO 500',
    ]);
  });

  it('rowsIn() says what is wrong when a file has no cases', () => {
    assert.deepEqual(mistakesIn('a.csv', 'verb,code\n'), ['value.invalid: "a.csv" has no cases']);
    assert.deepEqual(mistakesIn('a.csv', 'the verb,code\nNOOP,250\n'), [
      'value.invalid: "the verb" in "a.csv" is not a name',
    ]);
    assert.match(mistakesIn('a.csv', 'verb,code\nNOOP\n').join(), /^value.invalid: "a.csv" is not CSV: /);
    assert.deepEqual(mistakesIn('a.json', '{ "verb": 1 }'), ['value.invalid: "a.json" has no cases']);
    assert.deepEqual(mistakesIn('a.csv', `verb,code\n${'NOOP,250\n'.repeat(1001)}`), [
      'value.invalid: "a.csv" has 1001 cases',
    ]);
  });
});
