import { FailureError, type ConnectorContext, type FileEntry, type FileStore } from '@isthmus/connector-kit';
import { fitsWildcard } from './wildcard.js';

const ARCHIVED = /^\d{8}T\d{9}Z-/;
/** Lock files of Excel and WPS, and copies that are not finished. */
const TEMPORARY = /^(?:~\$|\.~)|\.(?:tmp|part|partial|crdownload)$/i;

/** The file store of the connection. @throws FailureError where the operator named no folder for files */
export function fileStoreOf(context: ConnectorContext): FileStore {
  if (context.files !== undefined) return context.files;
  throw new FailureError({
    kind: 'contract',
    code: 'files.no-folder',
    message: {
      en: 'this installation has no folder for files; the operator has to name one',
      zh: '当前安装未配置文件目录，请由运维人员指定',
    },
  });
}

/** Runs a step of the file store. @throws FailureError */
export async function withFiles<T>(step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (cause) {
    throw storeFailure(cause);
  }
}

/** What the file store threw, sorted: worth another try, because a share may be away for a while. */
export function storeFailure(cause: unknown): FailureError {
  const code = codeOf(cause) ?? 'file.io';
  const text = cause instanceof Error ? cause.message : code;
  const message = { en: `the files folder cannot be used: ${text}`, zh: `无法使用文件目录：${text}` };
  return new FailureError({ kind: 'transient', code: `files.${code.replace(/^file\./, '')}`, message }, { cause });
}

/** The code of a failure of the file store. */
export function codeOf(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
}

/** Name of a file without its folders. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Files of a folder that belong to a stream, oldest change first. */
export async function streamFiles(files: FileStore, folder: string, pattern: string): Promise<FileEntry[]> {
  const entries = await withFiles(files.list(folder));
  return entries
    .filter((entry) => !TEMPORARY.test(nameOf(entry.path)) && fitsWildcard(nameOf(entry.path), pattern))
    .toSorted((a, b) => a.changedAtMs - b.changedAtMs || (a.path < b.path ? -1 : 1));
}

/** Archived files that belong to a stream, in the order in which they were archived. */
export async function archivedFiles(files: FileStore, folder: string, pattern: string): Promise<FileEntry[]> {
  const entries = await withFiles(files.list(folder));
  return entries
    .filter((entry) => ARCHIVED.test(nameOf(entry.path)) && fitsWildcard(originalName(entry.path), pattern))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Name that a file had before it was archived. */
export function originalName(path: string): string {
  return nameOf(path).replace(ARCHIVED, '');
}

/** Path in the archive: the time in front keeps versions apart and in order. */
export function archivePath(folder: string, path: string, now: Date): string {
  return joinPath(folder, `${now.toISOString().replace(/[-:.]/g, '')}-${nameOf(path)}`);
}

/** Joins a folder of the settings (may be empty, may end in `/`) and a name. */
export function joinPath(folder: string, name: string): string {
  return [...folder.split('/').filter((part) => part !== '' && part !== '.'), name].join('/');
}
