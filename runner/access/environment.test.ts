import assert from 'node:assert/strict';
import { environmentFor } from './environment.ts';

const env = { PATH: '/bin', HOME: '/root', LC_ALL: 'C', LC_TIME: 'C', TOKEN: 'x', DOCKER_HOST: 'y', UNSET: undefined };

describe('environmentFor()', () => {
  it('gives what every program needs, and nothing else', () =>
    assert.deepEqual(environmentFor(env), { PATH: '/bin', HOME: '/root', LC_ALL: 'C' }));

  it('gives what the configuration lists as well', () => {
    const usual = { PATH: '/bin', HOME: '/root', LC_ALL: 'C' };
    assert.deepEqual(environmentFor(env, ['DOCKER_HOST', 'LC_*', 'NONE']), {
      ...usual,
      LC_TIME: 'C',
      DOCKER_HOST: 'y',
    });
    assert.deepEqual(Object.keys(environmentFor(env, ['*'])), [
      'PATH',
      'HOME',
      'LC_ALL',
      'LC_TIME',
      'TOKEN',
      'DOCKER_HOST',
    ]);
  });
});
