import type { CanonicalType } from '../transforms/transform.js';
import type { ValueLook } from './look-of-values.js';
import type { Target } from './targets.js';

const STREAM_OF: { readonly [entity: string]: string } = {
  customer: 'customers',
  product: 'products',
  location: 'locations',
  order: 'orders',
};

/** One rule as YAML. What only a person can know (`…`) keeps the document from being published until it is filled in. */
export function snippetOf(native: string, target: Target, look: ValueLook | undefined): string {
  const parts = [
    `canonical: ${quoted(target.path)}`,
    `native: ${quoted(native)}`,
    ...transformOf(target, look),
    ...(target.extras === undefined ? [] : [`canonicalExtras: ${target.extras}`]),
  ];
  return `- { ${parts.join(', ')} }`;
}

function transformOf({ type, words, entity, meaning, path }: Target, look: ValueLook | undefined): readonly string[] {
  if (entity !== undefined) return [`reference: { entity: ${entity}, stream: ${STREAM_OF[entity] ?? '…'} }`];
  if (words !== undefined) return ['transform: { enum: { table: … } }'];
  if (meaning === 'email' || /email$/i.test(path)) return ['transform: email'];
  if (['mobile', 'phone', 'fax'].includes(meaning ?? '') || /phone$/i.test(path)) return ['transform: phone'];
  if (type === 'list') return path.endsWith('lines') ? ['transform: address-lines'] : [];
  const transform = type === 'instant' || type === 'date' ? timeOf(type, look) : BY_TYPE[type];
  return transform === undefined ? [] : [`transform: ${transform}`];
}

const BY_TYPE: { readonly [type in CanonicalType]?: string } = {
  money: 'money',
  decimal: 'decimal',
  integer: 'integer',
  rate: 'percent-rate',
  quantity: '{ quantity: { unit: C62 } }',
};

function timeOf(type: 'instant' | 'date', look: ValueLook | undefined): string {
  if (look === 'epoch') return `{ ${type}: { format: epoch-ms } }`;
  return type === 'instant' && (look === 'date' || look === 'moment') ? '{ instant: { format: local } }' : type;
}

/** Plain where YAML takes it as it is. */
function quoted(path: string): string {
  return /^[\p{L}\p{N}_.-]+$/u.test(path) ? path : `'${path.replaceAll("'", "''")}'`;
}
