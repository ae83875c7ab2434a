import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, project } from '../../fixtures/testing/command.ts';
import { dispatched } from '../../fixtures/testing/dispatched.test.helper.ts';
import { peers, smtpScript } from '../../fixtures/testing/peer.ts';

const good = [{ expect: 220 }, { send: 'NOOP', expect: 250 }];
const bad = [{ expect: 220 }, { send: 'NOOP', expect: 251 }];
const said = ({ stdout, stderr, status }: Ended) => `status ${status}\n${stdout}\n--- stderr\n${stderr}`;

interface Scenario {
  readonly name: string;
  readonly dialogue: readonly object[];
}

const some: readonly Scenario[] = [
  { name: 'one', dialogue: good },
  { name: 'two', dialogue: bad },
  { name: 'three', dialogue: good },
  { name: 'four', dialogue: good },
  { name: 'five', dialogue: good },
];

describe('mailspec merge', () => {
  const { listen } = peers();
  const prepared = async (scenarios: readonly object[] = some) => {
    const peer = await listen(smtpScript({ VRFY: '' }));
    const cwd = project({
      'mailspec.yaml': { scenarios: ['scenarios/*.yaml'], servers: { it: peer.url() } },
      'scenarios/a.yaml': { suite: 'A', server: 'it', scenarios: scenarios.slice(0, 2) },
      'scenarios/b.yaml': { suite: 'B', server: 'it', scenarios: scenarios.slice(2) },
    });
    return cwd;
  };
  const shard = (cwd: string, index: number, total: number, ...more: readonly string[]) =>
    dispatched(['run', '--shard', `${index}/${total}`, '--reporter', `json=${index}.jsonl`, ...more], { cwd });
  const names = (text: string): readonly string[] =>
    [...text.matchAll(/^\s*<testcase [^>]*?\bname="([^"]*)"/gm)].map(([, name = '']) => name);
  /** Without times, and the spaces that align them. */
  const failureIn = (text: string): string =>
    /<failure[\s\S]*?<\/failure>/.exec(text)?.[0].replace(/\(\d[^)]*s\)|\s*\+\d[\d.]*\w+/g, '') ?? '';

  it('writes of all shards the report that one run would have written, without the files', async () => {
    const cwd = await prepared();
    const whole = await dispatched(['run', '--junit', 'whole.xml'], { cwd });
    const statuses = [];
    for (const index of [3, 1, 2]) statuses.push((await shard(cwd, index, 3)).status);
    assert.deepEqual([...statuses].sort(), [0, 0, 1]);
    rmSync(join(cwd, 'scenarios'), { recursive: true });
    const ended = await dispatched(['merge', '2.jsonl', '3.jsonl', '1.jsonl', '--junit', 'merged.xml'], { cwd });
    assert.equal(ended.status, 1, said(ended));
    const [one, merged] = ['whole.xml', 'merged.xml'].map((name) => readFileSync(join(cwd, name), 'utf8'));
    assert.deepEqual(names(merged ?? ''), ['one', 'two', 'three', 'four', 'five']);
    assert.equal(failureIn(merged ?? ''), failureIn(one ?? ''));
    assert.notEqual(failureIn(one ?? ''), '');
    const last = (text: string) => text.trimEnd().split('\n').at(-1);
    assert.equal(last(ended.stdout), last(whole.stdout));
  });

  it('plays with --shard exactly a part, and list shows it', async () => {
    const cwd = await prepared();
    const listed = await Promise.all([1, 2].map((index) => dispatched(['list', '--shard', `${index}/2`], { cwd })));
    const ids = listed.flatMap(({ stdout }) => stdout.split('\n').flatMap((line) => line.split('  ')[0] || []));
    assert.deepEqual([...ids].sort(), ['a#one', 'a#two', 'b#five', 'b#four', 'b#three']);
    const ended = await shard(cwd, 1, 2);
    assert.deepEqual(
      played(cwd, '1.jsonl'),
      listed[0]?.stdout.split('\n').flatMap((line) => line.split('  ')[0] || []),
      said(ended),
    );
  });

  it('counts what passed and the skips of --strict over all shards', async () => {
    const skipping = [...some.slice(0, 2), { name: 'later', skip: 'not yet', dialogue: good }];
    const cwd = await prepared(skipping as readonly Scenario[]);
    for (const index of [1, 2]) await shard(cwd, index, 2, '--strict');
    const merged = await dispatched(['merge', '1.jsonl', '2.jsonl', '--require-passed', '9'], { cwd });
    assert.equal(merged.status, 1, said(merged));
    assert.match(merged.stdout, /1 scenario skipped, and skips fail \(--strict\): .* "not yet"/);
    assert.match(merged.stdout, /\d passed, and 9 must pass \(--require-passed\)/);
    const refused = await dispatched(['run', '--shard', '1/2', '--require-passed', '1'], { cwd });
    assert.equal(refused.status, 2, said(refused));
    const allowed = await dispatched(['run', '--strict', '--allow-skip', 'not*', '--grep', 'later'], { cwd });
    assert.equal(allowed.status, 3, said(allowed));
  });

  it('gives an empty shard status 0 and a note, and merges it', async () => {
    const cwd = await prepared(some.slice(2, 4));
    const ended = await Promise.all([1, 2, 3].map((index) => shard(cwd, index, 3)));
    assert.deepEqual(
      ended.map(({ status }) => status),
      [0, 0, 0],
      said(ended[2] as Ended),
    );
    assert.match(ended[2]?.stderr ?? '', /note: shard 3 of 3 is empty: 2 scenarios selected/);
    const merged = await dispatched(['merge', '1.jsonl', '2.jsonl', '3.jsonl'], { cwd });
    assert.equal(merged.status, 0, said(merged));
    assert.match(merged.stdout, /2 passed/);
  });

  it('balances by the merged results of an earlier run', async () => {
    const cwd = await prepared();
    const first = await dispatched(
      ['run', '--shard', '1/1', '--shard-durations', 'before.jsonl', '--reporter', 'json=before.jsonl.new'],
      { cwd },
    );
    assert.match(first.stderr, /note: there is no "before\.jsonl"/);
    const lines = readFileSync(join(cwd, 'before.jsonl.new'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly id?: string });
    const slow = lines.map((line) => ('id' in line ? { ...line, duration: line.id === 'b#four' ? 4000 : 1000 } : line));
    writeFileSync(join(cwd, 'before.jsonl'), slow.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const listed = await Promise.all(
      [1, 2].map((index) =>
        dispatched(['list', '--shard', `${index}/2`, '--shard-durations', 'before.jsonl'], { cwd }),
      ),
    );
    assert.deepEqual(
      listed.map(({ stdout }) => stdout.trimEnd().split('\n').length),
      [1, 4],
    );
    assert.match(listed[0]?.stdout ?? '', /^b#four /);
  });

  it('makes another report of a run without shards', async () => {
    const cwd = await prepared();
    assert.equal((await dispatched(['run', '--reporter', 'json=all.jsonl', '--strict'], { cwd })).status, 1);
    const ended = await dispatched(['merge', 'all.jsonl', '--reporter', 'json=again.jsonl'], { cwd });
    assert.equal(ended.status, 1, said(ended));
    assert.deepEqual(played(cwd, 'again.jsonl'), played(cwd, 'all.jsonl'));
    assert.equal(readFileSync(join(cwd, 'again.jsonl'), 'utf8').includes('"strict":true'), true);
  });

  it('refuses what is not one whole run', async () => {
    const cwd = await prepared();
    await Promise.all([1, 2, 3].map((index) => shard(cwd, index, 3)));
    mkdirSync(join(cwd, 'other'));
    await dispatched(['run', '--shard', '2/3', '--grep', 'o', '--reporter', 'json=other/2.jsonl'], { cwd });
    await dispatched(['run', '--shard', '1/2', '--reporter', 'json=other/half.jsonl'], { cwd });
    await dispatched(['run', '--reporter', 'json=other/whole.jsonl'], { cwd });
    const text = readFileSync(join(cwd, '2.jsonl'), 'utf8');
    const lines = text.trimEnd().split('\n');
    writeFileSync(join(cwd, 'cut.jsonl'), lines.slice(0, -1).join('\n'));
    writeFileSync(join(cwd, 'torn.jsonl'), text.slice(0, -40));
    writeFileSync(join(cwd, 'short.jsonl'), [lines[0], lines.at(-1)].join('\n'));
    writeFileSync(join(cwd, 'newer.jsonl'), text.replace('mailspec/1', 'mailspec/2'));
    writeFileSync(join(cwd, 'twice.jsonl'), text + text);
    writeFileSync(
      join(cwd, 'wrong.jsonl'),
      text.replaceAll('"outcome":"passed"', '"outcome":"fine"').replaceAll('"outcome":"failed"', '"outcome":"fine"'),
    );
    const rows: readonly (readonly [files: readonly string[], message: RegExp])[] = [
      [[], /no results are named/],
      [['1.jsonl', '3.jsonl'], /shard 2 of 3 is missing/],
      [['1.jsonl'], /shards 2, 3 of 3 are missing/],
      [['1.jsonl', '2.jsonl', '2.jsonl', '3.jsonl'], /it is shard 2 of 3, as "2\.jsonl" is/],
      [['1.jsonl', 'other/2.jsonl', '3.jsonl'], /its selection, or how it was divided, differs from/],
      [['1.jsonl', 'other/half.jsonl', '3.jsonl'], /it is shard 1 of 2, and "1\.jsonl" is one of 3/],
      [['1.jsonl', 'other/whole.jsonl'], /it does not come from a sharded run/],
      [['1.jsonl', 'cut.jsonl', '3.jsonl'], /broke off before its end/],
      [['1.jsonl', 'torn.jsonl', '3.jsonl'], /line \d+ is not an event/],
      [['1.jsonl', 'short.jsonl', '3.jsonl'], /it has 0 scenarios of \d/],
      [['1.jsonl', 'newer.jsonl', '3.jsonl'], /its format is "mailspec\/2"/],
      [['1.jsonl', 'twice.jsonl', '3.jsonl'], /it contains 2 runs/],
      [['1.jsonl', 'wrong.jsonl', '3.jsonl'], /line 2 is not an event of "mailspec\/1"/],
      [['1.jsonl', 'none.jsonl'], /Cannot read the results "none\.jsonl"/],
      [['scenarios/a.yaml'], /line 1 is not an event/],
    ];
    await Promise.all(
      rows.map(async ([files, message]) => {
        const ended = await dispatched(['merge', ...files], { cwd });
        assert.equal(ended.status, 2, `${files.join(' ')} ${said(ended)}`);
        assert.match(ended.stderr, message);
      }),
    );
  });
});

/** The ids of a results file's scenarios. */
function played(cwd: string, file: string): readonly string[] {
  const lines = readFileSync(join(cwd, file), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly type: string; readonly id?: string });
  return lines.flatMap(({ type, id }) => (type === 'scenario' && id !== undefined ? [id] : []));
}
