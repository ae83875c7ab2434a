import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { eventsOf, mixed } from '../../fixtures/reports/results.ts';
import { DiagnosticError } from '../diagnostic.ts';
import { wantsColour } from './colour.ts';
import type { OpenOptions, ReporterRequest } from './index.ts';
import { openReporters, parseReporter } from './index.ts';
import { newFiles } from './new-file.ts';
import { fileSink, streamSink } from './sink.ts';
import { reporters } from './table.ts';

class Memory extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void) {
    this.text += chunk.toString();
    done();
  }
}

describe('reporters', () => {
  let folder: string;
  let stdout: Memory;
  let stderr: Memory;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reports-'));
    stdout = new Memory();
    stderr = new Memory();
  });
  afterEach(async () => {
    await chmod(folder, 0o755);
    await rm(folder, { recursive: true, force: true });
  });

  const run = async (requests: readonly ReporterRequest[], more: Partial<OpenOptions> = {}) => {
    const opened = await openReporters(requests, { stdout, stderr, environment: {}, strict: false, ...more });
    for (const event of eventsOf(mixed)) await opened.report(event);
    return opened;
  };

  it('openReporters() writes each report to its place, making folders', async () => {
    const { failures } = await run([
      { name: 'spec' },
      { name: 'junit', file: join(folder, 'a/b/junit.xml') },
      { name: 'json', file: join(folder, 'r.jsonl') },
    ]);
    assert.deepEqual(failures, []);
    assert.match(stdout.text, /4 passed, 2 failed/);
    assert.match(await readFile(join(folder, 'a/b/junit.xml'), 'utf8'), /<\/testsuites>/);
    assert.match(await readFile(join(folder, 'r.jsonl'), 'utf8'), /"type":"end".*\n$/);
    assert.deepEqual(await readdir(join(folder, 'a/b')), ['junit.xml']);
  });

  it('openReporters() begins an annotation on a line of its own beside dots', async () => {
    await streamSink(stdout).write('..F');
    await run([{ name: 'github' }]);
    assert.match(stdout.text, /^\.\.F\n::error /);
    const before = stdout.text.length;
    await run([{ name: 'github' }]);
    assert.match(stdout.text.slice(before), /^::error /);
  });

  it('openReporters() gives standard output to the machine alone when it is asked for with "-"', async () => {
    await run([{ name: 'spec' }, { name: 'json', file: '-' }]);
    for (const line of stdout.text.trimEnd().split('\n')) JSON.parse(line);
    assert.match(stderr.text, /4 passed, 2 failed/);
  });

  it('openReporters() writes no colours into a file', async () => {
    await run([{ name: 'spec', file: join(folder, 's.txt') }, { name: 'dot' }], { environment: { FORCE_COLOR: '1' } });
    assert.doesNotMatch(await readFile(join(folder, 's.txt'), 'utf8'), /\x1b/);
    assert.match(stdout.text, /\x1b\[/);
  });

  it('openReporters() says before the run that a file cannot be written, and leaves nothing behind', async () => {
    await writeFile(join(folder, 'file'), '');
    const requests: ReporterRequest[] = [
      { name: 'json', file: join(folder, 'r.jsonl') },
      { name: 'junit', file: join(folder, 'file/junit.xml') },
    ];
    await assert.rejects(
      run(requests),
      (error: unknown) => error instanceof DiagnosticError && /^Cannot write the junit report: /.test(error.message),
    );
    assert.deepEqual(await readdir(folder), ['file']);
  });

  it('openReporters() refuses two reports in one place', async () => {
    await assert.rejects(
      run([
        { name: 'junit', file: '-' },
        { name: 'json', file: '-' },
      ]),
      /Cannot write two reports to "-"/,
    );
  });

  it('openReporters() refuses two reports in one file, however it is written', async () => {
    const link = join(folder, 'link');
    await symlink(folder, link);
    for (const other of [join(folder, '.', 'a', '..', 'x.xml'), `${folder}/./x.xml`, join(link, 'x.xml')]) {
      const requests = [
        { name: 'junit', file: join(folder, 'x.xml') },
        { name: 'json', file: other },
      ] as const;
      await assert.rejects(run(requests), /Cannot write two reports to ".*x\.xml"/);
    }
  });

  it('fileSink() gives up a named pipe that nobody reads', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await assert.rejects(fileSink(pipe, 'pipe', { patience: 100 }), /^Error: no program reads the named pipe "pipe"$/);
    const reader = readFile(pipe, 'utf8');
    const sink = await fileSink(pipe, 'pipe');
    await sink.write('all of it');
    await sink.finish();
    assert.equal(await reader, 'all of it');
  });

  it('openReporters() tells a reporter that fails, and the others go on', async () => {
    const opened = await openReporters([{ name: 'json', file: join(folder, 'r.jsonl') }, { name: 'spec' }], {
      stdout,
      stderr,
      environment: {},
      strict: false,
    });
    const [start, , scenario] = eventsOf(mixed);
    const bad =
      scenario?.type === 'scenario' ? { ...scenario, result: { ...scenario.result, started: Number.NaN } } : undefined;
    assert.ok(start && bad);
    for (const event of [start, bad, ...eventsOf(mixed).slice(3)]) await opened.report(event);
    assert.deepEqual(
      opened.failures.map(({ reporter }) => reporter),
      ['json'],
    );
    assert.equal(stderr.text, 'Cannot write the json report: Invalid time value\n');
    assert.match(stdout.text, /4 passed, 2 failed/);
    assert.deepEqual(await readdir(folder), []);
    const statuses = [0, 1, 3, 130].map((exitStatus) => opened.exitStatus({ exitStatus }));
    assert.deepEqual(statuses, [2, 1, 2, 130]);
  });

  it('openReporters() writes all reports of one run, one of them to standard output', async () => {
    const files = (['html', 'junit', 'json', 'ctrf', 'markdown'] as const).map((name) => ({
      name,
      file: join(folder, name),
    }));
    const { failures } = await run([{ name: 'spec' }, { name: 'github' }, { name: 'tap', file: '-' }, ...files]);
    assert.deepEqual(failures, []);
    assert.match(stdout.text, /^TAP version 14\n1\.\.10\n/);
    assert.doesNotMatch(stdout.text, /^::error|passed, /m);
    assert.match(stderr.text, /^::error file=smtp\/auth\.yaml,line=17,/m);
    assert.match(stderr.text, /4 passed, 2 failed/);
    assert.match(await readFile(join(folder, 'html'), 'utf8'), /<\/html>\n$/);
    assert.equal(
      (JSON.parse(await readFile(join(folder, 'ctrf'), 'utf8')) as { reportFormat: string }).reportFormat,
      'CTRF',
    );
    assert.match(await readFile(join(folder, 'markdown'), 'utf8'), /^### ❌ mailspec: 2 failed/);
    assert.deepEqual((await readdir(folder)).sort(), ['ctrf', 'html', 'json', 'junit', 'markdown']);
  });

  it("openReporters() adds to the page of a GitHub step, and says when it cannot, with the others' reports whole", async () => {
    const page = join(folder, 'summary');
    await writeFile(page, 'before\n');
    await run([{ name: 'github' }], { environment: { GITHUB_STEP_SUMMARY: page } });
    assert.match(await readFile(page, 'utf8'), /^before\n### ❌ mailspec/);
    const broken = await run(
      [{ name: 'github' }, { name: 'tap', file: join(folder, 'tap') }, { name: 'html', file: join(folder, 'html') }],
      {
        environment: { GITHUB_STEP_SUMMARY: join(folder, 'none', 'summary') },
      },
    );
    assert.deepEqual(
      broken.failures.map(({ reporter }) => reporter),
      ['github'],
    );
    assert.match(await readFile(join(folder, 'tap'), 'utf8'), /^ok 10 /m);
    assert.match(await readFile(join(folder, 'html'), 'utf8'), /<\/html>/);
  });

  it('openReporters() takes away what was begun when the run never ends', async () => {
    const opened = await openReporters([{ name: 'json', file: join(folder, 'r.jsonl') }], {
      stdout,
      stderr,
      environment: {},
      strict: false,
    });
    for (const event of eventsOf(mixed).slice(0, 5)) await opened.report(event);
    await opened.close();
    assert.deepEqual(await readdir(folder), []);
  });

  it('parseReporter() takes a name and a file, and names the nearest of unknown ones', () => {
    assert.deepEqual(parseReporter('spec'), { name: 'spec' });
    assert.deepEqual(parseReporter('junit=a=b.xml'), { name: 'junit', file: 'a=b.xml' });
    assert.throws(
      () => parseReporter('junti'),
      (error: unknown) => error instanceof DiagnosticError && error.diagnostics[0]?.hint === 'Did you mean "junit"?',
    );
    assert.throws(() => parseReporter('constructor'), /Unknown reporter/);
    assert.throws(() => parseReporter('json='), /no file is given/);
  });

  it('every reporter loads, is named as its row and described', async () => {
    for (const [name, entry] of Object.entries(reporters)) {
      const { create } = await entry.load();
      const reporter = create({
        output: { write() {}, isTTY: false, columns: 80 },
        clock: { now: () => 0, every: () => () => {} },
        colour: false,
        strict: false,
        rerun: '',
      });
      assert.equal(reporter.name, name);
      assert.ok(entry.description.length > 10);
    }
  });

  it('fileSink() gives up a named pipe whose reader stops, and one whose reader is gone', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = await open(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    const stopped = await fileSink(pipe, 'pipe', { patience: 100 });
    const much = async (sink: typeof stopped) => {
      for (let count = 0; count < 20; count++) await sink.write('x'.repeat(20_000));
      await sink.finish();
    };
    await assert.rejects(much(stopped), /^Error: no program reads the named pipe "pipe" any more$/);
    await stopped.discard();
    const left = await fileSink(pipe, 'pipe', { patience: 1000 });
    await reader.close();
    await assert.rejects(much(left), { code: 'EPIPE' });
    await left.discard();
  });

  it('fileSink() keeps what another run wrote meanwhile, and says where its own report is', async () => {
    const path = join(folder, 'junit.xml');
    const [one, other, third] = [
      await fileSink(path, 'junit.xml'),
      await fileSink(path, 'junit.xml'),
      await fileSink(path, 'junit.xml'),
    ];
    await one.write('one');
    await other.write('other');
    await third.write('third');
    await one.finish();
    await assert.rejects(
      other.finish(),
      /^Error: another run has written "junit\.xml" meanwhile, so this run's report is "junit-2\.xml"$/,
    );
    await assert.rejects(third.finish(), /"junit-3\.xml"$/);
    const texts = await Promise.all(['', '-2', '-3'].map((name) => readFile(join(folder, `junit${name}.xml`), 'utf8')));
    assert.deepEqual(texts, ['one', 'other', 'third']);
    assert.deepEqual((await readdir(folder)).sort(), ['junit-2.xml', 'junit-3.xml', 'junit.xml']);
    const next = await fileSink(path, 'junit.xml');
    await next.write('next');
    await next.finish();
    assert.equal(await readFile(path, 'utf8'), 'next');
  });

  it('newFiles() replaces what is older, and nothing that others write at the same time', async () => {
    const path = join(folder, 'a.txt');
    await writeFile(path, 'old');
    await utimes(path, new Date(0), new Date(0));
    const since = Date.now() - 1000;
    const runs = Array.from({ length: 20 }, () => newFiles(folder, since));
    const written = await Promise.all(runs.map(({ write }, at) => write('a.txt', `text ${at}`)));
    for (const { end } of runs) await end();
    assert.equal(new Set(written).size, 20);
    const texts = await Promise.all(written.map((name) => readFile(name, 'utf8')));
    assert.deepEqual(
      texts,
      Array.from({ length: 20 }, (_, at) => `text ${at}`),
    );
    assert.equal((await readdir(folder)).length, 20);
  });

  it('fileSink() says what is wrong with a full device, and leaves nothing', async () => {
    const sink = await fileSink('/dev/full');
    await sink.write('x');
    await assert.rejects(sink.finish(), { code: 'ENOSPC' });
    await sink.discard();
  });

  it('fileSink() is there as a whole at its end, in the place of an earlier report that is gone at once', async () => {
    const path = join(folder, 'junit.xml');
    await writeFile(path, 'old');
    const sink = await fileSink(path);
    await assert.rejects(readFile(path));
    await sink.write('x'.repeat(200_000));
    await assert.rejects(readFile(path));
    await sink.finish();
    assert.equal((await readFile(path, 'utf8')).length, 200_000);
    assert.deepEqual(await readdir(folder), ['junit.xml']);
  });

  it('fileSink() replaces what a link points to, not the link', async () => {
    await mkdir(join(folder, 'real'));
    await writeFile(join(folder, 'real/r.xml'), 'old');
    await symlink('real/r.xml', join(folder, 'r.xml'));
    const sink = await fileSink(join(folder, 'r.xml'));
    await sink.write('new');
    await sink.finish();
    assert.equal(await readFile(join(folder, 'real/r.xml'), 'utf8'), 'new');
    assert.equal(await readFile(join(folder, 'r.xml'), 'utf8'), 'new');
  });

  it('fileSink() writes to a device as it is', async () => {
    const sink = await fileSink('/dev/null');
    await sink.write('x');
    await sink.finish();
  });

  it('streamSink() takes a reader that has gone for no failure, anything else for one', async () => {
    const failing = (code: string) =>
      streamSink(
        new Writable({
          write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })),
        }),
      );
    const gone = failing('EPIPE');
    void gone.write('x');
    await new Promise((resolve) => setImmediate(resolve));
    await gone.write('y');
    await gone.finish();
    const broken = failing('ENOSPC');
    void broken.write('x');
    await new Promise((resolve) => setImmediate(resolve));
    assert.throws(() => broken.write('y'), /ENOSPC/);
  });
});

describe('wantsColour()', () => {
  const cases: readonly (readonly [Record<string, string>, boolean, boolean])[] = [
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    [{ TERM: 'dumb' }, true, false],
  ];
  for (const [environment, isTTY, expected] of cases) {
    it(`is ${expected} for ${JSON.stringify(environment)} ${isTTY ? 'on' : 'without'} a terminal`, () => {
      assert.equal(wantsColour(environment, isTTY), expected);
    });
  }
});
