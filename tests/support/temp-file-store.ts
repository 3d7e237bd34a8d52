import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileStore, type RootedFileStore } from '@isthmus/platform';

/** A real folder with the product's own file store over it, for one test. */
export interface TempFileStore {
  readonly root: string;
  readonly store: RootedFileStore;
  /** Sets a file's time of change. */
  touch(path: string, at: Date): Promise<void>;
  remove(): Promise<void>;
}

/** Makes an empty folder below the system's folder for temporary files. */
export async function tempFileStore(): Promise<TempFileStore> {
  const root = await mkdtemp(join(tmpdir(), 'isthmus-files-'));
  return {
    root,
    store: openFileStore({ root }),
    touch: (path, at) => utimes(join(root, path), at, at),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
