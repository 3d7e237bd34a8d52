import { customField, decimal, each, flag, rowSchema, text } from './parts.js';

const line = {
  type: 'object',
  required: ['lineId'],
  properties: {
    id: text,
    lineId: { type: 'string' },
    position: { type: 'integer', minimum: 1 },
    ...each(
      [
        'material_id',
        'material_number',
        'material_name',
        'material_model',
        'barcode',
        'unit_id',
        'unit_name',
        'stock_id',
        'stock_number',
        'comment',
        'delivery_date',
        'entry_status',
      ],
      text,
    ),
    ...each(
      [
        'seq',
        'qty',
        'price',
        'tax_price',
        'act_tax_price',
        'cess',
        'tax_amount',
        'dis_amount',
        'dis_rate',
        'amount',
        'all_amount',
      ],
      decimal,
    ),
    is_free: flag,
    custom_entity_field: customField,
  },
} as const;

/** Native schema of a sales order: the detail, with `lineId` and `position` of lines made by the connector. */
export const salesOrdersSchema = rowSchema('Kingdee sales order', ['id', 'bill_no'], {
  id: { type: 'string' },
  ...each(
    [
      'bill_no',
      'bill_date',
      'bill_status',
      'customer_id',
      'customer_number',
      'customer_name',
      'remark',
      'contact_linkman',
      'contact_phone',
      'contact_address',
    ],
    text,
  ),
  ...each(
    [
      'create_time',
      'modify_time',
      'audit_time',
      'io_status',
      'real_io_status',
      'settle_status',
      'bill_close_state',
      'delivery_date',
      'emp_id',
      'dept_id',
    ],
    text,
  ),
  ...each(['total_amount', 'bill_dis_amount', 'bill_dis_rate'], decimal),
  material_entity: { type: 'array', items: line },
  custom_field: customField,
});
