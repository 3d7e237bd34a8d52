import { code, derived, list, object, oneOf, personal, text } from './schema.js';
import { address, externalRef, instant, money, quantity, rate, ref } from './values.js';

const lineQuantities = list(
  'Lines',
  '明细',
  object('Line', '明细行', { lineId: code('Line id', '行标识'), quantity: quantity('Quantity', '数量') }, [
    'lineId',
    'quantity',
  ]),
  ['lineId'],
);

/** Where the order was placed. */
export const channel = object(
  'Channel',
  '渠道',
  {
    kind: oneOf('Kind', '类型', ['pos', 'wecom', 'wechatMp', 'douyin', 'ecommerce', 'sales', 'phone', 'import']),
    code: code('Code', '编码'),
    storeRef: externalRef('Store', '门店'),
    sourceApp: text('Source application', '来源应用'),
  },
  ['kind', 'code'],
);

/** Name and phone of the customer at the time of the order. */
export const customerSnapshot = object('Customer as ordered', '客户快照', {
  name: personal(text('Name', '名称')),
  phone: personal(code('Phone', '电话', { maxLength: 50 })),
});

/** A recipient with address. */
export const party = (en: string, zh: string): ReturnType<typeof object> =>
  object(en, zh, {
    recipient: personal(text('Recipient', '收件人')),
    phone: personal(code('Phone', '电话', { maxLength: 50 })),
    address: address('Address', '地址'),
  });

/** Discounts and how they fall on lines. */
export const discounts = list(
  'Discounts',
  '优惠',
  object(
    'Discount',
    '优惠',
    {
      id: code('Id', '标识'),
      scope: oneOf('Scope', '范围', ['order', 'line']),
      kind: oneOf('Kind', '类型', ['percent', 'fixed', 'coupon', 'points', 'promotion', 'manual']),
      rate: rate('Rate', '折扣率'),
      amount: money('Amount', '金额'),
      code: code('Code', '券码'),
      allocations: list(
        'Shares of lines',
        '分摊',
        object('Share', '分摊', { lineId: code('Line id', '行标识'), amount: money('Amount', '金额') }, [
          'lineId',
          'amount',
        ]),
        ['lineId'],
      ),
    },
    ['id', 'scope', 'kind', 'amount'],
  ),
  ['id'],
);

/** Charges beside the goods. */
export const charges = list(
  'Charges',
  '费用',
  object(
    'Charge',
    '费用',
    {
      id: code('Id', '标识'),
      kind: oneOf('Kind', '类型', ['shipping', 'service', 'packaging', 'handling', 'tip']),
      netAmount: money('Net amount', '不含税金额'),
      taxRate: rate('Tax rate', '税率'),
      taxAmount: derived(money('Tax', '税额')),
    },
    ['id', 'kind', 'netAmount', 'taxRate', 'taxAmount'],
  ),
  ['id'],
);

/** One row for each rate. */
export const taxes = derived(
  list(
    'Taxes',
    '税额',
    object(
      'Tax',
      '税',
      {
        categoryCode: code('Category', '税种', { maxLength: 50 }),
        rate: rate('Rate', '税率'),
        taxableAmount: money('Taxable amount', '计税金额'),
        taxAmount: money('Tax', '税额'),
      },
      ['rate', 'taxableAmount', 'taxAmount'],
    ),
    ['rate'],
  ),
);

const totalFields = {
  itemsGross: derived(money('Goods before discounts (net)', '商品原价合计')),
  discount: derived(money('Discounts (net)', '优惠合计')),
  charges: derived(money('Charges', '费用合计')),
  net: derived(money('Net', '不含税合计')),
  tax: derived(money('Tax', '税额合计')),
  rounding: derived(money('Rounding', '尾差')),
  grand: derived(money('Grand total', '应付总额')),
  paid: derived(money('Paid', '已付')),
  refunded: derived(money('Refunded', '已退款')),
  due: derived(money('Due', '未付')),
};

/** Sums of the order. */
export const totals = object('Totals', '合计', totalFields, Object.keys(totalFields));

/** Payments. */
export const payments = list(
  'Payments',
  '付款',
  object(
    'Payment',
    '付款',
    {
      id: code('Id', '标识'),
      method: oneOf('Method', '方式', [
        'cash',
        'card',
        'wechatPay',
        'alipay',
        'unionPay',
        'bankTransfer',
        'storedValue',
        'points',
        'voucher',
        'onAccount',
        'other',
      ]),
      amount: money('Amount', '金额'),
      status: oneOf('Status', '状态', ['pending', 'authorized', 'captured', 'failed', 'voided']),
      paidAt: instant('Paid', '付款时间'),
      externalTxnId: code('Transaction', '交易号'),
      fee: money('Fee', '手续费'),
    },
    ['id', 'method', 'amount', 'status'],
  ),
  ['id'],
);

/** Shipments, pick-ups, hand-overs. */
export const fulfillments = list(
  'Fulfilments',
  '履约',
  object(
    'Fulfilment',
    '履约',
    {
      id: code('Id', '标识'),
      kind: oneOf('Kind', '类型', ['ship', 'pickup', 'delivery', 'inStore']),
      status: oneOf('Status', '状态', [
        'proposed',
        'reserved',
        'prepared',
        'shipped',
        'delivered',
        'cancelled',
        'failed',
      ]),
      locationId: ref('location', 'Location', '仓库门店'),
      carrier: text('Carrier', '承运商'),
      trackingNumber: code('Tracking number', '运单号'),
      lines: lineQuantities,
      shippedAt: instant('Shipped', '发货时间'),
      deliveredAt: instant('Delivered', '签收时间'),
    },
    ['id', 'kind', 'status'],
  ),
  ['id'],
);

/** Goods that came back, or money that was given back. */
export const givenBack = (en: string, zh: string): ReturnType<typeof list> =>
  list(
    en,
    zh,
    object(
      en,
      zh,
      {
        id: code('Id', '标识'),
        lines: lineQuantities,
        amount: money('Amount', '金额'),
        reason: text('Reason', '原因'),
        at: instant('When', '时间'),
        method: code('Method', '方式'),
      },
      ['id'],
    ),
    ['id'],
  );

/** Reasons for which an order waits; a mark, not a state. */
export const holds = list(
  'Holds',
  '挂起',
  object(
    'Hold',
    '挂起',
    {
      kind: oneOf('Kind', '类型', ['payment', 'fraud', 'stock', 'address', 'manual']),
      since: instant('Since', '开始时间'),
      note: text('Note', '备注'),
    },
    ['kind'],
  ),
  ['kind'],
);
