import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from './problem-error.js';

/** Query parameters of every list, with the defaults filled in. */
export interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

/** A page as it is answered. */
export interface PageAnswer<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** What a cursor holds: the sort key of the last item. */
type Key = readonly (string | number)[];

/** The sort key in a cursor. A cursor of another list, or one that somebody made up, is refused. */
export function readCursor(query: PageQuery, length: number): Key | undefined {
  if (query.cursor === undefined) return undefined;
  const parts = decode(query.cursor);
  const good = parts.length === length && parts.every((part) => typeof part === 'string' || Number.isSafeInteger(part));
  if (!good || parts.some((part) => typeof part === 'string' && part.includes('\u0000'))) throw badCursor();
  return parts as Key;
}

/** A cursor of one whole number, as text. */
export function readNumberCursor(query: PageQuery): string | undefined {
  const key = readCursor(query, 1)?.[0];
  if (key !== undefined && !/^\d{1,18}$/.test(String(key))) throw badCursor();
  return key === undefined ? undefined : String(key);
}

/** A cursor of one text. */
export function readTextCursor(query: PageQuery): string | undefined {
  const key = readCursor(query, 1)?.[0];
  return key === undefined ? undefined : String(key);
}

/** Refusal of a cursor. */
export function badCursor(): ProblemError {
  return new ProblemError('request.bad-cursor', {
    errors: [{ pointer: '?cursor', code: 'request.bad-cursor', message: 'not a cursor of this list' }],
  });
}

function decode(cursor: string): unknown[] {
  try {
    const value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** How many rows to ask for: one more than the page, to see whether there is another. */
export function rowsFor(query: PageQuery): number {
  return (query.limit ?? 50) + 1;
}

/** Makes a page of rows and links to the next one, in the body and in the Link header (RFC 8288). */
export function page<Row, Item>(
  exchange: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  query: PageQuery,
  rows: readonly Row[],
  shape: { readonly key: (row: Row) => Key; readonly item: (row: Row) => Item },
): PageAnswer<Item> {
  const limit = query.limit ?? 50;
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  if (rows.length <= limit || last === undefined) return { items: shown.map(shape.item), next: null };
  const next = nextAddress(exchange.request, shape.key(last));
  exchange.reply.header('link', `<${next}>; rel="next"`);
  return { items: shown.map(shape.item), next };
}

function nextAddress(request: FastifyRequest, key: Key): string {
  const url = new URL(request.url, 'http://localhost');
  url.searchParams.set('cursor', Buffer.from(JSON.stringify(key)).toString('base64url'));
  return `${url.pathname}${url.search}`;
}
