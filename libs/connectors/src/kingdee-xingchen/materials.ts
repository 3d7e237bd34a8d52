import type { ConnectorContext, JsonObject, Row, Stream, WriteItem } from '@isthmus/connector-kit';
import { idOf, instantOf, listIn, textIn } from './answers.js';
import { detailBy, detailRows, fetchDetails } from './details.js';
import { readList } from './read-list.js';
import { probeAll, saveAll, withoutNulls } from './save.js';
import type { SaveTarget } from './save.js';
import { materialsSchema } from './schemas/materials.js';
import { unitId } from './units.js';

const LIST = '/jdy/v2/bd/material';

/** How materials are read one by one and saved. */
export const materialTarget: SaveTarget = {
  path: '/jdy/v2/bd/material_detail',
  savePath: LIST,
  numberField: 'number',
  prefix: 'IS-',
  toRow: (_context, detail) => ({ ...detail, retail_price: textIn(basePrice(detail), 'price_retail_price') }),
  toBody,
  findByNumber: (context, number) => detailBy(context, materialTarget, 'number', number),
};

/** Products (商品) with the retail price of their base unit as `retail_price`. */
export const materials: Stream = {
  title: { en: 'Products', zh: '商品' },
  schema: materialsSchema,
  key: idOf,
  modifiedAt: (row) => instantOf(textIn(row, 'modify_time')),
  pollSeconds: 120,
  read: (context, request) => readList(context, LIST, request, (rows) => detailRows(context, materialTarget, rows)),
  fetchBatchSize: 20,
  fetch: (context, ids) => fetchDetails(context, materialTarget, ids),
  write: {
    batchSize: 10,
    concurrency: 2,
    repeat: 'probe',
    write: (context, items) => saveAll(context, materialTarget, items),
    probe: (context, items) => probeAll(context, materialTarget, items),
  },
};

/** The price row of the base unit and no variant; the first when no unit is named. */
function basePrice(detail: Row | undefined): JsonObject | undefined {
  const prices = detail === undefined ? [] : listIn(detail, 'price_entity');
  const unit = textIn(detail, 'base_unit_id');
  const plain = prices.filter((price) => ['', '0'].includes(textIn(price, 'price_aux_id')));
  return plain.find((price) => textIn(price, 'price_unit_id') === unit) ?? plain[0];
}

async function toBody(context: ConnectorContext, item: WriteItem, held: Row | undefined): Promise<JsonObject> {
  const { retail_price, base_unit_name: _name, ...fields } = item.nativeId === undefined ? item.native : item.changed;
  const unit = await unitToSave(context, textIn(item.native, 'base_unit_name'), held);
  return {
    ...(item.nativeId !== undefined && { name: textIn(item.native, 'name') }),
    ...withoutNulls(fields, item.nativeId !== undefined),
    ...(unit === '' ? {} : { base_unit_id: unit }),
    ...(retail_price === undefined
      ? {}
      : {
          price_entity: [...pricesToSave(held, unit, retail_price === null ? '' : textIn(item.native, 'retail_price'))],
        }),
  };
}

/** The base unit of a product that documents use cannot change in Kingdee: only a new product gets one. */
async function unitToSave(context: ConnectorContext, name: string, held: Row | undefined): Promise<string> {
  return textIn(held, 'base_unit_id') || unitId(context, name);
}

/** All price rows with the retail price in the one of the base unit; the other prices go back as they are. */
function pricesToSave(held: Row | undefined, unit: string, retailPrice: string): readonly JsonObject[] {
  const prices = held === undefined ? [] : listIn(held, 'price_entity');
  const base = basePrice(held);
  if (base !== undefined)
    return prices.map((price) => (price === base ? { ...price, price_retail_price: retailPrice } : price));
  return retailPrice === '' ? prices : [...prices, { price_unit_id: unit, price_retail_price: retailPrice }];
}
