import { randomUUID } from 'node:crypto';
import { constants, type Dirent } from 'node:fs';
import { link, lstat, mkdir, open, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Why a file could not be used. The message holds the path below the root, never the root itself. */
export class FileStoreError extends Error {
  constructor(
    readonly code: 'file.not-found' | 'file.exists' | 'file.outside-root' | 'file.too-large' | 'file.busy' | 'file.io',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'FileStoreError';
  }
}

/** Where the files are and how large one may be. */
export interface FileStoreOptions {
  /** Existing folder; everything outside is out of reach. */
  readonly root: string;
  /** @default 33554432 (32 MiB) */
  readonly maxFileBytes?: number;
  /** A lock older than this belongs to a process that died. @default 60000 */
  readonly staleLockMs?: number;
  /** How long an update waits for another one. @default 10000 */
  readonly lockWaitMs?: number;
}

/** Files below one root: see `FileStore` of the connector kit for the promises. */
export interface RootedFileStore {
  list(folder: string): Promise<{ path: string; size: number; changedAtMs: number }[]>;
  read(path: string): Promise<Buffer>;
  writeNew(path: string, data: Buffer): Promise<void>;
  move(from: string, to: string): Promise<void>;
  update(path: string, change: (current: Buffer | undefined) => Buffer | Promise<Buffer>): Promise<void>;
}

const RETRY_MS = 25;

/** Opens a folder as a store. Links are never followed, so nothing inside the root can lead out of it. */
export function openFileStore(options: FileStoreOptions): RootedFileStore {
  const maxFileBytes = options.maxFileBytes ?? 32 * 1024 * 1024;

  async function read(path: string): Promise<Buffer> {
    const place = await resolve(options.root, path);
    const file = await open(place, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      const facts = await file.stat();
      if (!facts.isFile()) throw new FileStoreError('file.not-found', `${path} is not a regular file`);
      checkSize(path, facts.size, maxFileBytes);
      const data = Buffer.alloc(facts.size);
      const { bytesRead } = await file.read(data, 0, data.length, 0);
      return data.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async function writeNew(path: string, data: Buffer): Promise<void> {
    checkSize(path, data.length, maxFileBytes);
    const place = await resolve(options.root, path, 'create folders');
    const temporary = await writeTemporary(place, data);
    await moveWithoutOverwriting(temporary, place).catch(async (cause: unknown) => {
      await rm(temporary, { force: true });
      throw cause;
    });
  }

  async function update(
    path: string,
    change: (current: Buffer | undefined) => Buffer | Promise<Buffer>,
  ): Promise<void> {
    const place = await resolve(options.root, path, 'create folders');
    const held = await lock(place, path, options.staleLockMs ?? 60_000, options.lockWaitMs ?? 10_000);
    try {
      const current = await read(path).catch((cause: unknown) => {
        if (isCode(cause, 'ENOENT')) return undefined;
        throw cause;
      });
      const next = await change(current);
      checkSize(path, next.length, maxFileBytes);
      if (current !== undefined && current.equals(next)) return;
      const temporary = await writeTemporary(place, next);
      if (await held.isOurs()) await rename(temporary, place);
      else await rm(temporary).then(() => Promise.reject(busy(path)));
    } finally {
      await held.release();
    }
  }

  return {
    list: (folder) => sorted(folder, () => list(options.root, folder)),
    read: (path) => sorted(path, () => read(path)),
    writeNew: (path, data) => sorted(path, () => writeNew(path, data)),
    move: (from, to) =>
      sorted(from, async () =>
        moveWithoutOverwriting(await resolve(options.root, from), await resolve(options.root, to, 'create folders')),
      ),
    update: (path, change) => sorted(path, () => update(path, change)),
  };
}

async function list(root: string, folder: string): Promise<{ path: string; size: number; changedAtMs: number }[]> {
  await realpath(root);
  const found = await filesIn(root, folder).catch((cause: unknown) => {
    if (isCode(cause, 'ENOENT')) return undefined;
    throw cause;
  });
  if (found === undefined) return [];
  const { place, names } = found;
  const entries = [];
  for (const name of names) {
    if (!name.isFile() || name.name.startsWith('.')) continue;
    const facts = await lstat(join(place, name.name)).catch(() => undefined);
    if (!facts?.isFile()) continue;
    entries.push({
      path: [...partsOf(folder), name.name].join('/'),
      size: facts.size,
      changedAtMs: Math.floor(Math.max(facts.mtimeMs, facts.ctimeMs)),
    });
  }
  return entries;
}

async function filesIn(root: string, folder: string): Promise<{ place: string; names: Dirent[] }> {
  const place = await resolve(root, folder);
  return { place, names: await readdir(place, { withFileTypes: true }) };
}

/** Absolute place of a path whose folder really lies inside the root; the last part may not exist yet. */
async function resolve(root: string, path: string, missing?: 'create folders'): Promise<string> {
  const parts = partsOf(path);
  const realRoot = await realpath(root);
  const folder = join(realRoot, ...parts.slice(0, -1));
  if (missing !== undefined) await makeFolders(realRoot, parts.slice(0, -1), path);
  const realFolder = await realpath(folder);
  if (!`${realFolder}${sep}`.startsWith(`${realRoot}${sep}`)) throw outside(path);
  const place = parts.length === 0 ? realFolder : join(realFolder, parts.at(-1) as string);
  const facts = await lstat(place).catch(() => undefined);
  if (facts?.isSymbolicLink() === true) throw outside(path);
  return place;
}

/** One folder at a time, so that a link on the way is seen before anything is created behind it. */
async function makeFolders(realRoot: string, parts: readonly string[], path: string): Promise<void> {
  let folder = realRoot;
  for (const part of parts) {
    folder = join(folder, part);
    await mkdir(folder).catch((cause: unknown) => {
      if (!isCode(cause, 'EEXIST')) throw cause;
    });
    if ((await lstat(folder)).isSymbolicLink()) throw outside(path);
  }
}

function partsOf(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const bad =
    path.startsWith('/') || parts.some((part) => part === '..' || /[\\\u0000]/.test(part) || /^[a-z]:/i.test(part));
  if (bad) throw outside(path);
  return parts;
}

async function writeTemporary(place: string, data: Buffer): Promise<string> {
  const temporary = join(dirname(place), `.${basename(place).slice(0, 100)}.${randomUUID()}.part`);
  const file = await open(temporary, 'wx');
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
  return temporary;
}

/** A hard link fails when the target exists, which a rename does not. */
async function moveWithoutOverwriting(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
    await rm(from);
  } catch (cause) {
    // Some network and memory-card file systems know no hard links.
    if (!isCode(cause, 'EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP')) throw cause;
    if ((await lstat(to).catch(() => undefined)) !== undefined)
      throw new FileStoreError('file.exists', 'the target exists');
    await rename(from, to);
  }
}

interface Lock {
  /** False when another process took the lock for abandoned while we were slow: then nothing may be written. */
  isOurs(): Promise<boolean>;
  release(): Promise<void>;
}

async function lock(place: string, path: string, staleMs: number, waitMs: number): Promise<Lock> {
  const lockPlace = join(dirname(place), `.${basename(place)}.lock`);
  const token = randomUUID();
  const isOurs = async (): Promise<boolean> => (await readFile(lockPlace, 'utf8').catch(() => '')) === token;
  const giveUpAt = performance.now() + waitMs;
  for (;;) {
    try {
      await writeFile(lockPlace, token, { flag: 'wx' });
      return { isOurs, release: async () => ((await isOurs()) ? rm(lockPlace, { force: true }) : undefined) };
    } catch (cause) {
      if (!isCode(cause, 'EEXIST')) throw cause;
    }
    const found = await stat(lockPlace).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > staleMs) await rm(lockPlace, { force: true });
    else if (performance.now() > giveUpAt) throw busy(path);
    else await wait(RETRY_MS);
  }
}

function checkSize(path: string, size: number, maxFileBytes: number): void {
  if (size > maxFileBytes)
    throw new FileStoreError('file.too-large', `${path} has ${size} bytes, at most ${maxFileBytes} are allowed`);
}

function busy(path: string): FileStoreError {
  return new FileStoreError('file.busy', `${path} is being changed by another process`);
}

function outside(path: string): FileStoreError {
  return new FileStoreError('file.outside-root', `${path} is not a path below the files folder`);
}

function isCode(cause: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(codeOf(cause) ?? '');
}

function codeOf(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
}

/** Runs a step and gives its failure a stable code without absolute paths. */
async function sorted<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    if (cause instanceof FileStoreError) throw cause;
    if (isCode(cause, 'ENOENT', 'ENOTDIR')) throw new FileStoreError('file.not-found', `${path} does not exist`);
    if (isCode(cause, 'EEXIST')) throw new FileStoreError('file.exists', `${path} exists`);
    if (isCode(cause, 'ELOOP')) throw outside(path);
    const code = codeOf(cause);
    // Without a system's code it is what the caller's own `change` threw.
    throw code === undefined ? cause : new FileStoreError('file.io', `${path}: ${code}`);
  }
}
