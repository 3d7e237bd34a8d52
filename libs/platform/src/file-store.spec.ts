import { mkdir, mkdtemp, readFile, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileStore, type RootedFileStore } from './file-store.js';

describe('the rooted file store', () => {
  let outer: string;
  let root: string;
  let store: RootedFileStore;

  beforeEach(async () => {
    outer = await mkdtemp(join(tmpdir(), 'file-store-'));
    root = join(outer, 'root');
    await mkdir(root);
    await writeFile(join(outer, 'secret.txt'), 'secret');
    store = openFileStore({ root, maxFileBytes: 1000 });
  });

  afterEach(() => rm(outer, { recursive: true, force: true }));

  test('lists regular files with size and time, and neither hidden files, links nor folders', async () => {
    await writeFile(join(root, '客户.csv'), 'abc');
    await writeFile(join(root, '.hidden'), '');
    await mkdir(join(root, 'archive'));
    await symlink(join(outer, 'secret.txt'), join(root, 'link.csv'));
    const entries = await store.list('');
    expect(entries).toEqual([{ path: '客户.csv', size: 3, changedAtMs: expect.any(Number) }]);
  });

  test('a missing folder is empty, a missing root is an error', async () => {
    expect(await store.list('nowhere')).toEqual([]);
    await expect(openFileStore({ root: join(outer, 'none') }).list('')).rejects.toMatchObject({
      code: 'file.not-found',
    });
  });

  test('a copy that keeps an old time of change still counts as just changed', async () => {
    await writeFile(join(root, 'a.csv'), 'x');
    await utimes(join(root, 'a.csv'), new Date(0), new Date(0));
    expect((await store.list(''))[0]?.changedAtMs).toBeGreaterThan(Date.UTC(2020, 0, 1));
  });

  test.each(['../secret.txt', 'a/../../secret.txt', '/etc/passwd', 'C:/secret', 'a\\..\\b', 'a\u0000b'])(
    '%j is outside the root for every operation',
    async (path) => {
      const refused = { code: 'file.outside-root' };
      await expect(store.read(path)).rejects.toMatchObject(refused);
      await expect(store.writeNew(path, Buffer.from('x'))).rejects.toMatchObject(refused);
      await expect(store.update(path, () => Buffer.from('x'))).rejects.toMatchObject(refused);
      await expect(store.list(path)).rejects.toMatchObject(refused);
      await expect(store.move(path, 'a')).rejects.toMatchObject(refused);
    },
  );

  test('links cannot lead out, as a file or as a folder on the way', async () => {
    await symlink(join(outer, 'secret.txt'), join(root, 'link.csv'));
    await symlink(outer, join(root, 'folder'));
    await expect(store.read('link.csv')).rejects.toMatchObject({ code: 'file.outside-root' });
    await expect(store.read('folder/secret.txt')).rejects.toMatchObject({ code: 'file.outside-root' });
    await expect(store.writeNew('folder/new/x.txt', Buffer.from('x'))).rejects.toMatchObject({
      code: 'file.outside-root',
    });
    await expect(store.list('folder')).rejects.toMatchObject({ code: 'file.outside-root' });
    expect(await readdir(outer)).toEqual(expect.not.arrayContaining(['new']));
  });

  test('a file beyond the bound is neither read nor written', async () => {
    await writeFile(join(root, 'big'), Buffer.alloc(1001));
    await expect(store.read('big')).rejects.toMatchObject({ code: 'file.too-large' });
    await expect(store.writeNew('new', Buffer.alloc(1001))).rejects.toMatchObject({ code: 'file.too-large' });
  });

  test('writing anew and moving never overwrite, and leave nothing behind', async () => {
    await store.writeNew('results/a.csv', Buffer.from('1'));
    await expect(store.writeNew('results/a.csv', Buffer.from('2'))).rejects.toMatchObject({ code: 'file.exists' });
    await store.writeNew('b.csv', Buffer.from('b'));
    await expect(store.move('b.csv', 'results/a.csv')).rejects.toMatchObject({ code: 'file.exists' });
    await store.move('b.csv', 'archive/b.csv');
    expect((await store.read('archive/b.csv')).toString()).toBe('b');
    expect(await readdir(join(root, 'results'))).toEqual(['a.csv']);
    expect((await readdir(root)).toSorted()).toEqual(['archive', 'results']);
  });

  test('updates that run at the same time all take effect', async () => {
    const other = openFileStore({ root });
    const additions = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? store : other).update('out/sum.txt', (current) =>
        Buffer.from(`${current?.toString() ?? ''}x`),
      ),
    );
    await Promise.all(additions);
    expect(await readFile(join(root, 'out/sum.txt'), 'utf8')).toBe('x'.repeat(20));
    expect(await readdir(join(root, 'out'))).toEqual(['sum.txt']);
  });

  test('the lock of a process that died is taken over, a living one is respected', async () => {
    await writeFile(join(root, '.a.txt.lock'), 'somebody');
    const impatient = openFileStore({ root, lockWaitMs: 0 });
    await expect(impatient.update('a.txt', () => Buffer.from('1'))).rejects.toMatchObject({ code: 'file.busy' });
    await utimes(join(root, '.a.txt.lock'), new Date(0), new Date(0));
    await store.update('a.txt', () => Buffer.from('1'));
    expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe('1');
  });

  test('a failed update changes nothing and frees the file', async () => {
    await store.writeNew('a.txt', Buffer.from('old'));
    await expect(store.update('a.txt', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await store.update('a.txt', (current) => Buffer.from(`${current?.toString() ?? ''}!`));
    expect((await store.read('a.txt')).toString()).toBe('old!');
  });

  test('messages name the path below the root only', async () => {
    const failure = await store.read('none.csv').catch((cause: unknown) => cause);
    expect(String(failure)).toContain('none.csv');
    expect(String(failure)).not.toContain(outer);
  });
});
