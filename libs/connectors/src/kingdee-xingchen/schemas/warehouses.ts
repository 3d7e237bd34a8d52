import { each, flag, rowSchema, text } from './parts.js';

/** Native schema of a warehouse. */
export const warehousesSchema = rowSchema('Kingdee warehouse', ['id', 'number', 'name'], {
  id: { type: 'string' },
  ...each(['number', 'name', 'group_id', 'group_name', 'create_time', 'modify_time'], text),
  enable: flag,
});
