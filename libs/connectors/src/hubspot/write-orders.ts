import type { ConnectorContext, Failure, Json, Row, WriteItem, WriteResult } from '@isthmus/connector-kit';
import { associate, dissociate, ORDER_TO } from './associations.js';
import { batchRead, sendBatch, toPropertyValues } from './batch.js';
import type { BatchInput, BatchOutcome } from './batch.js';
import { ensureProperties } from './ensure-properties.js';
import { idOf, lineItemKind, objectPath, orderKind, propertiesIn, propertyText, RECORD_ID } from './objects.js';
import { completeOrders, fetchOrders } from './order-rows.js';
import { createLines, updateLines } from './write-lines.js';

type Outcomes = Map<WriteItem, { readonly nativeId: string } | { readonly failure: Failure }>;

/**
 * Writes whole orders. A create makes the lines first and then the order with its lines and customer in one call, so nobody
 * sees half an order. Every step is keyed by our unique properties: an answer lost anywhere is repeated without doubles.
 */
export async function writeOrders(
  context: ConnectorContext,
  items: readonly WriteItem[],
): Promise<readonly WriteResult[]> {
  await ensureProperties(context, orderKind);
  await ensureProperties(context, lineItemKind);
  const outcomes: Outcomes = new Map();
  const creates = items.filter((item) => item.nativeId === undefined);
  const existing = await createdBefore(context, creates);
  await createOrders(
    context,
    creates.filter((item) => !existing.has(item.recordId)),
    outcomes,
  );
  const repeated = creates.flatMap((item) => {
    const nativeId = existing.get(item.recordId);
    return nativeId === undefined ? [] : [{ original: item, item: { ...item, nativeId, changed: item.native } }];
  });
  const updates = items.filter((item) => item.nativeId !== undefined).map((item) => ({ original: item, item }));
  await updateOrders(context, [...updates, ...repeated], outcomes);
  return readBack(context, items, outcomes);
}

/** Native ids of orders that an earlier, perhaps unanswered, try has made. */
async function createdBefore(
  context: ConnectorContext,
  items: readonly WriteItem[],
): Promise<ReadonlyMap<string, string>> {
  if (items.length === 0) return new Map();
  const found = await batchRead(
    context,
    orderKind,
    items.map((item) => item.recordId),
    RECORD_ID,
  );
  return new Map([...found].map(([recordId, row]) => [recordId, idOf(row)]));
}

async function createOrders(context: ConnectorContext, items: readonly WriteItem[], outcomes: Outcomes): Promise<void> {
  if (items.length === 0) return;
  const lines = await createLines(context, items);
  const ready: { item: WriteItem; input: BatchInput }[] = [];
  for (const item of items) {
    const own = lines.get(item);
    if (own === undefined || 'failure' in own) outcomes.set(item, { failure: own?.failure ?? noOutcome });
    else ready.push({ item, input: createInput(item, own.ids) });
  }
  const results = await sendBatch(
    context,
    objectPath(context.settings, orderKind, '/batch/create'),
    ready.map(({ input }) => input),
  );
  ready.forEach(({ item }, index) => outcomes.set(item, toOutcome(results[index])));
}

function createInput(item: WriteItem, lineIds: readonly string[]): BatchInput {
  const targets = [
    ...associated(item.native, 'contacts').map((id) => target(id, ORDER_TO.contacts)),
    ...associated(item.native, 'companies').map((id) => target(id, ORDER_TO.companies)),
    ...lineIds.map((id) => target(id, ORDER_TO.line_items)),
  ];
  return {
    trace: item.recordId,
    body: {
      properties: { ...toPropertyValues(propertiesIn(item.native), false), [RECORD_ID]: item.recordId },
      associations: targets,
    },
    matches: (row) => propertyText(row, RECORD_ID) === item.recordId,
  };
}

function target(id: string, typeId: number): Json {
  return { to: { id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: typeId }] };
}

async function updateOrders(
  context: ConnectorContext,
  updates: readonly { original: WriteItem; item: WriteItem }[],
  outcomes: Outcomes,
): Promise<void> {
  if (updates.length === 0) return;
  const items = updates.map(({ item }) => item);
  const fetched = await fetchOrders(
    context,
    items.map((item) => item.nativeId ?? ''),
  );
  const current = new Map(fetched.flatMap((result) => ('row' in result ? [[result.id, result.row] as const] : [])));
  const failures = new Map<WriteItem, Failure>(
    items.filter((item) => !current.has(item.nativeId ?? '')).map((item) => [item, gone]),
  );
  const alive = items.filter((item) => !failures.has(item));
  const lineFailures = await updateLines(
    context,
    alive.filter((item) => 'lineItems' in item.changed),
    current,
  );
  for (const [item, failure] of lineFailures) failures.set(item, failure);
  const sound = alive.filter((item) => !failures.has(item));
  await updateAssociations(context, sound, current);
  await updateProperties(context, sound, current, failures);
  for (const { original, item } of updates) {
    const failure = failures.get(item);
    outcomes.set(original, failure === undefined ? { nativeId: item.nativeId ?? '' } : { failure });
  }
}

/** Sends only properties that HubSpot holds with another value: derived sums are part of every change and seldom new. */
async function updateProperties(
  context: ConnectorContext,
  items: readonly WriteItem[],
  current: ReadonlyMap<string, Row>,
  failures: Map<WriteItem, Failure>,
): Promise<void> {
  const planned = items.flatMap((item) => {
    const id = item.nativeId ?? '';
    const held = propertiesIn(current.get(id) ?? {});
    const wanted = Object.entries(toPropertyValues(propertiesIn(item.changed), true)).filter(
      ([name, value]) => (held[name] ?? '') !== value,
    );
    const input: BatchInput = {
      trace: item.recordId,
      body: { id, properties: Object.fromEntries(wanted) },
      matches: (row) => idOf(row) === id,
    };
    return wanted.length === 0 ? [] : [{ item, input }];
  });
  const results = await sendBatch(
    context,
    objectPath(context.settings, orderKind, '/batch/update'),
    planned.map(({ input }) => input),
  );
  planned.forEach(({ item }, index) => {
    const result = results[index];
    if (result !== undefined && 'failure' in result) failures.set(item, result.failure);
  });
}

/** Adds the customer that the record names and takes away the one that it named before; others stay. */
async function updateAssociations(
  context: ConnectorContext,
  items: readonly WriteItem[],
  current: ReadonlyMap<string, Row>,
): Promise<void> {
  for (const to of ['contacts', 'companies'] as const) {
    const moved = items.filter((item) => hasAssociations(item.changed, to));
    const pairs = (pick: (item: WriteItem) => readonly string[]): { from: string; to: string }[] =>
      moved.flatMap((item) => pick(item).map((id) => ({ from: item.nativeId ?? '', to: id })));
    const held = (item: WriteItem): readonly string[] => associated(current.get(item.nativeId ?? '') ?? {}, to);
    await associate(
      context,
      'orders',
      to,
      pairs((item) => associated(item.native, to).filter((id) => !held(item).includes(id))),
    );
    await dissociate(
      context,
      'orders',
      to,
      pairs((item) =>
        associated(item.base ?? {}, to).filter(
          (id) => !associated(item.native, to).includes(id) && held(item).includes(id),
        ),
      ),
    );
  }
}

function hasAssociations(row: Row, to: string): boolean {
  const associations = row['associations'];
  return (
    associations !== null && typeof associations === 'object' && !Array.isArray(associations) && to in associations
  );
}

function associated(row: Row, to: string): readonly string[] {
  const associations = row['associations'];
  if (associations === null || typeof associations !== 'object' || Array.isArray(associations)) return [];
  const ids = associations[to];
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string' && id !== '') : [];
}

async function readBack(
  context: ConnectorContext,
  items: readonly WriteItem[],
  outcomes: Outcomes,
): Promise<readonly WriteResult[]> {
  const ids = [...outcomes.values()].flatMap((outcome) => ('nativeId' in outcome ? [outcome.nativeId] : []));
  const bare = ids.length === 0 ? new Map<string, Row>() : await batchRead(context, orderKind, ids);
  const stored = new Map((await completeOrders(context, [...bare.values()])).map((row) => [idOf(row), row]));
  return items.map((item): WriteResult => {
    const outcome = outcomes.get(item);
    if (outcome === undefined || 'failure' in outcome) return { ok: false, failure: outcome?.failure ?? noOutcome };
    const row = stored.get(outcome.nativeId);
    return { ok: true, nativeId: outcome.nativeId, ...(row === undefined ? {} : { stored: row }) };
  });
}

function toOutcome(result: BatchOutcome | undefined): { readonly nativeId: string } | { readonly failure: Failure } {
  if (result === undefined) return { failure: noOutcome };
  return 'failure' in result ? result : { nativeId: idOf(result.row) };
}

const gone: Failure = {
  kind: 'gone',
  code: 'hubspot.not-found',
  message: { en: 'HubSpot does not hold this order any more.', zh: 'HubSpot 中已不存在此订单。' },
};

const noOutcome: Failure = {
  kind: 'unknown',
  code: 'hubspot.no-outcome',
  message: { en: 'HubSpot did not say what became of this order.', zh: 'HubSpot 未说明此订单的处理结果。' },
};
