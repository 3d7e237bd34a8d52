import type { JsonObject } from '../wire/json.js';
import { shapeDocument, type Collections } from './collections.js';
import { RestError } from './errors.js';

/** Ways in which a list may lie about its pages. */
export type PagingFault = 'none' | 'emptyPage' | 'repeatPage' | 'loop' | 'neverEnds';

const MAX_LIMIT = 1_000;

/** One page of a collection in order of change: `{ items, next }`; next is null on the last page. */
export function listDocuments(
  collections: Collections,
  collection: string,
  query: Record<string, string>,
  fault: PagingFault,
): { items: JsonObject[]; next: string | null } {
  if (query['externalId'] !== undefined) {
    const document = collections.withExternalId(collection, query['externalId']);
    return { items: document === undefined ? [] : [shapeDocument(document)], next: null };
  }
  const limit = query['limit'] === undefined ? 100 : Number(query['limit']);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw new RestError(400, 'invalid_parameter', `limit must be between 1 and ${MAX_LIMIT}`, { field: 'limit' });
  const { afterSeq, since, page } = start(query);
  const items: JsonObject[] = [];
  let last = afterSeq ?? 0;
  let more = false;
  for (const entry of collections.changed(collection, afterSeq, since)) {
    if (entry.row.deleted && query['includeDeleted'] !== 'true') continue;
    if (items.length === limit) {
      more = true;
      break;
    }
    items.push(shapeDocument(entry.row));
    last = entry.seq;
  }
  return lie(fault, { items, next: more ? cursor(last, since, page + 1) : null }, { afterSeq, since, page, last });
}

interface Place {
  readonly afterSeq: number | undefined;
  readonly since: number | undefined;
  readonly page: number;
}

function lie(
  fault: PagingFault,
  honest: { items: JsonObject[]; next: string | null },
  { afterSeq, since, page, last }: Place & { last: number },
) {
  if (fault === 'emptyPage' && page === 1 && honest.items.length > 0)
    return { items: [], next: cursor(afterSeq ?? 0, since, page + 1) };
  if (fault === 'repeatPage' && page === 0 && honest.next !== null)
    return { items: honest.items, next: cursor(afterSeq ?? 0, since, page + 1) };
  if (fault === 'loop' && honest.next !== null) return { items: honest.items, next: cursor(0, since, 0) };
  if (fault === 'neverEnds') return { items: honest.items, next: honest.next ?? cursor(last, since, page + 1) };
  return honest;
}

function start(query: Record<string, string>): Place {
  const text = query['cursor'];
  if (text !== undefined && text !== '') {
    const [seq = '', since = '', page = '0'] = Buffer.from(text, 'base64url').toString().split('|');
    if (!/^\d+$/.test(seq))
      throw new RestError(400, 'invalid_cursor', 'the cursor is not one of ours', { field: 'cursor' });
    return { afterSeq: Number(seq), since: since === '' ? undefined : Number(since), page: Number(page) };
  }
  const moment = query['updatedSince'];
  const since = moment === undefined ? undefined : /^\d+$/.test(moment) ? Number(moment) : Date.parse(moment);
  if (since !== undefined && Number.isNaN(since))
    throw new RestError(400, 'invalid_parameter', 'updatedSince is not a moment', { field: 'updatedSince' });
  return { afterSeq: undefined, since, page: 0 };
}

function cursor(seq: number, since: number | undefined, page: number): string {
  return Buffer.from(`${seq}|${since ?? ''}|${page}`).toString('base64url');
}
