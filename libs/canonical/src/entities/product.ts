import { warning, type Finding } from '../finding.js';
import { productSchema } from '../schemas/product.js';
import { gtin14, isGtin, isInStoreGtin } from '../values/gtin.js';
import { comparableCode } from '../values/text.js';
import { defineEntity, type Body, type MatchKey } from './entity-definition.js';
import { itemsAt, textAt } from './read-body.js';

const GTIN_LENGTHS: ReadonlySet<number> = new Set([8, 12, 13, 14]);

/** Product: one sellable article (SKU). */
export const product = defineEntity({ name: 'product', schema: productSchema, check, matchKeys });

function check(body: Body): Finding[] {
  return itemsAt(body, 'barcodes').flatMap((barcode, index) => {
    const value = textAt(barcode, 'value') ?? '';
    if (!/^\d+$/.test(value) || !GTIN_LENGTHS.has(value.length) || isGtin(value)) return [];
    return [
      warning('product.gtin-check', `/barcodes/${index}/value`, {
        en: 'The check digit of the barcode does not fit.',
        zh: '条码校验位不符。',
      }),
    ];
  });
}

function matchKeys(body: Body): MatchKey[] {
  const skuCode = textAt(body, 'skuCode');
  const barcodes = itemsAt(body, 'barcodes').flatMap((barcode): MatchKey[] => {
    const value = textAt(barcode, 'value') ?? '';
    const gtin = gtin14(value);
    if (!gtin || isInStoreGtin(value)) return [];
    // The barcode of a carton says which article is inside, but another system may sell that carton as an article of its own.
    const ofBaseUnit = (textAt(barcode, 'unit') ?? body['baseUnit']) === body['baseUnit'];
    return [{ kind: 'barcode', value: gtin, strength: ofBaseUnit ? 'strong' : 'medium', scope: 'hub' }];
  });
  return [
    ...(skuCode
      ? [{ kind: 'skuCode', value: comparableCode(skuCode), strength: 'strong', scope: 'hub' } as const]
      : []),
    ...barcodes,
  ];
}
