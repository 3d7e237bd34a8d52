import type { Json } from '@isthmus/json';
import type { Wording } from '../contract.js';
import { optionsSchema, wrongType, type NativeType, type Transform } from './transform.js';
import { unmappedValue } from './unmapped.js';

type Codes = Json | readonly Json[];

interface Options {
  readonly yes?: Codes;
  readonly no?: Codes;
}

const codesSchema = {
  description: 'A code, or several of which the first is written',
  anyOf: [
    { type: ['string', 'number', 'boolean'] },
    { type: 'array', minItems: 1, maxItems: 20, items: { type: ['string', 'number', 'boolean'] } },
  ],
};

/** Yes or no, by the native side's codes. Another code parks the record: no code is taken for "no" by default. */
export const boolean: Transform<Options> = {
  name: 'boolean',
  summary: { en: 'Yes or no, by codes such as 1/0, 是/否', zh: '是否，可用代码 1/0、是/否 等' },
  options: optionsSchema({ yes: codesSchema, no: codesSchema }),
  native: ['boolean', 'text', 'number'],
  canonical: 'boolean',
  writes: (options): NativeType => typeName(options.yes === undefined ? true : first(options.yes)),
  loses,
  toCanonical: (value, options) => {
    if (typeof value === 'object' || value === null) return wrongType('yes or no', '是或否');
    if (holds(options.yes ?? true, value)) return true;
    if (holds(options.no ?? false, value)) return false;
    if (options.yes === undefined && options.no === undefined) return wrongType('true or false', 'true 或 false');
    return unmappedValue('boolean', String(value));
  },
  fromCanonical: (value, options) => {
    if (typeof value !== 'boolean') return wrongType('true or false', 'true 或 false');
    return value ? first(options.yes ?? true) : first(options.no ?? false);
  },
  cases: [
    { native: true, canonical: true },
    { native: '1', options: { yes: '1', no: '0' }, canonical: true },
    { native: '否', options: { yes: ['是', 'Y'], no: ['否', 'N'] }, canonical: false },
    { native: 'Y', options: { yes: ['是', 'Y'], no: ['否', 'N'] }, canonical: true, back: '是' },
  ],
};

function loses({ yes, no }: Options): Wording | undefined {
  const many = [yes, no].some((codes) => Array.isArray(codes) && codes.length > 1);
  return many
    ? { en: 'which of several codes stood there: the first is written', zh: '原为多个代码中的哪一个：写出首个' }
    : undefined;
}

function holds(codes: Codes, value: string | number | boolean): boolean {
  return Array.isArray(codes) ? codes.includes(value) : codes === value;
}

function first(codes: Codes): Json {
  return Array.isArray(codes) ? (codes[0] as Json) : (codes as Json);
}

function typeName(value: Json): NativeType {
  if (typeof value === 'string') return 'text';
  return typeof value === 'number' ? 'number' : 'boolean';
}
