import type { Failure, Fetched, Row } from '@isthmus/connector-kit';
import { FailureError } from '@isthmus/connector-kit';
import type { Drift } from '@isthmus/decide';
import {
  findOpenChanges,
  forgetSeenRows,
  insertDifferences,
  mappingInUseSince,
  noteSeenRows,
  unlistedCopies,
} from '@isthmus/ledger';
import type { NewDifference, UnlistedCopy, UnlistedPage } from '@isthmus/ledger';
import type { StageContext } from '../topology/stage-context.js';
import { farRow, lookAtRows } from './look-at-rows.js';
import type { FarRow, Looking, StreamCounts } from './look-at-rows.js';
import type { Comparing } from './compare-sides.js';
import { readWhole } from './read-whole.js';

const PAGE = 1_000;
/** Unlisted objects that are asked for one by one; more of them are a mass deletion or a fault, and the brake holds them anyway. */
const MOST_CONFIRMED = 2_000;
const FETCHES = 6;

/** One stream of a run. */
export interface StreamComparison extends Comparing {
  readonly runId: string;
  readonly counts: StreamCounts;
  readonly signal: AbortSignal;
  /** Called after every page, so that the run is known to be alive. */
  readonly onPage: () => Promise<void>;
}

/** Counts before anything was compared. */
export function noCounts(): StreamCounts {
  return { rows: 0, compared: 0, inStep: 0, held: 0, unmanaged: 0, emptyListing: false };
}

/**
 * Compares a stream in full, page by page, and keeps what differs. What was listed is noted in the database, so that memory does not grow
 * with the stream. Changes nothing but notes of what is in step.
 *
 * @returns why the far side could not be read to its end; then nothing is concluded from what was not listed
 */
export async function compareStream(context: StageContext, order: StreamComparison): Promise<Failure | undefined> {
  const { binding, runId } = order;
  const place = { runId, connectionId: binding.connectionId, stream: binding.name };
  const mappedSince = await mappingInUseSince(
    context.database,
    binding.connectionId,
    binding.name,
    binding.mappingVersion,
  );
  const looking: Looking = { ...order, mappedSince };
  const readSince = context.clock.now();
  try {
    const failure = await readWhole(
      context,
      order.connection,
      binding,
      async (rows, askedAt) => {
        const page = rows.map((row) => farRow(order, row)).filter((row) => row.nativeId !== '');
        order.counts.rows += rows.length;
        const ids = page.map((row) => row.nativeId);
        await Promise.all([noteSeenRows(context.database, place, ids), lookAtRows(context, looking, page, askedAt)]);
        await order.onPage();
      },
      order.signal,
    );
    return failure ?? (await lookAtUnlisted(context, order, looking, readSince));
  } finally {
    await forgetSeenRows(context.database, place).catch(() => undefined);
  }
}

/** Copies that the listing did not show. A listing may skip rows that move between its pages, so nobody believes it alone. */
async function lookAtUnlisted(
  context: StageContext,
  order: StreamComparison,
  looking: Looking,
  readSince: Date,
): Promise<Failure | undefined> {
  const { binding, counts, runId } = order;
  if (binding.stream.listsAll === false) return undefined;
  const place = { runId, connectionId: binding.connectionId, stream: binding.name };
  const next = (after: string): Promise<UnlistedPage> =>
    unlistedCopies(context.database, place, { after, readSince, limit: PAGE });
  let page = await nextUnlisted(next, '');
  if (page.copies.length === 0) return undefined;
  if (counts.rows === 0) {
    counts.emptyListing = true;
    return undefined;
  }
  if (!binding.stream.fetch) {
    const failure = await listAgain(context, order);
    if (failure) return failure;
    page = await nextUnlisted(next, '');
  }
  for (let asked = 0; page.copies.length > 0;) {
    const gone = asked < MOST_CONFIRMED ? await confirmGone(context, looking, page.copies) : page.copies;
    asked += page.copies.length;
    await noteUnlisted(context, looking, gone);
    await order.onPage();
    if (page.next === undefined) return undefined;
    page = await nextUnlisted(next, page.next);
  }
  return undefined;
}

/** The next stretch that has unlisted copies; the last one where there is none. */
async function nextUnlisted(next: (after: string) => Promise<UnlistedPage>, after: string): Promise<UnlistedPage> {
  let page = await next(after);
  while (page.copies.length === 0 && page.next !== undefined) page = await next(page.next);
  return page;
}

/** Where objects cannot be asked for one by one, a second listing has to miss them as well. */
function listAgain(context: StageContext, order: StreamComparison): Promise<Failure | undefined> {
  const { binding, runId } = order;
  const place = { runId, connectionId: binding.connectionId, stream: binding.name };
  return readWhole(
    context,
    order.connection,
    binding,
    async (rows) => {
      const ids = rows.map((row) => binding.stream.key(row)).filter((id) => id !== '');
      await noteSeenRows(context.database, place, ids);
      await order.onPage();
    },
    order.signal,
  );
}

/** Asks for unlisted objects by id where that can be done. Those that are there after all are compared as if they had been listed. */
async function confirmGone(
  context: StageContext,
  looking: Looking,
  copies: readonly UnlistedCopy[],
): Promise<readonly UnlistedCopy[]> {
  const { binding, connection } = looking;
  const size = binding.stream.fetchBatchSize ?? 1;
  if (!binding.stream.fetch) return copies;
  const chunks: UnlistedCopy[][] = [];
  for (let from = 0; from < copies.length; from += size) chunks.push(copies.slice(from, from + size));
  const gone: UnlistedCopy[] = [];
  for (let from = 0; from < chunks.length; from += FETCHES) {
    const askedAt = context.clock.now();
    const answers = await Promise.all(
      chunks.slice(from, from + FETCHES).map(async (chunk) => {
        const ids = chunk.map((copy) => copy.nativeId);
        const found = await fetched(() => binding.stream.fetch?.(connection.context, ids) ?? Promise.resolve([]));
        return { chunk, found: new Map(found.map((item) => [item.id, item])) };
      }),
    );
    const present: FarRow[] = [];
    for (const { chunk, found } of answers)
      for (const copy of chunk) {
        const item = found.get(copy.nativeId);
        if (item && 'gone' in item) gone.push(copy);
        // What the far side fails to answer for is neither there nor gone: the next comparison looks again.
        else if (item && 'row' in item) present.push(farRow(looking, item.row as Row));
      }
    await lookAtRows(context, looking, present, askedAt);
  }
  return gone;
}

async function fetched(call: () => Promise<readonly Fetched[]>): Promise<readonly Fetched[]> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof FailureError) return [];
    throw error;
  }
}

async function noteUnlisted(context: StageContext, looking: Looking, copies: readonly UnlistedCopy[]): Promise<void> {
  const { binding, counts } = looking;
  const alive = copies.filter((copy) => copy.status === 'active' || copy.status === 'archived');
  const ids = alive.map((copy) => copy.nativeId);
  const open = new Map(
    (await findOpenChanges(context.database, binding.connectionId, binding.name, ids)).map((change) => [
      change.nativeId,
      change,
    ]),
  );
  counts.compared += alive.length;
  const found: NewDifference[] = [];
  for (const copy of alive) {
    const change = open.get(copy.nativeId);
    if (change?.state === 'review' && change.kind === 'delete') counts.held += 1;
    else found.push(unlistedDifference(looking, copy, change !== undefined));
  }
  await insertDifferences(context.database, looking.runId, found);
}

function unlistedDifference({ binding }: Looking, copy: UnlistedCopy, isOpen: boolean): NewDifference {
  const repair = binding.reads ? 'delete' : binding.creates && copy.status === 'active' ? 'create' : 'none';
  const drift: Drift = isOpen
    ? { cause: 'late', detail: 'change-on-its-way', action: 'none' }
    : { cause: 'deleted', detail: 'missing-there', action: repair };
  return {
    connectionId: binding.connectionId,
    stream: binding.name,
    entity: binding.entity,
    ...drift,
    recordId: copy.recordId,
    nativeId: copy.nativeId,
    fields: [],
    recordVersion: copy.version,
    baseHash: copy.baseHash,
    row: null,
    rowAt: null,
  };
}
