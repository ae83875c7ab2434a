import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { packageRoot } from '../package-root.ts';

const mailspec = (...args: readonly string[]) => dispatched(args, { cwd: process.cwd() });
const shipped = (name: string) =>
  JSON.parse(readFileSync(join(packageRoot(), 'schemas', `${name}.schema.json`), 'utf8'));
const names = ['scenario', 'config', 'result'];

describe('mailspec schema', () => {
  it('prints the schema of scenario files, and with a name that one', async () => {
    assert.deepEqual(JSON.parse((await mailspec('schema')).stdout), shipped('scenario'));
    assert.deepEqual(JSON.parse((await mailspec('schema', 'scenario')).stdout), shipped('scenario'));
    assert.deepEqual(JSON.parse((await mailspec('schema', 'result')).stdout), shipped('result'));
    assert.equal(JSON.parse((await mailspec('schema', 'config')).stdout).title, shipped('config').title);
  });

  it('prints documents that refer to no other', async () => {
    for (const name of names) {
      const { stdout, status } = await mailspec('schema', name);
      assert.equal(status, 0);
      const validate = new Ajv2020({ allowUnionTypes: true, strictRequired: false }).compile(JSON.parse(stdout));
      if (name === 'result') continue;
      assert.equal(
        validate({ servers: { mx: { url: 'smtp://mx', family: 5 } }, suite: 'S', scenarios: [{ nam: 1 }] }),
        false,
      );
    }
    assert.equal(
      Object.keys(shipped('config').$defs).find((name) => name in shipped('scenario').$defs),
      undefined,
    );
  });

  it('has schemas that are named by their files, which no network is needed for', () => {
    for (const name of names) assert.equal(shipped(name).$id, `${name}.schema.json`);
  });

  it('names the nearest schema where there is none', async () => {
    const { status, stdout, stderr } = await mailspec('schema', 'scenarios');
    assert.deepEqual(
      [status, stdout, stderr],
      [2, '', 'error: Unknown schema "scenarios"\n  = help: Did you mean "scenario"?\n'],
    );
    assert.match((await mailspec('schema', 'x-ray')).stderr, /The schemas are scenario, config, result/);
    assert.match((await mailspec('schema', 'config', 'result')).stderr, /Cannot print 2 schemas at once/);
  });
});
