import { each, rowSchema, text } from './parts.js';

/** Native schema of a stock level: inventory rows summed for one product and warehouse. */
export const stockLevelsSchema = rowSchema('Kingdee stock level', ['id', 'material_id', 'stock_id', 'qty'], {
  ...each(['id', 'material_id', 'stock_id', 'qty', 'valid_qty', 'occupied_qty'], { type: 'string' }),
  ...each(['material_number', 'material_name', 'stock_number', 'stock_name', 'base_unit_name'], text),
});
