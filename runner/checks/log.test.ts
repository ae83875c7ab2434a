import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { checkLog } from './log.ts';
import { markOf } from './log-tail.ts';
import { watchLogs } from './log-watch.ts';
import { noteText, rejects, temporary } from './testing.test.helper.ts';

describe('checkLog()', () => {
  let folder: ReturnType<typeof temporary>;
  beforeEach(() => {
    folder = temporary();
  });
  afterEach(() => folder.remove());

  const linesSince = async (mark: Awaited<ReturnType<typeof markOf>>) => (await checkLog({ mark })).evidence['lines'];

  it('sees the lines written since the mark, and no older ones', async () => {
    const file = folder.path('mail.log');
    writeFileSync(file, 'old\n');
    const mark = await markOf(file);
    appendFileSync(file, 'first\r\nsecond: caf\xe9\nunfinished', 'latin1');
    const { evidence, transcript, text } = await checkLog({ mark });
    assert.deepEqual(evidence, { lines: ['first', 'second: café', 'unfinished'] });
    assert.deepEqual(transcript, [`3 new lines in ${file}`, 'first', 'second: café', 'unfinished']);
    assert.equal(text, 'first\nsecond: café\nunfinished');
  });

  it('reads on over a rotation, from the old file and the new one', async () => {
    const file = folder.path('mail.log');
    writeFileSync(file, 'old\n');
    const mark = await markOf(file);
    appendFileSync(file, 'before\n');
    renameSync(file, folder.path('mail.log.1'));
    writeFileSync(file, 'behind\n');
    const { evidence, transcript } = await checkLog({ mark });
    assert.deepEqual(evidence['lines'], ['before', 'behind']);
    assert.match(noteText(transcript[0]), /which was rotated meanwhile/);
  });

  it('starts again in a file that was truncated, even when it has grown again', async () => {
    const file = folder.path('mail.log');
    writeFileSync(file, 'an old line\n');
    const mark = await markOf(file);
    copyFileSync(file, folder.path('mail.log.1'));
    truncateSync(file);
    appendFileSync(file, 'new\n');
    assert.deepEqual(await linesSince(mark), ['new']);
    appendFileSync(file, 'longer than it was when the scenario began\n');
    assert.deepEqual(await linesSince(mark), ['new', 'longer than it was when the scenario began']);
  });

  it('looks at the last lines of a flood of empty ones, and says what it left out', async () => {
    const file = folder.path('mail.log');
    const mark = await markOf(file);
    writeFileSync(file, `${'\n'.repeat(7 * 1024 * 1024)}the last\n`);
    const { evidence, transcript } = await checkLog({ mark });
    const lines = evidence['lines'] as readonly string[];
    assert.deepEqual([lines.length, lines.at(-1)], [200_000, 'the last']);
    assert.match(noteText(transcript[1]), /^… 7140033 octets before these left out$/);
  });

  it('sees a file that appears later, and says where there is none', async () => {
    const file = folder.path('later.log');
    const mark = await markOf(file);
    await rejects(checkLog({ mark }), 'check.mismatch', /there is no log ".*later\.log"/);
    writeFileSync(file, 'here\n');
    assert.deepEqual(await linesSince(mark), ['here']);
  });

  it('shows TAI64N labels as times', async () => {
    const file = folder.path('current');
    const mark = await markOf(file);
    writeFileSync(file, '@4000000037c219bf2ef02e94 status: local 1/10\n');
    assert.deepEqual(await linesSince(mark), ['1999-08-24T04:04:05.787492500Z status: local 1/10']);
  });

  it('shows the lines of concern where there are many', async () => {
    const file = folder.path('mail.log');
    const mark = await markOf(file);
    writeFileSync(file, Array.from({ length: 500 }, (_, index) => `line ${index}\n`).join(''));
    const { transcript } = await checkLog({ mark, concerns: (line) => line === 'line 7' });
    assert.deepEqual(transcript, [`500 new lines in ${file}`, '… 499 lines not shown', 'line 7']);
    assert.equal((await checkLog({ mark })).transcript.at(-1), 'line 499');
    const none = await checkLog({ mark, concerns: () => false, words: ['line', '42'] });
    assert.deepEqual(none.transcript.slice(1, 5), [
      'nearest: line 42',
      '… 480 lines not shown',
      'line 480',
      'line 481',
    ]);
  });

  it('cannot tell where it may not read', async () => {
    await rejects(
      markOf('/')
        .then((mark) => checkLog({ mark }))
        .catch(() => checkLog({ mark: { file: '/', inode: 1, size: 0, before: Buffer.alloc(0) } })),
      'input.value',
      /Cannot read "\/"/,
    );
  });

  it('shares its reading with the logs of failing scenarios', async () => {
    const file = folder.path('current');
    writeFileSync(file, 'old\n');
    const watch = watchLogs([file, folder.path('absent')]);
    const marks = await watch.mark();
    renameSync(file, folder.path('@4000000037c219bf2ef02e94.s'));
    writeFileSync(file, '@4000000037c219bf2ef02e94 new\n');
    assert.deepEqual(await watch.since(marks, { tokens: [], ports: [], addresses: [], clients: [] }), [
      { file, text: '1999-08-24T04:04:05.787492500Z new' },
      { file: folder.path('absent'), text: '… there is no such file' },
    ]);
  });

  it("keeps a scenario's own lines, else those of its time, else the last ones before", async () => {
    const file = folder.path('whose');
    writeFileSync(file, 'fatal: cannot open the database\n');
    const watch = watchLogs([file]);
    const marks = await watch.mark();
    const since = (tokens: readonly string[]) => watch.since(marks, { tokens, ports: [], addresses: [], clients: [] });
    assert.deepEqual(await since(['ours-1']), [{ file, text: 'fatal: cannot open the database', whose: 'before' }]);
    appendFileSync(file, 'theirs\nhelo=<ours-1>\n');
    assert.deepEqual(await since(['ours-1']), [{ file, text: 'helo=<ours-1>', whose: 'own' }]);
    assert.deepEqual(await since(['ours-2']), [
      { file, text: 'theirs' },
      { file, text: 'helo=<ours-1>' },
    ]);
  });

  it("keeps the crashes of a server beside a scenario's own lines", async () => {
    const file = folder.path('crash');
    const watch = watchLogs([file]);
    const marks = await watch.mark();
    const killed = 'Fatal: master: service(lmtp): child 20 killed with signal 11 (core dumps disabled)';
    appendFileSync(
      file,
      `Killed with signal 15 (by pid=1)\nhelo=<ours-1>\ndovecot: lmtp(21): Info: theirs\n${killed}\n`,
    );
    const lines = await watch.since(marks, { tokens: ['ours-1'], ports: [], addresses: [], clients: [] });
    assert.deepEqual(lines, [
      { file, text: 'helo=<ours-1>', whose: 'own' },
      { file, text: killed },
    ]);
  });
});
