import { customField, decimal, each, flag, rowSchema, text } from './parts.js';

const contact = {
  type: 'object',
  properties: {
    ...each(
      ['id', 'contact_person', 'mobile', 'phone', 'email', 'qq', 'wechat', 'contact_address', 'birthday', 'gender'],
      text,
    ),
    is_default_linkman: flag,
  },
} as const;

/** Native schema of a customer: the detail, with `kind` and `main_contact` made by the connector. */
export const customersSchema = rowSchema('Kingdee customer', ['id', 'number', 'name'], {
  id: { type: 'string' },
  kind: { enum: ['person', 'organization'] },
  ...each(
    [
      'number',
      'name',
      'group_id',
      'group_number',
      'group_name',
      'c_level_id',
      'c_level_name',
      'saler_id',
      'saler_name',
      'rate',
      'remark',
      'addr',
    ],
    text,
  ),
  ...each(
    [
      'country_id',
      'country_name',
      'province_id',
      'province_name',
      'city_id',
      'city_name',
      'district_id',
      'district_name',
    ],
    text,
  ),
  ...each(
    [
      'invoice_name',
      'taxpayer_no',
      'bank',
      'bank_account',
      'account_open_addr',
      'create_time',
      'modify_time',
      'setting_term_number',
    ],
    text,
  ),
  invoice_type: { type: ['string', 'integer', 'null'] },
  enable: flag,
  credit_limit: decimal,
  main_contact: contact,
  contact_persons: { type: 'array', items: contact },
  custom_field: customField,
});
