import assert from 'node:assert/strict';
import { suiteIdOf } from './suite-id.ts';

describe('suiteIdOf()', () => {
  it('suiteIdOf() is the path below the scenarios when the file is below the project', () => {
    assert.equal(suiteIdOf('/p/scenarios/smtp/auth.yaml', '/p', '/s'), 'smtp/auth');
    assert.equal(suiteIdOf('/p/tests/auth.yml', '/p', '/s'), 'tests/auth');
    assert.equal(suiteIdOf('/p/scenarios.yaml', '/p', '/s'), 'scenarios');
    assert.equal(suiteIdOf('/s/security/relay.yaml', '/p', '/s'), 'security/relay');
    assert.equal(suiteIdOf('/elsewhere/a.yaml', '/p', '/s'), '/elsewhere/a');
  });
});
