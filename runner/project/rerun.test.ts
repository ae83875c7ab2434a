import assert from 'node:assert/strict';
import { rerunCommand } from './rerun.ts';

describe('rerunCommand()', () => {
  it('begins as mailspec was called', () => {
    assert.equal(rerunCommand({ config: 'ci.yaml' }), 'mailspec run --config ci.yaml');
    assert.equal(rerunCommand({ config: 'ci.yaml' }, [], 'npx mailspec'), 'npx mailspec run --config ci.yaml');
  });
});
