import type { Stream, StreamWrite, Streams } from '@isthmus/connector-kit';
import { fileStoreOf, withFiles } from './folder-files.js';
import { readFolder } from './read-folder.js';
import { rowSchema } from './row-schema.js';
import type { FilesSettings, StreamSettings, WriteBackSettings } from './settings.js';
import { withItems, withoutItems, writtenResult } from './write-back.js';

const POLL_SECONDS = 10;
// The whole file is written anew for every call: few large calls are cheaper than many small ones.
const WRITE_BATCH = 1000;

/** The streams that the settings declare. */
export function filesStreams(settings: FilesSettings): Streams {
  return Object.fromEntries(
    Object.entries(settings.streams).map(([name, stream]) => [name, filesStream(name, stream)]),
  );
}

function filesStream(name: string, stream: StreamSettings): Stream {
  return {
    title: { en: `Files ${stream.pattern}`, zh: `文件 ${stream.pattern}` },
    schema: rowSchema(stream),
    key: (row) => (typeof row['key'] === 'string' ? row['key'] : ''),
    // Files that were processed are taken away, and their rows are not deleted by that.
    listsAll: false,
    pollSeconds: POLL_SECONDS,
    read: (context, request) => readFolder(context, name, stream, request),
    ...(stream.writeBack === undefined ? {} : { write: writeTo(stream, stream.writeBack) }),
  };
}

function writeTo(stream: StreamSettings, { file, mode }: WriteBackSettings): StreamWrite {
  return {
    batchSize: WRITE_BATCH,
    concurrency: 1,
    // Rows are recognised by the record's id (and the write's key): writing them again changes nothing.
    repeat: 'upsert',
    async write(context, items) {
      await withFiles(fileStoreOf(context).update(file, (current) => withItems(current, items, stream)));
      return items.map((item) => writtenResult(item, stream));
    },
    ...(mode === 'append'
      ? {}
      : {
          async remove(context, nativeIds) {
            await withFiles(fileStoreOf(context).update(file, (current) => withoutItems(current, nativeIds, stream)));
            return nativeIds.map((nativeId) => ({ ok: true, nativeId }));
          },
        }),
  };
}
