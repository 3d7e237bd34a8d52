import { code, count, derived, flag, list, longText, object, text } from './schema.js';
import { date, externalRef, money, optionList, quantity, rate, ref } from './values.js';

const itemSnapshot = object(
  'Item as sold',
  '商品快照',
  {
    skuCode: code('SKU', 'SKU 编码'),
    name: text('Name', '名称'),
    spec: text('Specification', '规格型号'),
    barcode: code('Barcode', '条码', { maxLength: 80 }),
  },
  ['name'],
);

/** Lines of an order. */
export const orderLines = {
  ...list(
    'Lines',
    '明细',
    object(
      'Line',
      '明细行',
      {
        lineId: code('Line id', '行标识'),
        lineNo: count('Line number', '行号', 1),
        skuId: ref('product', 'Product', '商品'),
        itemSnapshot,
        quantity: quantity('Quantity', '数量'),
        unitPrice: money('Unit price', '单价'),
        listPrice: money('List price', '标价'),
        discountRate: rate('Discount rate', '折扣率'),
        discountAmount: derived(money('Discount (net)', '折扣额')),
        taxRate: rate('Tax rate', '税率'),
        taxAmount: derived(money('Tax', '税额')),
        netAmount: derived(money('Net amount', '不含税金额')),
        grossAmount: derived(money('Gross amount', '价税合计')),
        isGift: flag('Gift', '赠品'),
        locationId: ref('location', 'Location', '仓库门店'),
        lot: code('Lot', '批次'),
        serials: list('Serial numbers', '序列号', { type: 'string', minLength: 1, maxLength: 200 }),
        madeOn: date('Made on', '生产日期'),
        expiresOn: date('Expires on', '有效期至'),
        deliveryDate: date('Delivery date', '交货日期'),
        fulfilledQty: quantity('Fulfilled', '已出库数量'),
        returnedQty: quantity('Returned', '已退数量'),
        cancelledQty: quantity('Cancelled', '已取消数量'),
        sourceLineRef: externalRef('Line in the source', '来源行'),
        options: optionList('Options', '属性'),
        note: longText('Note', '备注', 2000),
      },
      ['lineId', 'lineNo', 'itemSnapshot', 'quantity', 'unitPrice', 'taxRate', 'taxAmount', 'netAmount', 'grossAmount'],
    ),
    ['lineId'],
  ),
  minItems: 1,
};
