import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';

/** Files that may write directly to the process's streams, and why. All others print through the gate. */
const exceptions: Readonly<Record<string, string>> = {
  'main.ts': 'makes the gate, and prints the version',
  'index.ts': 'the streams that reporters write to by default',
  'commands/terminal.ts': 'is the gate in front of the streams',
  'commands/run.ts': 'hands the streams to reporters, whose events have no secrets and no orders',
  'commands/merge.ts': 'likewise',
  'commands/validate.ts': "likewise: GitLab's report",
  'commands/list.ts': 'JSON, of texts without secrets',
  'commands/ask.ts': 'a question, and what is typed',
  'commands/docs.ts': 'a page, of texts without secrets',
  'commands/follow.ts': 'erases the line of progress',
  'commands/import.ts': 'a scenario file, whose secrets are names',
  'commands/talk-display.ts': 'paints what it has made harmless, line by line',
  'commands/talk-input.ts': 'moves the cursor',
  'commands/talk-editor.ts': 'looks whether there is a terminal',
  'commands/snapshot-servers.ts': 'the line of progress: numbers only',
  'commands/load.ts': 'likewise',
  'commands/secrets.ts': 'a question, before anything is typed',
  'commands/watch.ts': 'clears the screen',
  'mocha/conclude.ts': 'what is left of a result, which has no secrets',
};

describe('what is printed', () => {
  it('goes through the gate, but for the exceptions that are named here', () => {
    const root = join(packageRoot(), 'runner');
    const direct = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter(
        (name) => name.endsWith('.ts') && !/\.test\.(?:helper\.)?ts$/.test(name) && !name.startsWith('demo-server'),
      )
      .filter((name) =>
        /\braw\.std|\braw: \{ std|\.\.\.terminal\.raw\b|raw: world|process\.std(?:out|err)/.test(
          readFileSync(join(root, name), 'utf8'),
        ),
      );
    assert.deepEqual(direct.sort(), Object.keys(exceptions).sort());
  });
});
