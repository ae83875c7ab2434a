import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageRoot } from './package-root.ts';

/** Which rooms a room may import: the law that the linter's configuration holds. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  matchers: [],
  protocol: [],
  transport: [],
  reporters: [],
  documentation: ['matchers'],
  scenario: ['matchers', 'protocol'],
  checks: ['matchers', 'transport'],
  'demo-server': [],
  services: ['matchers', 'transport'],
  engine: ['protocol', 'transport', 'matchers', 'checks'],
  commands: [
    'matchers',
    'protocol',
    'transport',
    'reporters',
    'documentation',
    'scenario',
    'checks',
    'services',
    'engine',
    'demo-server',
  ],
  mocha: [
    'matchers',
    'protocol',
    'transport',
    'reporters',
    'documentation',
    'scenario',
    'checks',
    'services',
    'engine',
    'commands',
    'demo-server',
  ],
};
const rooms = Object.keys(mayImport);

interface Probe {
  readonly file: string;
  readonly line: string;
  readonly refused: boolean;
}

function probe(file: string, line: string, refused: boolean): Probe {
  return { file, line, refused };
}

/** Every pair of rooms, from a room's own folder and from one below it. */
const pairs: readonly Probe[] = rooms.flatMap((room) =>
  [...rooms.filter((other) => other !== room), 'fixtures'].flatMap((other) => {
    const refused = mayImport[room]?.includes(other) !== true;
    const from = other === 'fixtures' ? '../../fixtures' : `../${other}`;
    return [
      probe(`runner/${room}/a.ts`, `export { x } from '${from}/b.ts';`, refused),
      probe(`runner/${room}/below/a.ts`, `import '../${from}/b.ts';`, refused),
      probe(`runner/${room}/a.test.ts`, `import '${from}/b.ts';`, false),
    ];
  }),
);

const singles: readonly Probe[] = [
  ...rooms.map((room) => probe(`runner/${room}/a.ts`, "import type { Plan } from '../plan.ts';", false)),
  ...rooms.map((room) => probe(`runner/${room}/a.ts`, "import './b.ts';", false)),
  probe('runner/engine/steps/a.ts', "import '../context.ts';", false),
  probe('runner/engine/steps/a.ts', "import '../conditions/a.ts';", false),
  probe('runner/engine/steps/a.ts', "import type { Plan } from '../../plan.ts';", false),
  probe('runner/engine/a.ts', "export const late = () => import('../scenario/plan.ts');", true),
  probe('runner/engine/a.ts', "import type { Config } from '../scenario/config.ts';", true),
  probe('runner/plan.ts', "import './scenario/plan.ts';", true),
  probe('runner/plan.ts', "import './source.ts';", false),
  probe('runner/plan.ts', "import 'node:path';", true),
  probe('runner/server-url.ts', "import { isIPv6 } from 'node:net';", false),
  probe('runner/server-url.ts', "import { connect } from 'node:net';", true),
  probe('runner/main.ts', "import './commands/run.ts';", false),
  probe('runner/index.ts', "import './engine/run.ts';", false),
  probe('fixtures/testing/a.ts', "import '../../runner/protocol/smtp.ts';", false),
  probe('fixtures/testing/a.ts', "import '../../runner/commands/run.ts';", true),
  ...['node:net', 'node:tls', 'node:dgram', 'node:dns/promises', 'node:child_process'].flatMap((module) =>
    rooms.map((room) =>
      probe(
        `runner/${room}/a.ts`,
        `import '${module}';`,
        !['transport', 'checks', 'services', 'demo-server'].includes(room),
      ),
    ),
  ),
  ...['node:fs', 'node:fs/promises'].flatMap((module) => [
    ...rooms.map((room) =>
      probe(
        `runner/${room}/a.ts`,
        `import '${module}';`,
        !['transport', 'checks', 'services', 'commands', 'demo-server'].includes(room),
      ),
    ),
    probe('runner/scenario/access.ts', `import '${module}';`, false),
    probe('runner/scenario/config.ts', `import '${module}';`, false),
  ]),
  probe('runner/reporters/sink.ts', "import 'node:fs/promises';", false),
];

describe('the linter holds the layers', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailspec-layers-'));
    cpSync(join(packageRoot(), 'biome.json'), join(folder, 'biome.json'));
    cpSync(join(packageRoot(), 'fixtures', 'lint'), join(folder, 'fixtures', 'lint'), { recursive: true });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('biome refuses an import exactly when the table of rooms does', async () => {
    const probes = [...pairs, ...singles];
    const lines = new Map<string, Probe[]>();
    for (const each of probes) lines.set(each.file, [...(lines.get(each.file) ?? []), each]);
    for (const [file, inFile] of lines) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `${inFile.map(({ line }) => line).join('\n')}\n`);
    }
    const refused = await restrictedImports(folder);
    const wrong = [...lines].flatMap(([file, inFile]) =>
      inFile
        .filter((each, index) => each.refused !== refused.has(`${file}:${index + 1}`))
        .map((each) => `${file}: ${each.line} is ${each.refused ? 'let through' : 'refused'}`),
    );
    assert.deepEqual(wrong, []);
    assert.ok(refused.size > 0);
  });

  it('biome knows every room when a folder of runner is added', () => {
    const folders = readdirSync(join(packageRoot(), 'runner'), { withFileTypes: true }).filter((each) =>
      each.isDirectory(),
    );
    assert.deepEqual(folders.map(({ name }) => name).sort(), [...rooms].sort());
  });
});

/** `FILE:LINE` of every import that the rule refuses. */
async function restrictedImports(cwd: string): Promise<ReadonlySet<string>> {
  const biome = join(packageRoot(), 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const args = [biome, 'lint', '--only=style/noRestrictedImports', '--reporter=json', '--max-diagnostics=none'];
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd, maxBuffer: 64 * 1024 * 1024 }, (_error, stdout) => resolve(stdout));
  });
  const { diagnostics } = JSON.parse(output) as Report;
  const places = diagnostics.filter(({ category }) => category === 'lint/style/noRestrictedImports');
  return new Set(places.map(({ location }) => `${location.path}:${location.start.line}`));
}

interface Report {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly path: string; readonly start: { readonly line: number } };
  }[];
}
