import { customField, decimal, each, flag, rowSchema, text } from './parts.js';

/** Native schema of a product: the detail, with `retail_price` made by the connector. */
export const materialsSchema = rowSchema('Kingdee product', ['id', 'number', 'name'], {
  id: { type: 'string' },
  ...each(
    [
      'number',
      'name',
      'model',
      'barcode',
      'base_unit_id',
      'base_unit_name',
      'base_unit_number',
      'parent_id',
      'parent_number',
      'brand_id',
      'remark',
      'help_code',
      'create_time',
      'modify_time',
    ],
    text,
  ),
  retail_price: decimal,
  tax_rate: decimal,
  ...each(['min_inventory_qty', 'max_inventory_qty', 'sec_inventory_qty'], decimal),
  ...each(['enable', 'is_batch', 'is_serial', 'is_kf_period', 'is_asst_attr', 'is_multi_unit'], flag),
  price_entity: {
    type: 'array',
    items: {
      type: 'object',
      properties: {
        ...each(['id', 'price_unit_id', 'price_unit_name', 'price_aux_id'], text),
        price_retail_price: decimal,
      },
    },
  },
  custom_field: customField,
});
