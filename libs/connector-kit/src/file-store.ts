/** One regular file of a folder. Paths are relative to the store's root, with `/` between their parts. */
export interface FileEntry {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /**
   * Epoch milliseconds of the last change of content or place: the later one of both file times, so that a copy which keeps
   * the original's time of change still counts as new.
   */
  readonly changedAtMs: number;
}

/**
 * Files below one root folder that an operator named. The store keeps everybody inside that root (no `..`, no absolute path,
 * no symbolic link) and bounds what is read. A path that does not exist, leaves the root or is too large is an error whose
 * `code` is `file.not-found`, `file.exists`, `file.outside-root`, `file.too-large`, `file.busy` or `file.io`.
 */
export interface FileStore {
  /** Regular files directly inside the folder, in no order; hidden files, links and sub-folders are left out. A missing folder is empty. */
  list(folder: string): Promise<FileEntry[]>;
  read(path: string): Promise<Buffer>;
  /** Creates a file, with its folders; fails when it exists. Never leaves half a file. */
  writeNew(path: string, data: Buffer): Promise<void>;
  /** Renames a file inside the root; fails when the target exists. */
  move(from: string, to: string): Promise<void>;
  /**
   * Replaces a file by what `change` makes of it (undefined = there is none yet). One caller at a time over all processes,
   * and readers see the old content or the new one. `change` may be called for one update only and must be pure.
   */
  update(path: string, change: (current: Buffer | undefined) => Buffer | Promise<Buffer>): Promise<void>;
}
