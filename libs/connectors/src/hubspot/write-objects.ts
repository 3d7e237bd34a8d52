import type { ConnectorContext, Failure, Row, WriteItem, WriteResult } from '@isthmus/connector-kit';
import { batchArchive, batchRead, sendBatch, toPropertyValues } from './batch.js';
import type { BatchInput, BatchOutcome } from './batch.js';
import { ensureProperties } from './ensure-properties.js';
import { idOf, objectPath, propertiesIn, propertyText, RECORD_ID } from './objects.js';
import type { ObjectKind } from './objects.js';

/**
 * Creates by upsert on our unique property, updates by native id; then reads back what HubSpot stores.
 * A repeated create therefore meets its own first try. A contact whose e-mail HubSpot already knows is adopted, unless it
 * belongs to another record of ours.
 */
export async function writeObjects(
  context: ConnectorContext,
  kind: ObjectKind,
  items: readonly WriteItem[],
): Promise<readonly WriteResult[]> {
  await ensureProperties(context, kind);
  const creates = items.filter((item) => item.nativeId === undefined);
  const updates = items.filter((item) => item.nativeId !== undefined);
  const outcomes = new Map<WriteItem, BatchOutcome>();
  await run(context, kind, '/batch/upsert', creates, createInput, outcomes);
  await run(context, kind, '/batch/update', updates, updateInput, outcomes);
  for (const item of creates) {
    const outcome = outcomes.get(item);
    if (outcome !== undefined && 'failure' in outcome)
      outcomes.set(item, await adopt(context, kind, item, outcome.failure));
  }
  return readBack(context, kind, items, outcomes);
}

async function run(
  context: ConnectorContext,
  kind: ObjectKind,
  end: string,
  items: readonly WriteItem[],
  toInput: (item: WriteItem) => BatchInput,
  outcomes: Map<WriteItem, BatchOutcome>,
): Promise<void> {
  if (items.length === 0) return;
  const results = await sendBatch(context, objectPath(context.settings, kind, end), items.map(toInput));
  for (const [index, outcome] of results.entries()) {
    const item = items[index];
    if (item !== undefined) outcomes.set(item, outcome);
  }
}

function createInput(item: WriteItem): BatchInput {
  const properties = { ...toPropertyValues(propertiesIn(item.native), false), [RECORD_ID]: item.recordId };
  return {
    trace: item.recordId,
    body: { id: item.recordId, idProperty: RECORD_ID, properties },
    matches: (row) => propertyText(row, RECORD_ID) === item.recordId,
  };
}

function updateInput(item: WriteItem): BatchInput {
  const id = item.nativeId ?? '';
  return {
    trace: item.recordId,
    body: { id, properties: toPropertyValues(propertiesIn(item.changed), true) },
    matches: (row) => idOf(row) === id,
  };
}

/** An object with our unique value (a contact's e-mail) is there already: it becomes this record's copy if it is nobody else's. */
async function adopt(
  context: ConnectorContext,
  kind: ObjectKind,
  item: WriteItem,
  failure: Failure,
): Promise<BatchOutcome> {
  const existingId = failure.details?.['existingId'];
  if (failure.code !== 'hubspot.already-exists' || typeof existingId !== 'string') return { failure };
  const existing = (await batchRead(context, kind, [existingId])).get(existingId);
  if (existing === undefined) return { failure };
  const owner = propertyText(existing, RECORD_ID);
  if (owner !== undefined && owner !== item.recordId) return { failure: takenBy(existingId, owner) };
  const properties = { ...toPropertyValues(propertiesIn(item.native), false), [RECORD_ID]: item.recordId };
  const input: BatchInput = {
    trace: item.recordId,
    body: { id: existingId, properties },
    matches: (row) => idOf(row) === existingId,
  };
  const [outcome] = await sendBatch(context, objectPath(context.settings, kind, '/batch/update'), [input]);
  return outcome ?? { failure };
}

function takenBy(existingId: string, owner: string): Failure {
  return {
    kind: 'invalid',
    code: 'hubspot.value-taken',
    message: {
      en: `The HubSpot object ${existingId} holds the same unique value and belongs to another record of the hub. Merge the two records or correct the value.`,
      zh: `HubSpot 对象 ${existingId} 具有相同的唯一值，且属于本系统的另一条记录。请合并两条记录或更正该值。`,
    },
    details: { existingId, otherRecordId: owner },
  };
}

async function readBack(
  context: ConnectorContext,
  kind: ObjectKind,
  items: readonly WriteItem[],
  outcomes: ReadonlyMap<WriteItem, BatchOutcome>,
): Promise<readonly WriteResult[]> {
  const written = [...outcomes.values()].flatMap((outcome) => ('row' in outcome ? [idOf(outcome.row)] : []));
  // The answer of a write holds only some properties: the base needs all of them, as stored.
  const stored = written.length === 0 ? new Map<string, Row>() : await batchRead(context, kind, written);
  return items.map((item): WriteResult => {
    const outcome = outcomes.get(item);
    if (outcome === undefined || 'failure' in outcome) return { ok: false, failure: outcome?.failure ?? noOutcome };
    const nativeId = idOf(outcome.row);
    const row = stored.get(nativeId);
    return { ok: true, nativeId, ...(row === undefined ? {} : { stored: row }) };
  });
}

const noOutcome: Failure = {
  kind: 'unknown',
  code: 'hubspot.no-outcome',
  message: { en: 'HubSpot did not say what became of this record.', zh: 'HubSpot 未说明此记录的处理结果。' },
};

/** Archives objects: HubSpot keeps them restorable for some time. */
export async function removeObjects(
  context: ConnectorContext,
  kind: ObjectKind,
  nativeIds: readonly string[],
): Promise<readonly WriteResult[]> {
  await batchArchive(context, kind, nativeIds);
  return nativeIds.map((nativeId) => ({ ok: true, nativeId }));
}
