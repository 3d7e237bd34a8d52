import { Decimal } from 'decimal.js';
import type {
  ConnectorContext,
  Cursor,
  Fetched,
  JsonObject,
  Page,
  ReadRequest,
  Row,
  Stream,
} from '@isthmus/connector-kit';
import { idOf, inParallel, notAsDocumented, textIn } from './answers.js';
import { detailBy } from './details.js';
import { materialTarget } from './materials.js';
import { listPages, numberIn, readList } from './read-list.js';
import { stockLevelsSchema } from './schemas/stock-levels.js';

const LIST = '/jdy/v2/scm/inventory';
const ROWS_A_PAGE = 500;

/**
 * Stock on hand, one row for each material and warehouse: Kingdee gives one for each bin, variant and batch, and they are
 * summed. The key is `<material id>/<warehouse id>`. There is no call that sets stock: it moves by documents, so the stream is read only.
 */
export const stockLevels: Stream = {
  title: { en: 'Stock levels', zh: '即时库存' },
  schema: stockLevelsSchema,
  key: idOf,
  pollSeconds: 60,
  read: (context, request) => (request.full ? readFull(context, request.cursor) : readChanges(context, request)),
  fetchBatchSize: 50,
  fetch: fetchLevels,
};

/** Sums need every row of a key, so the whole inventory is read and then given out in the order of the keys. */
async function* readFull(context: ConnectorContext, cursor: Cursor | undefined): AsyncIterable<Page> {
  const started = asObject(cursor);
  const isFull = started['full'] === true;
  if (isFull && started['after'] === null) return;
  const after = isFull ? textIn(started, 'after') : '';
  const rows: Row[] = [];
  for await (const page of listPages(context, LIST, {})) rows.push(...page.rows);
  const levels = (await finished(context, sumLevels(rows)))
    .filter((level) => idOf(level) > after)
    .sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  for (let start = 0; start < levels.length || start === 0; start += ROWS_A_PAGE) {
    const part = levels.slice(start, start + ROWS_A_PAGE);
    const end = start + ROWS_A_PAGE < levels.length ? part.at(-1) : undefined;
    yield { rows: part, cursor: { full: true, after: end === undefined ? null : idOf(end) } };
  }
}

/** Changed rows only name the materials whose sums changed; these materials are then read whole. */
async function* readChanges(context: ConnectorContext, request: ReadRequest): AsyncIterable<Page> {
  if (numberIn(request.cursor, 'from') === undefined && numberIn(request.cursor, 'to') === undefined) {
    yield* firstRead(context);
    return;
  }
  yield* readList(context, LIST, request, async (changed) => {
    const materials = [...new Set(changed.map((row) => textIn(row, 'material_id')))];
    const wanted = new Set(changed.map(keyOf));
    const levels = await levelsOf(context, materials);
    return levels.filter((level) => wanted.has(idOf(level)));
  });
}

/** The first read of changes is a full one; it starts the window before itself, so that nothing falls between. */
async function* firstRead(context: ConnectorContext): AsyncIterable<Page> {
  const from = context.clock.now().getTime();
  const rows: Row[] = [];
  for await (const page of listPages(context, LIST, {})) rows.push(...page.rows);
  yield { rows: await finished(context, sumLevels(rows)), cursor: { from } };
}

/** A warehouse without rows of a material holds none of it. */
async function fetchLevels(context: ConnectorContext, ids: readonly string[]): Promise<readonly Fetched[]> {
  const materials = [...new Set(ids.map((id) => id.split('/')[0] ?? ''))];
  const levels = new Map((await levelsOf(context, materials)).map((level) => [idOf(level), level]));
  return inParallel(ids, 4, async (id): Promise<Fetched> => {
    const row = levels.get(id) ?? (await emptyLevel(context, id));
    return row === undefined ? { id, gone: true } : { id, row };
  });
}

async function levelsOf(context: ConnectorContext, materials: readonly string[]): Promise<readonly Row[]> {
  const rows: Row[] = [];
  // Whether array filters are read is not documented: one call for each material.
  for (const id of materials) {
    for await (const page of listPages(context, LIST, { material_ids: id }))
      rows.push(...page.rows.filter((row) => textIn(row, 'material_id') === id));
  }
  return finished(context, sumLevels(rows));
}

/**
 * Adds the unit: stock is kept in the base unit of the material, and where the
 * list does not name it, the material does.
 */
async function finished(context: ConnectorContext, levels: readonly Row[]): Promise<readonly Row[]> {
  const open = [
    ...new Set(
      levels.filter((level) => textIn(level, 'base_unit_name') === '').map((level) => textIn(level, 'material_id')),
    ),
  ];
  const names = await inParallel(open, 4, async (id): Promise<[string, string]> => [
    id,
    textIn(await detailBy(context, materialTarget, 'id', id), 'base_unit_name'),
  ]);
  const units = new Map(names);
  return levels.map((level) => {
    const name = units.get(textIn(level, 'material_id')) ?? '';
    return { ...level, ...(name === '' ? {} : { base_unit_name: name }) };
  });
}

function sumLevels(rows: readonly Row[]): Row[] {
  const sums = new Map<string, { readonly first: Row; onHand: Decimal; available: Decimal }>();
  for (const row of rows) {
    const key = keyOf(row);
    const held = sums.get(key) ?? { first: row, onHand: new Decimal(0), available: new Decimal(0) };
    const onHand = decimalIn(row, 'qty');
    held.onHand = held.onHand.plus(onHand);
    held.available = held.available.plus(textIn(row, 'valid_qty') === '' ? onHand : decimalIn(row, 'valid_qty'));
    sums.set(key, held);
  }
  return [...sums].map(([key, { first, onHand, available }]) => toLevel(key, first, onHand, available));
}

function toLevel(key: string, row: Row, onHand: Decimal, available: Decimal): Row {
  const names = [
    'material_id',
    'material_number',
    'material_name',
    'stock_id',
    'stock_number',
    'stock_name',
    'base_unit_name',
  ];
  return {
    id: key,
    ...Object.fromEntries(names.filter((name) => textIn(row, name) !== '').map((name) => [name, textIn(row, name)])),
    qty: onHand.toFixed(),
    valid_qty: available.toFixed(),
    occupied_qty: onHand.minus(available).toFixed(),
  };
}

/** A level of zero; undefined when the material itself is gone. */
async function emptyLevel(context: ConnectorContext, key: string): Promise<Row | undefined> {
  const [materialId = '', stockId = ''] = key.split('/');
  const material = await detailBy(context, materialTarget, 'id', materialId);
  if (material === undefined) return undefined;
  const names = {
    material_id: materialId,
    material_number: textIn(material, 'number'),
    material_name: textIn(material, 'name'),
    stock_id: stockId,
  };
  const zero = new Decimal(0);
  return toLevel(key, { ...names, base_unit_name: textIn(material, 'base_unit_name') }, zero, zero);
}

function keyOf(row: Row): string {
  return `${textIn(row, 'material_id')}/${textIn(row, 'stock_id')}`;
}

function decimalIn(row: Row, name: string): Decimal {
  const text = textIn(row, name);
  if (text === '') return new Decimal(0);
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw notAsDocumented(`a quantity of ${LIST}`);
  return new Decimal(text);
}

function asObject(value: unknown): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};
}
