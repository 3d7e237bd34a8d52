import type { ConnectorContext, Cursor, Fetched, Page, Row } from '@isthmus/connector-kit';
import { sourceTime } from '@isthmus/connector-kit';
import { nextAfter, notAsDocumented, resultsOf } from './answers.js';
import { BATCH_SIZE, batchRead } from './batch.js';
import { idOf, objectPath, propertiesOf, stampOf } from './objects.js';
import type { ObjectKind } from './objects.js';
import { numberSetting } from './settings.js';

const LIST_SIZE = 100;
const SEARCH_SIZE = 200;

/** Where a read of changes stands: the newest stamp read, and the last id while more objects than a page share that stamp. */
export interface ChangeCursor {
  readonly since: number;
  readonly tieId?: string;
  /** True while a read is under way: going on from here needs no overlap. */
  readonly open?: true;
  /** When the read under way began, by HubSpot's clock: what was committed since may lie behind the position. */
  readonly began?: number;
}

/**
 * Reads all live objects through the list end point. The cursor is HubSpot's `after`, `null` once all is read; a cursor of
 * another kind starts from the beginning.
 */
export async function* readAll(
  context: ConnectorContext,
  kind: ObjectKind,
  cursor: Cursor | undefined,
): AsyncIterable<Page> {
  const started = fullCursor(cursor);
  if (started?.after === null) return;
  let after = started?.after;
  const seen = new Set<string>();
  for (;;) {
    const answer = await context.http.call({
      method: 'GET',
      path: objectPath(context.settings, kind),
      query: { limit: LIST_SIZE, properties: propertiesOf(kind, context.settings).join(','), archived: false, after },
    });
    const next = nextAfter(answer.body);
    yield { rows: resultsOf(answer.body, `the list of ${kind.type}`), cursor: { full: true, after: next ?? null } };
    if (next === undefined) return;
    if (seen.has(next)) throw notAsDocumented(`the list of ${kind.type} with a page that repeats`);
    seen.add(next);
    after = next;
  }
}

/**
 * Reads objects changed since the cursor, oldest first. Each page asks for "stamp not before the last one" instead of the next
 * offset: an object that changes meanwhile moves to the end and would shift another one past a page edge, and offsets end at
 * 10,000. When a whole page shares one stamp, this stamp is read by ascending id.
 */
export async function* readChanges(
  context: ConnectorContext,
  kind: ObjectKind,
  start: ChangeCursor | undefined,
): AsyncIterable<{ rows: readonly Row[]; cursor: ChangeCursor }> {
  let position: ChangeCursor = start ?? { since: 0 };
  if (position.open !== true) position = { since: Math.max(0, position.since - overlapMs(context)) };
  let newest = start?.since ?? 0;
  let edge = new Set<string>();
  let began = position.began;
  for (;;) {
    const { rows, answeredAt } = await searchPage(context, kind, position);
    began ??= answeredAt;
    const stamps = rows.map((row) => requiredStamp(kind, row));
    const last = stamps.at(-1) ?? position.since;
    const full = rows.length >= SEARCH_SIZE;
    const fresh = rows.filter((row) => !edge.has(edgeKey(kind, row)));
    const following = nextPosition(position, rows, last, full);
    newest = Math.max(newest, last);
    const cursor =
      following === undefined ? { since: Math.min(newest, began) } : { ...following, open: true as const, began };
    yield { rows: fresh, cursor };
    if (following === undefined) return;
    edge = new Set(rows.filter((_row, index) => stamps[index] === last).map((row) => edgeKey(kind, row)));
    position = following;
  }
}

/** Position of the next page; undefined when this one was the last. */
function nextPosition(
  position: ChangeCursor,
  rows: readonly Row[],
  last: number,
  full: boolean,
): ChangeCursor | undefined {
  if (position.tieId !== undefined)
    return full ? { since: position.since, tieId: idOf(rows.at(-1) ?? {}) } : { since: position.since + 1 };
  if (!full) return undefined;
  return last > position.since ? { since: last } : { since: position.since, tieId: '0' };
}

async function searchPage(
  context: ConnectorContext,
  kind: ObjectKind,
  position: ChangeCursor,
): Promise<{ readonly rows: readonly Row[]; readonly answeredAt: number }> {
  const tie = position.tieId !== undefined;
  const filters = tie
    ? [
        { propertyName: kind.stamp, operator: 'EQ', value: String(position.since) },
        { propertyName: 'hs_object_id', operator: 'GT', value: position.tieId as string },
      ]
    : [{ propertyName: kind.stamp, operator: 'GTE', value: String(position.since) }];
  const answer = await context.http.call({
    method: 'POST',
    path: objectPath(context.settings, kind, '/search'),
    idempotent: true,
    // Search has half the quota of the other calls.
    cost: 2,
    json: {
      filterGroups: [{ filters }],
      sorts: [{ propertyName: tie ? 'hs_object_id' : kind.stamp, direction: 'ASCENDING' }],
      properties: [...propertiesOf(kind, context.settings)],
      limit: SEARCH_SIZE,
      after: '0',
    },
  });
  const answeredAt = (sourceTime(answer.headers) ?? context.clock.now()).getTime();
  return { rows: resultsOf(answer.body, `the search of ${kind.type}`), answeredAt };
}

function requiredStamp(kind: ObjectKind, row: Row): number {
  const stamp = stampOf(kind, row);
  if (stamp === undefined) throw notAsDocumented(`a row of ${kind.type} without ${kind.stamp}`);
  return stamp;
}

function edgeKey(kind: ObjectKind, row: Row): string {
  return `${idOf(row)} ${String(stampOf(kind, row))}`;
}

function overlapMs(context: ConnectorContext): number {
  return numberSetting(context.settings, 'overlapSeconds', 120) * 1000;
}

/** Reads a stored change cursor; anything else starts from the beginning. */
export function changeCursor(cursor: Cursor | undefined): ChangeCursor | undefined {
  if (cursor === undefined || cursor === null || typeof cursor !== 'object' || Array.isArray(cursor)) return undefined;
  const { since, tieId, open, began } = cursor;
  if (typeof since !== 'number') return undefined;
  return {
    since,
    ...(typeof tieId === 'string' ? { tieId } : {}),
    ...(open === true ? { open } : {}),
    ...(typeof began === 'number' ? { began } : {}),
  };
}

/** The change cursor as JSON for the ledger. */
export function toCursor({ since, tieId, open, began }: ChangeCursor): { [name: string]: number | string | boolean } {
  return {
    since,
    ...(tieId === undefined ? {} : { tieId }),
    ...(open === undefined ? {} : { open }),
    ...(began === undefined ? {} : { began }),
  };
}

/** Fetches objects by id; what HubSpot does not hold (or holds archived) is gone. */
export async function fetchObjects(
  context: ConnectorContext,
  kind: ObjectKind,
  ids: readonly string[],
): Promise<readonly Fetched[]> {
  const found = await batchRead(context, kind, ids);
  return ids.map((id): Fetched => {
    const row = found.get(id);
    return row === undefined || row['archived'] === true ? { id, gone: true } : { id, row };
  });
}

/** Most ids of one fetch. */
export const FETCH_SIZE = BATCH_SIZE;

function fullCursor(cursor: Cursor | undefined): { readonly after: string | null } | undefined {
  if (
    cursor === undefined ||
    cursor === null ||
    typeof cursor !== 'object' ||
    Array.isArray(cursor) ||
    cursor['full'] !== true
  )
    return undefined;
  const { after } = cursor;
  return { after: typeof after === 'string' ? after : null };
}
