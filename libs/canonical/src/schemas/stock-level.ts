import { body, code, derived, flag } from './schema.js';
import { instant, quantity, ref } from './values.js';

/** Stock level of one product at one location (and lot). */
export const stockLevelSchema = body(
  'stockLevel',
  1,
  'Stock level',
  '库存',
  {
    skuId: ref('product', 'Product', '商品'),
    locationId: ref('location', 'Location', '仓库门店'),
    lot: code('Lot', '批次'),
    onHand: quantity('On hand', '现存量'),
    reserved: derived(quantity('Reserved', '预留量')),
    unavailable: quantity('Unavailable', '不可用量'),
    incoming: quantity('Incoming', '在途量'),
    safetyStock: quantity('Safety stock', '安全库存'),
    available: derived(quantity('Available', '可用量')),
    asOf: instant('As of', '截至时间'),
    connectionId: code('Source connection', '来源连接'),
    stale: flag('Stale', '已过时'),
  },
  ['skuId', 'locationId', 'onHand', 'reserved', 'asOf'],
);
