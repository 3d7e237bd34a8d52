import { FailureError, makeFailure } from '@isthmus/connector-kit';
import type { ConnectorContext, Fetched, Settings, Stream, Streams } from '@isthmus/connector-kit';
import { objectAt, readAt, textAt } from './at-path.js';
import { fillPath } from './fill-path.js';
import { readStream } from './read.js';
import { restSettings } from './settings.js';
import type { RestStream } from './settings.js';
import { toInstant } from './times.js';
import { streamWrite } from './write.js';

/** The streams that the manifest declares. */
export function streams(settings: Settings): Streams {
  const { streams: declared, utcOffset } = restSettings(settings);
  return Object.fromEntries(Object.entries(declared).map(([name, stream]) => [name, streamOf(stream, utcOffset)]));
}

function streamOf(stream: RestStream, utcOffset: string | undefined): Stream {
  const { read, fetch, write, modifiedAt, version } = stream;
  return {
    title: stream.title,
    schema: stream.schema,
    key: (row) => textAt(row, stream.key) ?? '',
    ...(modifiedAt === undefined
      ? {}
      : { modifiedAt: (row) => toInstant(readAt(row, modifiedAt), stream.modifiedFormat, utcOffset) }),
    ...(version === undefined ? {} : { version: (row) => textAt(row, version) }),
    ...(read?.pollSeconds === undefined ? {} : { pollSeconds: read.pollSeconds }),
    ...(read ? { read: (context, request) => readStream(context, stream, read, request) } : {}),
    ...(fetch ? { fetch: (context, ids) => Promise.all(ids.map((id) => fetchOne(context, fetch, id))) } : {}),
    ...(write ? { write: streamWrite(stream, write) } : {}),
  };
}

async function fetchOne(
  context: ConnectorContext,
  fetch: NonNullable<RestStream['fetch']>,
  id: string,
): Promise<Fetched> {
  try {
    const answer = await context.http.call({ method: 'GET', path: fillPath(fetch.path, { id }), template: fetch.path });
    const row = objectAt(answer.body, fetch.rowAt);
    if (!row)
      throw new FailureError(
        makeFailure(
          'contract',
          'rest.no-row',
          'The answer holds no row where the manifest says.',
          '应答中指定位置没有数据。',
        ),
      );
    return { id, row };
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    if (error.failure.kind === 'gone') return { id, gone: true };
    if (error.failure.kind === 'invalid') return { id, failure: error.failure };
    throw error;
  }
}
