import type { Cursor, FileEntry, Json } from '@isthmus/connector-kit';

/** What is known of one file's content. */
export type FileProgress = {
  readonly size: number;
  readonly changedAtMs: number;
  readonly sha256: string;
  /** Native rows handed out so far; absent = all of them. */
  readonly delivered?: number;
};

/** How far a stream's files have been read. */
export interface FilesCursor {
  /** By path. Files that are gone are forgotten. */
  readonly files: ReadonlyMap<string, FileProgress>;
  /** Set by full reads: the last archived file that was read through. */
  readonly archivedUpTo?: string;
  readonly full: boolean;
}

/** A cursor before anything was read. */
export function startCursor(full: boolean): FilesCursor {
  return { files: new Map(), full };
}

/** Reads a stored cursor; what is not in our own form counts as the start, because reading again is harmless and skipping is not. */
export function readCursor(cursor: Cursor | undefined): FilesCursor {
  if (!isObject(cursor)) return startCursor(false);
  const files = new Map<string, FileProgress>();
  for (const [path, stored] of Object.entries(isObject(cursor['files']) ? cursor['files'] : {})) {
    const progress = readProgress(stored);
    if (progress !== undefined) files.set(path, progress);
  }
  const upTo = cursor['archivedUpTo'];
  return { files, full: cursor['full'] === true, ...(typeof upTo === 'string' ? { archivedUpTo: upTo } : {}) };
}

/** The form in which the ledger stores it. */
export function storedCursor(cursor: FilesCursor): Cursor {
  return {
    files: Object.fromEntries([...cursor.files].map(([path, progress]) => [path, { ...progress }])),
    ...(cursor.full ? { full: true } : {}),
    ...(cursor.archivedUpTo === undefined ? {} : { archivedUpTo: cursor.archivedUpTo }),
  };
}

/** True when the file is the one that was read through, judged by its size and time. */
export function isDone(progress: FileProgress | undefined, entry: FileEntry): boolean {
  return (
    progress !== undefined &&
    progress.delivered === undefined &&
    progress.size === entry.size &&
    progress.changedAtMs === entry.changedAtMs
  );
}

function readProgress(stored: Json | undefined): FileProgress | undefined {
  if (!isObject(stored)) return undefined;
  const { size, changedAtMs, sha256, delivered } = stored;
  if (typeof size !== 'number' || typeof changedAtMs !== 'number' || typeof sha256 !== 'string') return undefined;
  return { size, changedAtMs, sha256, ...(typeof delivered === 'number' ? { delivered } : {}) };
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
