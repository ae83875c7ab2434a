import assert from 'node:assert/strict';
import { project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';

/** Arguments that no command can use, and the first line of the message. */
const unusable: readonly (readonly [argv: string, message: string])[] = [
  ['rn', 'Unknown command "rn"'],
  ['--verison', 'Unknown option "--verison"'],
  ['-x', 'Unknown option "-x"'],
  ['run --tag x', 'Unknown option "--tag"'],
  ['run --timeout', 'Option "--timeout" needs a value'],
  ['run nowhere.yaml', 'Cannot find "nowhere.yaml": there is no such file or folder'],
  ['run nowhere/**/*.yaml', 'Cannot find "nowhere/**/*.yaml": no file matches'],
  ['run --config nowhere.yaml', 'Cannot read the configuration "nowhere.yaml": no such file'],
  ['run mailspec:nowhere', 'Unknown pack "mailspec:nowhere"'],
  ['record', 'Cannot listen: no address is given'],
  ['record --listen x --to mx', 'Cannot use "--listen x": it is not a port or an address'],
  ['record --listen 0', 'Cannot record: no server is named'],
  ['record --listen 0 --to mx', 'Unknown server "mx"'],
  ['record --listen 0 --to smtp://127.0.0.1 x', 'Unexpected argument "x"'],
  ['serve', 'Cannot serve: no scenario file is named'],
  ['import', 'Cannot import: no file is named'],
  ['import nowhere.txt', 'Cannot read "nowhere.txt": no such file'],
  ['import folder', 'Cannot read "folder": it is a folder'],
  ['import empty.txt', 'Cannot import "empty.txt": the protocol is not recognized'],
  ['import empty.txt --format x', 'Unknown format "x"'],
  ['load', 'Cannot run a load: no scenario file is named'],
  ['load --merge', 'Cannot merge: no results are named'],
  ['load --merge nowhere.json', 'Cannot read the results "nowhere.json": no such file'],
  ['audit', 'Cannot look for mail servers: no domain or host is named'],
  ['audit example.com --ports x', 'Cannot use "--ports x": "x" is not a port'],
  ['audit example.com --ports x --ports 25', 'Cannot use "--ports x": "x" is not a port'],
  ['audit a.example b.example', 'Cannot audit: several domains are named'],
  ['init', 'Cannot look for mail servers: no domain or host is named'],
  ['init example.com --ci x', 'Unknown CI server "x"'],
  ['snapshot', 'Cannot take a snapshot: no server is configured'],
  ['diff', 'Cannot compare: two results, or two servers, must be named'],
  ['diff --server a=smtp://127.0.0.1', 'Cannot compare: the servers must be named "old" and "new"'],
  ['talk', 'Cannot connect: no server is named'],
  ['talk mx', 'Unknown server "mx"'],
  ['talk x://127.0.0.1', 'Cannot use "x://127.0.0.1" as a server: the scheme "x" is unknown'],
  ['try a b', 'Cannot connect: several servers are named'],
  ['explain', 'Cannot explain: expected one ID, CODE or FINDING'],
  ['merge', 'Cannot merge: no results are named'],
  ['merge nowhere.jsonl', 'Cannot read the results "nowhere.jsonl": no such file'],
  ['docs --check', 'Cannot check: no page is named'],
  ['demo x', 'Unexpected argument "x"'],
  ['demo --write x', '"--write" requires "--serve"'],
  ['schema x', 'Unknown schema "x"'],
  ['completion', 'Cannot print a completion script: no shell is named'],
  ['completion tcsh', 'Unknown shell "tcsh"'],
];

/** How all such messages begin: docs/contributing.md. */
const form = /^(?:Cannot [a-z]|Unknown [a-zA-Z ]+ "|Unexpected argument "|(?:Option )?"--[a-z-]+" )/;

describe('what commands print about arguments that they cannot use', () => {
  const cwd = project({ 'empty.txt': '', 'folder/x.txt': '' });

  for (const [argv, message] of unusable) {
    it(`mailspec ${argv}: ${message}`, async () => {
      const { stdout, stderr, status } = await dispatched(argv.split(' '), { cwd });
      assert.equal(/^error(?:\[[a-z.]+\])?: (.*)/.exec(stderr)?.[1], message, stderr);
      assert.match(message, form);
      assert.doesNotMatch(stderr, /\bE[A-Z]{4,}\b|^ *-->/m, 'neither the names of system errors nor files of our own');
      assert.deepEqual({ stdout, status }, { stdout: '', status: 2 });
    });
  }
});
