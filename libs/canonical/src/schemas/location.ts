import { body, code, count, flag, oneOf, text } from './schema.js';
import { address, ref } from './values.js';

/** Location: where stock lies or is sold. */
export const locationSchema = body(
  'location',
  1,
  'Location',
  '仓库门店',
  {
    code: code('Code', '编码'),
    name: text('Name', '名称'),
    kind: oneOf('Kind', '类型', ['warehouse', 'store', 'bin', 'transit', 'virtual', 'supplier', 'customer']),
    gln: { type: 'string', pattern: '^\\d{13}$', 'x-title': { en: 'Global location number', zh: '全球位置码' } },
    parentId: ref('location', 'Parent', '上级'),
    sellable: flag('Sells from here', '可售'),
    priority: count('Priority', '优先级'),
    address: address('Address', '地址'),
  },
  ['code', 'name', 'kind'],
);
