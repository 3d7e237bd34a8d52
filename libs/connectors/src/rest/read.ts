import {
  appendQuery,
  FailureError,
  makeFailure,
  pagesByCursor,
  pagesByKeyset,
  pagesByNumber,
  pathOfLink,
  sourceTime,
  windowedPages,
} from '@isthmus/connector-kit';
import type { ConnectorContext, HttpAnswer, Json, Page, ReadRequest, Row, RunPage } from '@isthmus/connector-kit';
import { readAt, textAt } from './at-path.js';
import { restSettings } from './settings.js';
import type { RestPaging, RestRead, RestStream } from './settings.js';
import { fromInstant, toInstant } from './times.js';

/** Reads a stream page by page: everything, or what changed since the last read where the far side has a filter for it. */
export function readStream(
  context: ConnectorContext,
  stream: RestStream,
  read: RestRead,
  request: ReadRequest,
): AsyncIterable<Page> {
  const { utcOffset } = restSettings(context.settings);
  let sourceNow: Date | undefined;
  const load = async (path: string): Promise<HttpAnswer> => {
    const answer = await context.http.call({ method: 'GET', path, template: read.path });
    sourceNow = sourceTime(answer.headers);
    return answer;
  };
  return windowedPages({
    request,
    clock: context.clock,
    ...(read.since?.overlapSeconds === undefined ? {} : { overlapMs: read.since.overlapSeconds * 1000 }),
    modifiedAt: (row) =>
      stream.modifiedAt === undefined
        ? undefined
        : toInstant(readAt(row, stream.modifiedAt), stream.modifiedFormat, utcOffset),
    sourceNow: () => sourceNow,
    pages: (since, resume) =>
      read.paging?.kind === 'keyset'
        ? keysetPages(stream, { ...read, paging: read.paging }, { since, resume, utcOffset }, load)
        : runPages(context, stream, read, firstPath(read, since, utcOffset), resume, load),
  });
}

function firstPath(read: RestRead, since: string | undefined, utcOffset: string | undefined): string {
  const filter =
    read.since && since !== undefined ? { [read.since.param]: fromInstant(since, read.since.format, utcOffset) } : {};
  const paging = read.paging ?? { kind: 'none' };
  const size = 'sizeParam' in paging && paging.sizeParam !== undefined ? { [paging.sizeParam]: paging.size } : {};
  return appendQuery(read.path, { ...read.query, ...size, ...filter });
}

type Load = (path: string) => Promise<HttpAnswer>;

function runPages(
  context: ConnectorContext,
  stream: RestStream,
  read: RestRead,
  path: string,
  resume: Json | undefined,
  load: Load,
): AsyncIterable<RunPage> {
  const rowsOf = (answer: HttpAnswer): readonly Row[] => rowsAt(answer.body, read.rowsAt);
  const paging: RestPaging = read.paging ?? { kind: 'none' };
  switch (paging.kind) {
    case 'none':
    case 'keyset':
      return onePage(async () => rowsOf(await load(path)));
    case 'cursor':
      return pagesByCursor({
        resume,
        load: async (cursor) => {
          const answer = await load(cursor === undefined ? path : appendQuery(path, { [paging.param]: cursor }));
          return { rows: rowsOf(answer), next: textAt(answer.body, paging.nextAt) };
        },
      });
    case 'link':
      return pagesByCursor({
        resume,
        load: async (link) => {
          const answer = await load(link ?? path);
          return { rows: rowsOf(answer), next: nextLink(context, answer, paging.nextAt) };
        },
      });
    case 'page':
    case 'offset':
      return numberedPages(stream, paging, resume, path, load, rowsOf);
  }
}

/** Pages that each ask for what comes after the last row; a stream without a filter by time has one page. */
function keysetPages(
  stream: RestStream,
  read: RestRead & { readonly paging: Extract<RestPaging, { readonly kind: 'keyset' }> },
  from: {
    readonly since: string | undefined;
    readonly resume: Json | undefined;
    readonly utcOffset: string | undefined;
  },
  load: Load,
): AsyncIterable<RunPage> {
  const { paging } = read;
  const { utcOffset } = from;
  const size = paging.sizeParam === undefined ? {} : { [paging.sizeParam]: paging.size };
  return pagesByKeyset({
    resume: from.resume,
    since: from.since,
    size: paging.size,
    byId: paging.idParam !== undefined,
    timeOf: (row) =>
      stream.modifiedAt === undefined
        ? undefined
        : toInstant(readAt(row, stream.modifiedAt), stream.modifiedFormat, utcOffset),
    idOf: (row) => textAt(row, stream.key) ?? '',
    load: async ({ time, id }) => {
      const after =
        read.since && time !== undefined ? { [read.since.param]: fromInstant(time, read.since.format, utcOffset) } : {};
      const tie = paging.idParam !== undefined && id !== undefined ? { [paging.idParam]: id } : {};
      const answer = await load(appendQuery(read.path, { ...read.query, ...size, ...after, ...tie }));
      return rowsAt(answer.body, read.rowsAt);
    },
  });
}

function numberedPages(
  stream: RestStream,
  paging: Extract<RestPaging, { readonly kind: 'page' | 'offset' }>,
  resume: Json | undefined,
  path: string,
  load: Load,
  rowsOf: (answer: HttpAnswer) => readonly Row[],
): AsyncIterable<RunPage> {
  const startAt = paging.startAt ?? (paging.kind === 'offset' ? 0 : 1);
  return pagesByNumber({
    resume,
    size: paging.size,
    startAt,
    keyOf: (row) => textAt(row, stream.key) ?? '',
    isStable: paging.stable === true,
    load: async (page) => {
      const place = paging.kind === 'page' ? page : startAt + (page - startAt) * paging.size;
      const answer = await load(appendQuery(path, { [paging.param]: place }));
      const total = Number(textAt(answer.body, paging.totalAt) ?? Number.NaN);
      const more = paging.moreAt === undefined ? undefined : readAt(answer.body, paging.moreAt);
      return {
        rows: rowsOf(answer),
        ...(Number.isNaN(total) ? {} : { total }),
        ...(paging.moreAt === undefined ? {} : { last: more !== true && more !== 'true' && more !== 1 }),
      };
    },
  });
}

async function* onePage(load: () => Promise<readonly Row[]>): AsyncGenerator<RunPage> {
  yield { rows: await load(), next: undefined };
}

/** RFC 8288: `<https://a.example/orders?page=2>; rel="next"`. A link to another place is not followed. */
function nextLink(context: ConnectorContext, answer: HttpAnswer, nextAt: string | undefined): string | undefined {
  const link = nextAt === undefined ? linkHeader(answer.headers['link'] ?? '') : textAt(answer.body, nextAt);
  if (link === undefined || link === '') return undefined;
  const path = pathOfLink(restSettings(context.settings).baseUrl, link);
  if (path === undefined)
    throw new FailureError(
      makeFailure(
        'contract',
        'rest.foreign-link',
        'The link to the next page leads to another system.',
        '下一页链接指向了其他系统。',
      ),
    );
  return path;
}

function linkHeader(header: string): string | undefined {
  for (const [, target, parameters = ''] of header.matchAll(
    /<([^>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^",;\s]+))*)/g,
  )) {
    if (/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?![\w-]))/i.test(parameters)) return target;
  }
  return undefined;
}

/**
 * The rows in an answer.
 *
 * @throws FailureError `contract` when there is no list of objects where the manifest says
 */
export function rowsAt(body: Json, path: string | undefined): readonly Row[] {
  const rows = readAt(body, path);
  const isRow = (row: Json): row is Row => row !== null && typeof row === 'object' && !Array.isArray(row);
  if (Array.isArray(rows) && rows.every(isRow)) return rows;
  const where = path === undefined || path === '' ? 'the answer' : path;
  throw new FailureError(
    makeFailure(
      'contract',
      'rest.no-rows',
      `There is no list of rows at ${where}.`,
      `应答的 ${where} 处没有数据列表。`,
    ),
  );
}
