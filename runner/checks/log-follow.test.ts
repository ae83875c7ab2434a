import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followLogs } from './log-follow.ts';

describe('followLogs()', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailspec-follow-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('gives each complete line once, also over a rotation and of a log that comes later', async () => {
    const [log, late] = [join(folder, 'mail.log'), join(folder, 'late.log')];
    writeFileSync(log, 'before\nunder w');
    const given: string[] = [];
    let wake = (): void => {};
    const follower = await followLogs([log, late], ({ text }) => {
      given.push(text);
      wake();
    });
    const until = async (count: number) => {
      while (given.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    appendFileSync(log, 'ay\none\n');
    await until(2);
    appendFileSync(log, 'two\n');
    renameSync(log, `${log}.1`);
    writeFileSync(log, 'three\n');
    await until(4);
    writeFileSync(late, 'four\nhalf');
    await until(5);
    appendFileSync(late, ' of it\n');
    await follower.stop();
    assert.deepEqual(given, ['under way', 'one', 'two', 'three', 'four', 'half of it']);
  });

  it('gives the lines before a rotation, whose new file comes later', async () => {
    const [log, other] = [join(folder, 'rotated.log'), join(folder, 'other.log')];
    writeFileSync(log, '');
    writeFileSync(other, '');
    const given: string[] = [];
    let wake = (): void => {};
    const follower = await followLogs([log, other], ({ text }) => {
      given.push(text);
      wake();
    });
    const until = async (text: string) => {
      while (!given.includes(text)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    appendFileSync(log, 'one\n');
    renameSync(log, `${log}.1`);
    // The second round begins after the rename.
    for (const line of ['first look', 'second look']) {
      appendFileSync(other, `${line}\n`);
      await until(line);
    }
    appendFileSync(`${log}.1`, 'two\n');
    writeFileSync(log, 'three\n');
    await until('three');
    await follower.stop();
    assert.deepEqual(
      given.filter((line) => !line.endsWith('look')),
      ['one', 'two', 'three'],
    );
  });
});
