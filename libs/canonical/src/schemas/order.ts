import { body, code, flag, list, longText, object, oneOf, text, type JsonSchema } from './schema.js';
import { attribution, currency, date, decimal, externalRef, instant, ref, tags } from './values.js';
import { orderLines } from './order-lines.js';
import {
  channel,
  charges,
  customerSnapshot,
  discounts,
  fulfillments,
  givenBack,
  holds,
  party,
  payments,
  taxes,
  totals,
} from './order-parts.js';
import { fulfillmentStatuses, invoiceStatuses, orderStatuses, paymentStatuses } from './order-statuses.js';

const soldAtTill = { type: 'object', properties: { kind: { const: 'pos' } }, required: ['kind'] };

// Walk-in customers of a till stay unknown; every other order names its customer.
const customerUnlessWalkIn = {
  if: { type: 'object', properties: { channel: soldAtTill }, required: ['channel'] },
  else: { anyOf: [{ required: ['customerId'] }, { required: ['customerSnapshot'] }] },
};

const refs = (entity: string, en: string, zh: string): JsonSchema => list(en, zh, ref(entity, en, zh));

/** Sales order, sale, return or exchange. */
export const orderSchema = {
  ...body(
    'order',
    1,
    'Order',
    '订单',
    {
      orderNumber: code('Order number', '订单号'),
      externalNumber: code('Number in the channel', '外部单号'),
      orderType: oneOf('Type', '类型', ['sale', 'return', 'exchange', 'preorder']),
      channel,
      orderDate: date('Order date', '单据日期'),
      placedAt: instant('Placed', '下单时间'),
      customerId: ref('customer', 'Customer', '客户'),
      customerSnapshot,
      billTo: party('Bill to', '账单信息'),
      shipTo: party('Ship to', '收货信息'),
      salesRef: externalRef('Sales person', '业务员'),
      departmentRef: externalRef('Department', '部门'),
      locationId: ref('location', 'Fulfilment location', '发货仓库门店'),
      currency: currency('Currency', '币种'),
      exchangeRate: decimal('Exchange rate', '汇率', '^(?=.*[1-9])(0|[1-9]\\d{0,9})(\\.\\d{1,10})?$'),
      priceIncludesTax: flag('Unit prices include tax', '单价含税'),
      lines: orderLines,
      discounts,
      charges,
      taxes,
      totals,
      payments,
      fulfillments,
      returns: givenBack('Returns', '退货'),
      refunds: givenBack('Refunds', '退款'),
      promisedDeliveryDate: date('Promised delivery', '承诺交期'),
      status: oneOf('Status', '状态', orderStatuses),
      paymentStatus: oneOf('Payment status', '付款状态', paymentStatuses),
      fulfillmentStatus: oneOf('Fulfilment status', '履约状态', fulfillmentStatuses),
      invoiceStatus: oneOf('Invoice status', '开票状态', invoiceStatuses),
      holds,
      cancel: object('Cancellation', '取消', {
        at: instant('When', '时间'),
        reasonCode: code('Reason code', '原因编码'),
        note: text('Note', '备注', { maxLength: 2000 }),
      }),
      reservationIds: refs('reservation', 'Reservations', '预留'),
      invoiceIds: refs('invoice', 'Invoices', '发票'),
      voucherIds: refs('voucher', 'Vouchers', '凭证'),
      note: longText('Note', '备注', 2000),
      tags: tags(),
      attribution: attribution(false),
    },
    [
      'orderNumber',
      'orderType',
      'channel',
      'orderDate',
      'currency',
      'priceIncludesTax',
      'lines',
      'taxes',
      'totals',
      'status',
      'paymentStatus',
      'fulfillmentStatus',
      'invoiceStatus',
    ],
  ),
  allOf: [customerUnlessWalkIn],
};
