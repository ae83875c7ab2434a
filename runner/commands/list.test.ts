import assert from 'node:assert/strict';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';

describe('mailspec list', () => {
  const files = {
    'mailspec.yaml': { scenarios: ['s.yaml'], servers: { mx: 'smtp://127.0.0.1' } },
    's.yaml': `suite: S
server: mx
scenarios:
  - { name: asks, tags: [smtp], dialogue: [{ expect: 220 }] }
  - { name: guesses, provokes: [failed-login, errors], dialogue: [{ expect: 220 }] }
`,
  };

  it('shows which defenses a scenario provokes', async () => {
    const { stdout } = await dispatched(['list'], { cwd: project(files) });
    assert.equal(
      stdout,
      's#asks  asks  [smtp]  s.yaml:4\ns#guesses  guesses  provokes failed-login, errors  s.yaml:5\n',
    );
  });

  it('has them as JSON', async () => {
    const { stdout } = await dispatched(['list', '--json'], { cwd: project(files) });
    const listed = JSON.parse(stdout) as readonly { readonly id: string; readonly provokes?: readonly string[] }[];
    assert.deepEqual(
      listed.map(({ id, provokes }) => [id, provokes]),
      [
        ['s#asks', undefined],
        ['s#guesses', ['failed-login', 'errors']],
      ],
    );
  });
});
