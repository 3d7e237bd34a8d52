import { createHash } from 'node:crypto';
import type { ConnectorContext, FileEntry, FileStore, Page, ReadRequest, Row } from '@isthmus/connector-kit';
import { FileFault } from './file-issue.js';
import { TABLE_LIMITS } from './file-table.js';
import { isDone, readCursor, startCursor, storedCursor, type FileProgress, type FilesCursor } from './files-cursor.js';
import {
  archivedFiles,
  archivePath,
  codeOf,
  fileStoreOf,
  joinPath,
  nameOf,
  originalName,
  storeFailure,
  streamFiles,
  withFiles,
} from './folder-files.js';
import { faultStep } from './native-rows.js';
import { readWorkbook, type WorkbookPage } from './read-workbook.js';
import { resultFileOf, resultLines } from './result-file.js';
import { filesSettings, type FilesSettings, type StreamSettings } from './settings.js';
import { fitsWildcard } from './wildcard.js';

const STABLE_SECONDS = 5;

/** What the steps of one read share. */
interface Reading {
  readonly context: ConnectorContext;
  readonly settings: FilesSettings;
  readonly files: FileStore;
  readonly name: string;
  readonly stream: StreamSettings;
  readonly full: boolean;
}

/**
 * Reads the files of a stream, each once per content. A full read takes the archive first, oldest file first, then the folder.
 * A page's cursor holds how many native rows of the file are handed out, so a read that was cut off goes on in the middle of it.
 * A file is archived by the first read whose cursor says that all its rows are stored, never before.
 */
export async function* readFolder(
  context: ConnectorContext,
  name: string,
  stream: StreamSettings,
  request: ReadRequest,
): AsyncGenerator<Page> {
  const reading: Reading = {
    context,
    settings: filesSettings(context.settings),
    files: fileStoreOf(context),
    name,
    stream,
    full: request.full,
  };
  const stored = readCursor(request.cursor);
  let state = request.full && !stored.full ? startCursor(true) : { ...stored, full: request.full };
  if (request.full) state = yield* readArchive(reading, state);
  else await archiveDone(reading, state);
  yield* readFiles(reading, state);
}

async function* readArchive(reading: Reading, start: FilesCursor): AsyncGenerator<Page, FilesCursor> {
  const folder = reading.settings.archive ?? 'archive';
  let state = start;
  if (folder === '') return state;
  for (const entry of await archivedFiles(reading.files, folder, reading.stream.pattern)) {
    if (state.archivedUpTo !== undefined && entry.path <= state.archivedUpTo) continue;
    const after = yield* readOne(reading, state, entry, 'archived');
    const files = new Map(after.files);
    files.delete(entry.path);
    state = { ...after, files, archivedUpTo: entry.path };
  }
  return state;
}

async function* readFiles(reading: Reading, start: FilesCursor): AsyncGenerator<Page> {
  const entries = await streamFiles(reading.files, reading.settings.folder, reading.stream.pattern);
  const present = new Set(entries.map((entry) => entry.path));
  let state: FilesCursor = { ...start, files: new Map([...start.files].filter(([path]) => present.has(path))) };
  for (const entry of entries) {
    if (isDone(state.files.get(entry.path), entry) || !isStable(reading, entry)) continue;
    state = yield* readOne(reading, state, entry, 'new');
  }
}

function isStable({ context, settings }: Reading, entry: FileEntry): boolean {
  const stableMs = (settings.stableSeconds ?? STABLE_SECONDS) * 1000;
  return context.clock.now().getTime() - entry.changedAtMs >= stableMs;
}

/** Reads one file from where it was left, and returns the cursor behind it. */
async function* readOne(
  reading: Reading,
  state: FilesCursor,
  entry: FileEntry,
  place: 'new' | 'archived',
): AsyncGenerator<Page, FilesCursor> {
  const data = await readData(reading.files, entry);
  if (data === undefined) return state;
  const sha256 = createHash('sha256').update(data).digest('hex');
  const before = state.files.get(entry.path);
  const done: FileProgress = { size: entry.size, changedAtMs: entry.changedAtMs, sha256 };
  const at = (progress: FileProgress): FilesCursor => ({
    ...state,
    files: new Map([...state.files, [entry.path, progress]]),
  });
  const same = before?.sha256 === sha256;
  if (same && before.delivered === undefined) {
    // Touched or copied over with the same content: only its time is new.
    yield { rows: [], cursor: storedCursor(at(done)) };
    return at(done);
  }
  let delivered = same ? (before.delivered ?? 0) : 0;
  const lines: string[] = [];
  let held: readonly Row[] | undefined;
  for await (const rows of newRows(reading, entry, data, delivered, lines)) {
    if (held !== undefined) {
      delivered += held.length;
      yield { rows: held, cursor: storedCursor(at({ ...done, delivered })) };
    }
    held = rows;
  }
  // The last page says "done", so what belongs to the file must be written before it.
  if (place === 'new') await writeResults(reading, entry, lines);
  yield { rows: held ?? [], cursor: storedCursor(at(done)) };
  return at(done);
}

/** The rows that were not handed out yet, page by page; result lines are collected for all rows, so a resumed read has them too. */
async function* newRows(
  reading: Reading,
  entry: FileEntry,
  data: Buffer,
  delivered: number,
  lines: string[],
): AsyncGenerator<readonly Row[]> {
  let behind = delivered;
  for await (const page of pagesOf(entry, data, reading.stream)) {
    reading.context.signal.throwIfAborted();
    lines.push(resultLines(page.results));
    const rows = page.rows.slice(behind);
    behind = Math.max(0, behind - page.rows.length);
    if (rows.length > 0) yield rows;
  }
}

async function* pagesOf(entry: FileEntry, data: Buffer, stream: StreamSettings): AsyncGenerator<WorkbookPage> {
  const name = originalName(entry.path);
  if (entry.size <= TABLE_LIMITS.fileBytes) {
    yield* readWorkbook(data, name, stream);
    return;
  }
  const step = faultStep(name, '', new FileFault('file-too-large', { detail: String(TABLE_LIMITS.fileBytes) }));
  yield { rows: step.native === undefined ? [] : [step.native], results: step.results };
}

/** The content; undefined when the file went away or is still growing. A file beyond the limit is not read at all. */
async function readData(files: FileStore, entry: FileEntry): Promise<Buffer | undefined> {
  if (entry.size > TABLE_LIMITS.fileBytes) return Buffer.from(`${entry.size} ${entry.changedAtMs}`);
  try {
    const data = await files.read(entry.path);
    return data.length === entry.size ? data : undefined;
  } catch (cause) {
    if (codeOf(cause) === 'file.not-found') return undefined;
    throw storeFailure(cause);
  }
}

async function writeResults(reading: Reading, entry: FileEntry, lines: readonly string[]): Promise<void> {
  const path = resultPath(reading.settings, reading.name, nameOf(entry.path));
  // A full read repeats files whose results may have outcomes of the hub below them already.
  await withFiles(
    reading.files.update(path, (current) => (reading.full && current !== undefined ? current : resultFileOf(lines))),
  );
}

/**
 * Path of the result file of a file: `results/<name>.result.csv`, with the stream's name in it where several streams read
 * the same file (sheets of one workbook).
 */
export function resultPath(settings: FilesSettings, stream: string, name: string): string {
  const shared = streamsOf(settings, name).length > 1;
  return joinPath(settings.results ?? 'results', `${name}${shared ? `.${stream}` : ''}.result.csv`);
}

function streamsOf(settings: FilesSettings, name: string): string[] {
  return Object.entries(settings.streams)
    .filter(([, stream]) => fitsWildcard(name, stream.pattern))
    .map(([stream]) => stream);
}

/** Moves files whose rows are all stored. A file that several streams read stays: one stream does not know of the others. */
async function archiveDone(reading: Reading, state: FilesCursor): Promise<void> {
  const { settings } = reading;
  const folder = settings.archive ?? 'archive';
  if (folder === '') return;
  for (const entry of await streamFiles(reading.files, settings.folder, reading.stream.pattern)) {
    if (!isDone(state.files.get(entry.path), entry) || streamsOf(settings, nameOf(entry.path)).length > 1) continue;
    await withFiles(reading.files.move(entry.path, archivePath(folder, entry.path, reading.context.clock.now())));
  }
}
