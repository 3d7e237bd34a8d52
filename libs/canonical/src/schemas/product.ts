import { body, code, count, flag, list, longText, object, oneOf, text } from './schema.js';
import { date, decimal, money, optionList, quantity, rate, unit } from './values.js';

const barcodes = list(
  'Barcodes',
  '条码',
  object(
    'Barcode',
    '条码',
    {
      value: code('Value', '值', { maxLength: 80 }),
      symbology: code('Symbology', '码制', { maxLength: 30 }),
      unit: unit('Unit', '单位'),
    },
    ['value'],
  ),
  ['value'],
);

const unitConversions = list(
  'Unit conversions',
  '单位换算',
  object(
    'Conversion',
    '换算',
    {
      unit: unit('Unit', '单位'),
      factor: decimal('Base units in one', '换算率', '^(?=.*[1-9])(0|[1-9]\\d{0,14})(\\.\\d{1,6})?$'),
      usedFor: list('Used for', '用途', { type: 'string', enum: ['sale', 'purchase', 'store'] }),
      barcode: code('Barcode', '条码', { maxLength: 80 }),
    },
    ['unit', 'factor'],
  ),
  ['unit'],
);

const prices = list(
  'Prices',
  '价格',
  object(
    'Price',
    '价格',
    {
      priceKind: oneOf('Kind', '类型', ['retail', 'wholesale', 'level', 'member', 'purchase', 'minimum']),
      level: code('Level', '等级'),
      amount: money('Amount', '金额'),
      unit: unit('Unit', '单位'),
      priceIncludesTax: flag('Price includes tax', '含税'),
      validFrom: date('Valid from', '生效日期'),
      validTo: date('Valid to', '失效日期'),
    },
    ['priceKind', 'amount'],
  ),
  ['priceKind', 'level', 'unit', 'validFrom'],
);

/** Product: one sellable article (SKU); `productCode` groups the variants of one design. */
export const productSchema = body(
  'product',
  1,
  'Product',
  '商品',
  {
    productCode: code('Product code', '商品编码'),
    skuCode: code('SKU', 'SKU 编码'),
    name: text('Name', '名称'),
    spec: text('Specification', '规格型号'),
    description: longText('Description', '描述', 50_000),
    brand: text('Brand', '品牌'),
    categoryPath: list('Category', '分类', { type: 'string', minLength: 1, maxLength: 200 }),
    media: list('Media', '图片', { type: 'string', minLength: 1, maxLength: 2000 }),
    kind: oneOf('Kind', '类型', ['goods', 'service', 'bundle', 'giftCard']),
    barcodes,
    options: optionList('Options', '属性'),
    baseUnit: unit('Base unit', '基本单位'),
    unitConversions,
    prices,
    cost: money('Cost', '成本'),
    taxRate: rate('Tax rate', '税率'),
    taxCategoryCode: code('Tax category code', '税收分类编码', { maxLength: 19 }),
    tracking: oneOf('Tracking', '批次序列号管理', ['none', 'lot', 'serial']),
    shelfLife: object(
      'Shelf life',
      '保质期',
      {
        value: count('Length', '时长', 1),
        unit: oneOf('Unit', '单位', ['day', 'month', 'year']),
        alertDays: count('Alert (days)', '预警天数'),
      },
      ['value', 'unit'],
    ),
    stockPolicy: object('Stock policy', '库存策略', {
      track: flag('Track stock', '管理库存'),
      min: quantity('Minimum', '最低库存'),
      max: quantity('Maximum', '最高库存'),
      safety: quantity('Safety stock', '安全库存'),
      allowOversell: flag('Allow overselling', '允许超卖'),
    }),
    weight: quantity('Weight', '重量'),
    length: quantity('Length', '长'),
    width: quantity('Width', '宽'),
    height: quantity('Height', '高'),
    volume: quantity('Volume', '体积'),
    salesStatus: oneOf('Sales status', '销售状态', ['draft', 'active', 'discontinued']),
  },
  ['skuCode', 'name', 'kind', 'baseUnit', 'tracking', 'salesStatus'],
);
