import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AccessError } from '../access/open.ts';
import { type Maildir, markMaildir, removeSame, sweep } from './maildir.ts';

const runs = new Set(['mabc1']);
const ours = 'Subject: mailspec mabc1-1a\n\nHello\n';
const theirs = 'Subject: Hello\n\nmailspec mabc1-1a\n';

describe('sweep()', () => {
  let folder: string;
  let path: string;
  const at = (name: string) => join(path, name);
  const put = (name: string, text = ours) => {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
    return at(name);
  };
  const marked = async (within?: readonly string[]): Promise<Maildir> => {
    const maildir = await markMaildir({ path, ...(within && { within }) });
    assert.ok(maildir);
    return maildir;
  };
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'mailspec-maildir-')));
    path = join(folder, 'Maildir');
    for (const name of ['new', 'cur', 'tmp', '.Sent/cur']) mkdirSync(at(name), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('removes the messages of the runs from new and cur, in folders as well', async () => {
    const maildir = await marked([folder]);
    const gone = [put('new/1.a.host'), put('cur/2.b.host:2,S'), put('.Sent/cur/3.c.host:2,'), put('.Later/new/4.d')];
    const { removed, stuck, moved } = await sweep(maildir, runs);
    assert.deepEqual([removed.length, stuck, moved], [4, [], false]);
    assert.deepEqual(
      gone.filter((each) => existsSync(each)),
      [],
    );
  });

  it('leaves a message that was there before, even if it has the id of a run and was moved', async () => {
    put('new/1.a.host');
    put('.Sent/cur/2.b.host:2,');
    const maildir = await marked();
    renameSync(at('new/1.a.host'), at('cur/1.a.host:2,S'));
    assert.deepEqual(await sweep(maildir, runs), { removed: [], stuck: [], moved: false });
    assert.ok(existsSync(at('cur/1.a.host:2,S')) && existsSync(at('.Sent/cur/2.b.host:2,')));
  });

  it('leaves a message that came meanwhile and is somebody else’s', async () => {
    const maildir = await marked();
    put('new/1.a.host', theirs);
    put('new/2.b.host', 'Subject: mailspec mabc2-1a\n\nanother snapshot\n');
    put('new/3.c.host');
    truncateSync(at('new/3.c.host'), 1024 * 1024 + 1);
    assert.deepEqual((await sweep(maildir, runs)).removed, []);
    for (const name of ['1.a', '2.b', '3.c']) assert.ok(existsSync(at(`new/${name}.host`)), name);
  });

  it('leaves whatever is not a message: in tmp, beside the folders, and below them', async () => {
    const maildir = await marked();
    const kept = ['tmp/1.a', 'dovecot.index', 'new/.hidden', 'new/folder/2.b', 'Sent/new/3.c', '.Sent/4.d'];
    for (const each of kept) put(each);
    assert.deepEqual((await sweep(maildir, runs)).removed, []);
    for (const each of kept) assert.ok(existsSync(at(each)), each);
  });

  it('follows no symbolic link: neither to a file nor to a folder', async () => {
    mkdirSync(join(folder, 'elsewhere', 'new'), { recursive: true });
    const file = join(folder, 'elsewhere', 'new', '1.a.host');
    const maildir = await marked();
    writeFileSync(file, ours);
    symlinkSync(file, at('new/1.a.host'));
    symlinkSync(join(folder, 'elsewhere'), at('.Link'));
    rmSync(at('cur'), { recursive: true });
    symlinkSync(join(folder, 'elsewhere', 'new'), at('cur'));
    assert.deepEqual(await sweep(maildir, runs), { removed: [], stuck: [], moved: false });
    assert.ok(existsSync(file) && lstatSync(at('new/1.a.host')).isSymbolicLink());
  });

  it('refuses a Maildir that a link leads out of the allowed folders to, also one that was put there later', async () => {
    const outside = { name: 'AccessError', reason: 'outside' };
    mkdirSync(join(folder, 'project'));
    const linked = { path: join(folder, 'project', 'Maildir'), within: [join(folder, 'project')] };
    const early = await markMaildir(linked);
    put('new/1.a.host');
    symlinkSync(path, linked.path);
    await assert.rejects(markMaildir(linked), (error) => error instanceof AccessError);
    await assert.rejects(sweep(early as Maildir, runs), outside);
    assert.ok(existsSync(at('new/1.a.host')));
  });

  it('does not remove another message that took the place of the one it read', async () => {
    const maildir = await marked();
    const file = put('new/1.a.host');
    const other = put('tmp/2.b.host', theirs);
    const swept = await sweep(maildir, runs, (name, same) => {
      renameSync(other, file);
      return removeSame(name, same);
    });
    assert.deepEqual(swept, { removed: [], stuck: [], moved: true });
    assert.equal(readFileSync(file, 'utf8'), theirs);
  });

  it('says that it did not look at a message that another program moved meanwhile', async () => {
    const maildir = await marked();
    const file = put('new/1.a.host');
    const swept = await sweep(maildir, runs, (name, same) => {
      renameSync(file, at('cur/1.a.host:2,S'));
      return removeSame(name, same);
    });
    // The second look finds what the first one missed.
    assert.equal(swept.moved, true);
    assert.deepEqual((await sweep(maildir, runs)).stuck, []);
    assert.deepEqual(readdirSync(at('cur')), []);
  });

  it('says which messages it may not delete', async () => {
    const maildir = await marked();
    put('new/1.a.host');
    const refuse = async () => {
      throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    };
    const stuck = { maildir: path, name: 'new/1.a.host', cannot: 'delete', id: 'mabc1-1a', why: 'no permission' };
    assert.deepEqual(await sweep(maildir, runs, refuse), { removed: [], stuck: [stuck], moved: false });
  });
});

describe('markMaildir()', () => {
  it('passes over an mbox file, and expects nothing of a Maildir that does not exist yet', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mailspec-maildir-'));
    try {
      writeFileSync(join(folder, 'mbox'), ours);
      assert.equal(await markMaildir({ path: join(folder, 'mbox') }), undefined);
      const early = await markMaildir({ path: join(folder, 'Maildir') });
      assert.deepEqual(early, { path: join(folder, 'Maildir'), known: new Set() });
      assert.deepEqual(await sweep(early as Maildir, runs), { removed: [], stuck: [], moved: false });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
