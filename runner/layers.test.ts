import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { unusedAllowances, violations, violationsOf } from '../fixtures/lint/law.ts';
import { rooms } from '../fixtures/lint/rooms.ts';
import { packageRoot } from './package-root.ts';

interface Probe {
  readonly file: string;
  readonly line: string;
  readonly refused: boolean;
}

function probe(file: string, line: string, refused: boolean): Probe {
  return { file, line, refused };
}

const folders = Object.keys(rooms).filter((room) => !['root', 'programs', 'fixtures'].includes(room));

/** Every pair of rooms, imported from a room's own folder and from one below it. */
const pairs: readonly Probe[] = folders.flatMap((room) =>
  [...folders.filter((other) => other !== room), 'fixtures'].flatMap((other) => {
    const refused = rooms[room]?.rooms?.includes(other) !== true;
    const from = other === 'fixtures' ? '../../fixtures' : `../${other}`;
    return [
      probe(`runner/${room}/a.ts`, `export { x } from '${from}/b.ts';`, refused),
      probe(`runner/${room}/a.ts`, `import type { X } from '${from}/below/b.ts';`, refused),
      probe(`runner/${room}/below/a.ts`, `import '../${from}/b.ts';`, refused),
      probe(`runner/${room}/a.ts`, `export const late = () => import('${from}/b.ts');`, refused),
      probe(`runner/${room}/a.test.ts`, `import '${from}/b.ts';`, false),
      probe(`runner/${room}/a.test.helper.ts`, `import '${from}/b.ts';`, false),
    ];
  }),
);

const inRooms: readonly Probe[] = folders.flatMap((room) => [
  probe(`runner/${room}/a.ts`, "import type { Plan } from '../plan.ts';", false),
  probe(`runner/${room}/a.ts`, "import './b.ts';", false),
  probe(`runner/${room}/below/a.ts`, "import '../b.ts';", false),
  probe(`runner/${room}/below/a.ts`, "import '../beside/b.ts';", false),
  probe(`runner/${room}/below/a.ts`, "import '../../plan.ts';", false),
  probe(`runner/${room}/a.ts`, "import '../main.ts';", true),
  probe(`runner/${room}/a.ts`, "import '../index.ts';", true),
  probe(`runner/${room}/a.ts`, "import './b.test.helper.ts';", true),
  probe(`runner/${room}/a.ts`, "import './b.test.ts';", true),
  probe(`runner/${room}/a.ts`, "import '../../dist/runner/plan.js';", true),
  probe(`runner/${room}/a.ts`, "import '../../package.json';", true),
  probe(`runner/${room}/a.ts`, "import 'mailspec';", true),
  probe(`runner/${room}/a.ts`, 'export const late = (name: string) => import(name);', true),
  probe(`runner/${room}/a.ts`, "import 'express';", true),
  probe(`runner/${room}/a.ts`, "import { createRequire } from 'node:module';", true),
  probe(`runner/${room}/a.ts`, "export const taken = createRequire(import.meta.url)('express');", true),
  probe(`runner/${room}/a.ts`, "export type X = import('express').X;", true),
  probe(`runner/${room}/a.ts`, "export const taken = require('express');", true),
  probe(`runner/${room}/a.ts`, "export const late = () => import /* late */ ('express');", true),
  probe(`runner/${room}/a.ts`, "export { /* none */ } from 'express';", true),
  probe(`runner/${room}/a.ts`, "export * as x from 'express';", true),
  probe(`runner/${room}/a.ts`, "export const net = process.getBuiltinModule('net');", true),
  probe(`runner/${room}/a.ts`, "await fetch('http://example.org');", true),
  probe(`runner/${room}/a.ts`, "globalThis.fetch('http://example.org');", true),
  probe(`runner/${room}/a.ts`, 'export const a = { fetch };', true),
  probe(`runner/${room}/a.ts`, 'export const a = { fetch: 1, process: 2 }; a.process;', false),
  probe(`runner/${room}/a.ts`, 'export const a: Date = new Date(0); Date.parse(b); Date.UTC(1);', false),
  probe(`runner/${room}/a.ts`, 'console.log(1);', true),
]);

/** A line of code, and the only rooms that may contain it. */
const world: readonly (readonly [line: string, rooms: string])[] = [
  ...['', 'node:'].flatMap((prefix): readonly (readonly [string, string])[] => [
    [`import { connect } from '${prefix}net';`, 'transport checks demo-server'],
    [`import { isIP } from '${prefix}net';`, 'transport checks demo-server'],
    [`export type { Socket } from '${prefix}net';`, 'transport checks demo-server'],
    [`import '${prefix}tls';`, 'transport demo-server'],
    [`import * as dgram from '${prefix}dgram';`, 'checks'],
    [`import '${prefix}dns/promises';`, 'transport checks'],
    [`import { spawn } from '${prefix}child_process';`, 'transport services'],
    [`import { readFileSync } from '${prefix}fs';`, 'access transport commands'],
    [`export const late = () => import('${prefix}fs/promises');`, 'access checks demo-server project commands'],
    [`import '${prefix}http';`, ''],
    [`import '${prefix}perf_hooks';`, ''],
    [`import '${prefix}timers/promises';`, ''],
    [`import '${prefix}process';`, ''],
    [`import '${prefix}vm';`, ''],
    [`import '${prefix}worker_threads';`, ''],
  ]),
  ["import { parse } from 'yaml';", 'scenario'],
  ["import { Client } from 'undici';", ''],
  ["import 're2js';", ''],
  ["import { glob } from 'tinyglobby/late.js';", 'project'],
  ["import '@peculiar/x509/below.js';", 'demo-server'],
  ['export const now = Date.now();', 'transport demo-server commands mocha'],
  ['export const now = new Date();', 'transport demo-server commands mocha'],
  ['export const now = Date();', 'transport demo-server commands mocha'],
  ['export const clock = { Date };', 'transport demo-server commands mocha'],
  ['export const now = performance.now();', 'services commands mocha'],
  ['setTimeout(() => undefined, 1);', 'transport checks services demo-server commands'],
  ['export const { env } = process;', 'transport services demo-server mocha'],
  ['process.exit(1);', 'transport services demo-server mocha'],
  ['setInterval(() => undefined, 1);', ''],
];

const inWorld: readonly Probe[] = world.flatMap(([line, allowed]) =>
  folders.map((room) => probe(`runner/${room}/a.ts`, line, !allowed.split(' ').includes(room))),
);

/** The root, the programs, and the files that may use more than the rest of their room. */
const files: readonly Probe[] = [
  probe('runner/plan.ts', "import './scenario/plan.ts';", true),
  probe('runner/plan.ts', "import './source.ts';", false),
  probe('runner/plan.ts', "import './protocol/sasl.ts';", true),
  probe('runner/sending.ts', "import type { MechanismName } from './protocol/sasl.ts';", false),
  probe('runner/plan.ts', "import './index.ts';", true),
  probe('runner/plan.ts', "import 'node:path';", true),
  probe('runner/plan.ts', "import 'yaml';", true),
  probe('runner/plan.ts', 'export const now = Date.now();', true),
  probe('runner/plan.ts', 'export const { env } = pr\\u006fcess;', true),
  probe('runner/new.ts', "import '../fixtures/testing/replies.ts';", true),
  probe('runner/protocol/server-url.ts', "import { isIPv6 } from 'node:net';", false),
  probe('runner/protocol/server-url.ts', "import { connect } from 'node:net';", true),
  probe('runner/protocol/server-url.ts', "import { isIPv6, connect } from 'net';", true),
  probe('runner/protocol/server-url.ts', "import * as net from 'node:net';", true),
  probe('runner/main.ts', "import './commands/run.ts';", false),
  probe('runner/main.ts', "import './engine/run.ts';", true),
  probe('runner/main.ts', 'process.exit(1);', false),
  probe('runner/index.ts', "import './engine/run.ts';", false),
  probe('runner/index.ts', "import '../fixtures/testing/replies.ts';", true),
  probe('runner/matchers/pattern.ts', "import { createRequire } from 'node:module';", false),
  probe('runner/matchers/pattern.ts', "export const taken = createRequire(import.meta.url)('re2js');", false),
  probe('runner/matchers/pattern.ts', "export const taken = createRequire(import.meta.url)('undici');", true),
  probe('runner/matchers/below/pattern.ts', "import 're2js';", true),
  probe('runner/scenario/access.ts', "import 'node:fs';", true),
  probe('runner/access/open.ts', "import 'node:fs';", false),
  probe('runner/scenario/parse.ts', "import { parse } from 'yaml';", false),
  probe('runner/project/read.ts', "import 'node:fs';", true),
  probe('runner/project/world.ts', 'export const { env } = process;', false),
  probe('runner/checks/http.ts', "import('undici');", false),
  probe('runner/reporters/sink.ts', "import 'node:fs/promises';", false),
  probe('fixtures/testing/a.ts', "import '../../runner/protocol/smtp.ts';", false),
  probe('fixtures/testing/a.ts', "import '../../runner/commands/run.ts';", true),
  probe('fixtures/testing/a.ts', "import '../../runner/protocol/smtp.test.ts';", true),
  probe('fixtures/testing/a.ts', "import 'mocha'; fetch(process.argv[2]);", false),
];

describe('the law of rooms', () => {
  it('violations() refuses an import exactly when the table of rooms does', () => {
    assert.deepEqual(wrong([...pairs, ...inRooms]), []);
  });

  it('violations() refuses the clock, the world and packages outside of the rooms that own them', () => {
    assert.deepEqual(wrong(inWorld), []);
  });

  it('violations() allows a file what its own row names, and nothing beside it', () => {
    assert.deepEqual(wrong(files), []);
  });

  it('violations() refuses a folder when the table has no row for it', () => {
    assert.deepEqual(violations('runner/cellar/a.ts', 'export {};'), [
      'runner/cellar/a.ts:1 cellar has no row in the table of rooms',
    ]);
    assert.equal(violations('runner/engine/a.ts', "import '../cellar/a.ts';").length, 1);
  });

  it('violations() says where and what when it refuses', () => {
    const source =
      "import './b.ts';\nimport { connect } from 'net';\nimport '../../scenario/plan.ts';\nfetch(connect);\n";
    assert.deepEqual(violations('runner/engine/steps/a.ts', source), [
      'runner/engine/steps/a.ts:2 engine must not import node:net',
      'runner/engine/steps/a.ts:3 engine must not import runner/scenario/plan.ts',
      'runner/engine/steps/a.ts:4 engine must not use fetch',
    ]);
  });

  it('violationsOf() finds none in the sources as they are', () => {
    assert.deepEqual(violationsOf(packageRoot()), []);
  });

  it('unusedAllowances() finds none: what is no longer used is no longer allowed', () => {
    assert.deepEqual(unusedAllowances(packageRoot()), []);
  });

  it('the table names every folder of runner/, and no other', () => {
    const found = readdirSync(join(packageRoot(), 'runner'), { withFileTypes: true });
    assert.deepEqual(found.flatMap((each) => (each.isDirectory() ? [each.name] : [])).sort(), [...folders].sort());
  });

  it('the table lets no room import itself by way of others', () => {
    const reached = (from: string, seen: ReadonlySet<string>): readonly string[] =>
      (rooms[from]?.rooms ?? []).flatMap((room) => (seen.has(room) ? [room] : reached(room, new Set([...seen, room]))));
    assert.deepEqual(
      Object.keys(rooms).filter((room) => reached(room, new Set([room])).length > 0),
      [],
    );
  });
});

function wrong(probes: readonly Probe[]): readonly string[] {
  return probes
    .filter(({ file, line, refused }) => refused !== violations(file, `${line}\n`).length > 0)
    .map(({ file, line, refused }) => `${file}: ${line} is ${refused ? 'let through' : 'refused'}`);
}
