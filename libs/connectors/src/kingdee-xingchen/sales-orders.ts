import { FailureError } from '@isthmus/connector-kit';
import type { ConnectorContext, JsonObject, Row, Stream, WriteItem } from '@isthmus/connector-kit';
import { idOf, inParallel, instantOf, listIn, textIn } from './answers.js';
import { detailBy, detailRows, fetchDetails } from './details.js';
import { markLine, readLine } from './line-identity.js';
import { materialTarget } from './materials.js';
import { listPages, readList } from './read-list.js';
import { probeAll, saveAll, toNumber, withoutNulls } from './save.js';
import type { SaveTarget } from './save.js';
import { salesOrdersSchema } from './schemas/sales-orders.js';
import { textSetting } from './settings.js';
import { unitId } from './units.js';

const LIST = '/jdy/v2/scm/sal_order';
/** Decimals of lines that a save wants as JSON numbers; `cess` (tax percent) is text. */
const LINE_NUMBERS = ['qty', 'price', 'tax_price', 'amount', 'tax_amount', 'all_amount'];

/** Members of our lines that Kingdee's do not have, or that it makes itself. */
const NOT_SAVED = [
  'id',
  'lineId',
  'position',
  'seq',
  'unit_name',
  'unit_id',
  'stock_id',
  'material_name',
  'material_model',
  'act_tax_price',
];

const target: SaveTarget = {
  path: '/jdy/v2/scm/sal_order_detail',
  savePath: LIST,
  numberField: 'bill_no',
  prefix: 'IS-',
  toRow,
  toBody,
  afterSave: auditIfWanted,
  findByNumber,
};

/** Sales orders with their lines. The list holds headers only: one detail call for each. */
export const salesOrders: Stream = {
  title: { en: 'Sales orders', zh: '销售订单' },
  schema: salesOrdersSchema,
  key: idOf,
  modifiedAt: (row) => instantOf(textIn(row, 'modify_time')),
  pollSeconds: 60,
  read: (context, request) => readList(context, LIST, request, (rows) => detailRows(context, target, rows)),
  fetchBatchSize: 20,
  fetch: (context, ids) => fetchDetails(context, target, ids),
  write: {
    batchSize: 5,
    concurrency: 2,
    repeat: 'probe',
    write: (context, items) => saveAll(context, target, items),
    probe: (context, items) => probeAll(context, target, items),
  },
};

function toRow(context: ConnectorContext, detail: Row): Row {
  const field = textSetting(context.settings, 'lineIdField');
  const lines = listIn(detail, 'material_entity').map((line, index) => ({
    line,
    seq: Number(line['seq'] ?? index + 1),
  }));
  lines.sort((a, b) => a.seq - b.seq);
  return { ...detail, material_entity: lines.map(({ line }, index) => readLine(line, index + 1, field)) };
}

/** An exact look-up by number: list filters may match a part of it. */
async function findByNumber(context: ConnectorContext, number: string): Promise<Row | undefined> {
  for await (const page of listPages(context, LIST, { bill_no: number })) {
    const found = page.rows.find((row) => textIn(row, 'bill_no') === number);
    if (found !== undefined) return detailBy(context, target, 'id', idOf(found));
  }
  return undefined;
}

/** A save replaces the lines: the whole set goes out, with the ids of those that Kingdee holds. */
async function toBody(context: ConnectorContext, item: WriteItem, held: Row | undefined): Promise<JsonObject> {
  const { material_entity: _lines, bill_status: _status, total_amount, ...header } = item.native;
  const total = toNumber(total_amount ?? undefined, 'total_amount');
  const heldLines = new Map(
    (held === undefined ? [] : listIn(held, 'material_entity')).map((line) => [textIn(line, 'lineId'), line]),
  );
  const lines = [...listIn(item.native, 'material_entity')].sort(
    (a, b) => Number(a['position'] ?? 0) - Number(b['position'] ?? 0),
  );
  const materials = await materialsOf(context, lines);
  return {
    ...withoutNulls(header, item.nativeId !== undefined),
    ...(total === undefined ? {} : { total_amount: total }),
    material_entity: [
      ...(await inParallel(lines, 4, (line) =>
        lineBody(context, line, heldLines.get(textIn(line, 'lineId')), materials.get(materialKey(line))),
      )),
    ],
  };
}

async function lineBody(
  context: ConnectorContext,
  line: JsonObject,
  held: Row | undefined,
  material: Row | undefined,
): Promise<JsonObject> {
  const texts = Object.fromEntries(
    Object.entries(line).filter(([name]) => !LINE_NUMBERS.includes(name) && !NOT_SAVED.includes(name)),
  );
  const stockId =
    textIn(line, 'stock_id') || textIn(held, 'stock_id') || textSetting(context.settings, 'defaultStockId');
  const unit = await lineUnit(context, line, held, material);
  const numbers = LINE_NUMBERS.flatMap((name) => {
    const number = toNumber(line[name], `material_entity.${name}`);
    return number === undefined ? [] : [[name, number] as const];
  });
  const body = {
    ...withoutNulls(texts, held !== undefined),
    ...Object.fromEntries(numbers),
    ...namedMaterial(line, material),
    ...(stockId === '' ? {} : { stock_id: stockId }),
    ...(unit === '' ? {} : { unit_id: unit }),
    ...(held === undefined ? {} : { id: textIn(held, 'id') }),
  };
  return markLine(body, textIn(line, 'lineId'), held, textSetting(context.settings, 'lineIdField'));
}

/** Id and number of the material that the line names; an id wins over a number. */
function namedMaterial(line: JsonObject, material: Row | undefined): JsonObject {
  const id = idOf(material ?? {}) || textIn(line, 'material_id');
  return id === ''
    ? {}
    : { material_id: id, material_number: textIn(material, 'number') || textIn(line, 'material_number') };
}

/** Kingdee refuses a line without a unit: the one that the line names, else the one it had, else the base unit of the material. */
async function lineUnit(
  context: ConnectorContext,
  line: JsonObject,
  held: Row | undefined,
  material: Row | undefined,
): Promise<string> {
  const name = textIn(line, 'unit_name');
  const known = [
    held,
    material && { unit_name: textIn(material, 'base_unit_name'), unit_id: textIn(material, 'base_unit_id') },
  ];
  const match = known.find(
    (unit) =>
      unit !== undefined && textIn(unit, 'unit_id') !== '' && (name === '' || textIn(unit, 'unit_name') === name),
  );
  return match === undefined ? unitId(context, name) : textIn(match, 'unit_id');
}

/** The materials of the lines, by id or, where the line has none, by number. */
async function materialsOf(context: ConnectorContext, lines: readonly JsonObject[]): Promise<ReadonlyMap<string, Row>> {
  const keys = [...new Set(lines.map(materialKey).filter((key) => key !== ''))];
  const found = await inParallel(keys, 4, async (key): Promise<[string, Row | undefined]> => {
    const by = key.startsWith('id:') ? 'id' : 'number';
    return [key, await detailBy(context, materialTarget, by, key.slice(by.length + 1))];
  });
  return new Map(found.filter((entry): entry is [string, Row] => entry[1] !== undefined));
}

function materialKey(line: JsonObject): string {
  const id = textIn(line, 'material_id');
  const number = textIn(line, 'material_number');
  return id !== '' ? `id:${id}` : number === '' ? '' : `number:${number}`;
}

/** Audits the saved order when the settings say so. An order that is audited already counts as done. */
async function auditIfWanted(context: ConnectorContext, _item: WriteItem, nativeId: string): Promise<void> {
  if (context.settings['auditOrders'] !== true) return;
  try {
    await context.http.call({
      method: 'POST',
      path: '/jdy/v2/sys/common_operate',
      idempotent: true,
      json: { operate_type: 'audit', entity_number: 'sal_bill_order', ids: [nativeId], ignore_warn: true },
    });
  } catch (error) {
    if (error instanceof FailureError && error.failure.code === 'kingdee-xingchen.locked-by-state') return;
    throw error;
  }
}
