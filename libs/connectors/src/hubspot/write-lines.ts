import type { ConnectorContext, Failure, JsonObject, Row, WriteItem } from '@isthmus/connector-kit';
import { equalJson } from '@isthmus/json';
import { batchArchive, sendBatch, toPropertyValues } from './batch.js';
import type { BatchInput } from './batch.js';
import { associate } from './associations.js';
import { idOf, LINE_ID, lineItemKind, objectPath, propertiesIn, propertyText } from './objects.js';
import { lineIdOf, linesOf, uniqueLineId } from './order-rows.js';

/** What became of the lines of one order: their ids in HubSpot by our line ids, or the first failure. */
export type LinesOutcome = { readonly ids: readonly string[] } | { readonly failure: Failure };

interface PlannedLine {
  readonly item: WriteItem;
  readonly input: BatchInput;
}

/**
 * Creates the lines of orders that do not exist yet, keyed by our unique line property: a repetition meets the first try.
 * They become visible with the order, which is created with them in one call.
 */
export async function createLines(
  context: ConnectorContext,
  items: readonly WriteItem[],
): Promise<ReadonlyMap<WriteItem, LinesOutcome>> {
  const planned = items.flatMap((item) =>
    linesOf(item.native).map((line) => ({ item, input: upsertInput(item, line) })),
  );
  return gather(context, items, '/batch/upsert', planned);
}

/**
 * Brings the lines of existing orders up to date by difference against what HubSpot holds now: changed lines are updated, new
 * ones added and associated, lines that the record dropped archived. Lines that people added meanwhile stay.
 */
export async function updateLines(
  context: ConnectorContext,
  items: readonly WriteItem[],
  current: ReadonlyMap<string, Row>,
): Promise<ReadonlyMap<WriteItem, Failure>> {
  const failures = new Map<WriteItem, Failure>();
  const created: PlannedLine[] = [];
  const updated: PlannedLine[] = [];
  const dropped: string[] = [];
  for (const item of items) {
    const order = current.get(item.nativeId ?? '');
    const held = new Map(linesOf(order).map((line) => [lineIdOf(line), line]));
    const wanted = linesOf(item.native);
    for (const line of wanted) {
      const existing = held.get(lineIdOf(line));
      if (existing === undefined) created.push({ item, input: upsertInput(item, line) });
      else if (differs(line, existing)) updated.push({ item, input: updateInput(item, line, existing) });
    }
    dropped.push(...droppedLines(item, held, new Set(wanted.map(lineIdOf))));
  }
  const added = await gather(context, items, '/batch/upsert', created);
  const changed = await gather(context, items, '/batch/update', updated);
  for (const item of items) {
    const failed = [added.get(item), changed.get(item)].find(
      (outcome) => outcome !== undefined && 'failure' in outcome,
    );
    if (failed !== undefined && 'failure' in failed) failures.set(item, failed.failure);
  }
  const pairs = items.flatMap((item) => {
    const outcome = added.get(item);
    return outcome !== undefined && 'ids' in outcome
      ? outcome.ids.map((to) => ({ from: item.nativeId ?? '', to }))
      : [];
  });
  await associate(context, 'orders', 'line_items', pairs);
  await batchArchive(context, lineItemKind, dropped);
  return failures;
}

async function gather(
  context: ConnectorContext,
  items: readonly WriteItem[],
  end: string,
  planned: readonly PlannedLine[],
): Promise<ReadonlyMap<WriteItem, LinesOutcome>> {
  const outcomes = await sendBatch(
    context,
    objectPath(context.settings, lineItemKind, end),
    planned.map((line) => line.input),
  );
  const result = new Map<WriteItem, LinesOutcome>(items.map((item) => [item, { ids: [] }]));
  planned.forEach(({ item }, index) => {
    const outcome = outcomes[index];
    const before = result.get(item);
    if (outcome === undefined || before === undefined || 'failure' in before) return;
    result.set(item, 'failure' in outcome ? { failure: outcome.failure } : { ids: [...before.ids, idOf(outcome.row)] });
  });
  return result;
}

function upsertInput(item: WriteItem, line: Row): BatchInput {
  const unique = uniqueLineId(item.recordId, lineIdOf(line));
  return {
    trace: unique,
    body: {
      id: unique,
      idProperty: LINE_ID,
      properties: { ...toPropertyValues(wantedProperties(line), false), [LINE_ID]: unique },
    },
    matches: (row) => propertyText(row, LINE_ID) === unique,
  };
}

function updateInput(item: WriteItem, line: Row, existing: Row): BatchInput {
  const id = idOf(existing);
  return {
    trace: uniqueLineId(item.recordId, lineIdOf(line)),
    body: { id, properties: toPropertyValues(wantedProperties(line), true) },
    matches: (row) => idOf(row) === id,
  };
}

/** The line's own members are properties of the line item under other names. */
const MEMBERS: readonly (readonly [string, string])[] = [
  ['position', 'hs_position_on_quote'],
  ['productId', 'hs_product_id'],
  ['unit', 'base_unit'],
  ['taxRate', 'tax_rate'],
];

function wantedProperties(line: Row): JsonObject {
  const named = MEMBERS.flatMap(([member, property]) => {
    const value = line[member];
    return value === undefined || value === null ? [] : [[property, value] as const];
  });
  return { ...propertiesIn(line), ...Object.fromEntries(named) };
}

function differs(line: Row, existing: Row): boolean {
  const held = propertiesIn(existing);
  return Object.entries(toPropertyValues(wantedProperties(line), true)).some(
    ([name, value]) => !equalJson(held[name] ?? '', value),
  );
}

/** Lines that this hub wrote or knew and that the record does not have any more. */
function droppedLines(item: WriteItem, held: ReadonlyMap<string, Row>, wanted: ReadonlySet<string>): readonly string[] {
  const known = new Set(linesOf(item.base).map(lineIdOf));
  return [...held].flatMap(([lineId, line]) => {
    const ours = known.has(lineId) || (propertyText(line, LINE_ID) ?? '').startsWith(`${item.recordId}/`);
    return ours && !wanted.has(lineId) ? [idOf(line)] : [];
  });
}
