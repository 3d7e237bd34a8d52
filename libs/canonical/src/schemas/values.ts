import { code, flag, list, object, oneOf, personal, text, type JsonSchema } from './schema.js';

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';

/** Decimal text of money and quantities. */
export const decimalPattern = '^-?(0|[1-9]\\d{0,14})(\\.\\d{1,6})?$';
/** Decimal text of a fraction. */
export const ratePattern = '^(0|[1-9]\\d{0,3})(\\.\\d{1,8})?$';
/** Three capitals: ISO 4217. */
export const currencyPattern = '^[A-Z]{3}$';
/** Two capitals: ISO 3166-1. */
export const countryPattern = '^[A-Z]{2}$';
/** Code of a unit or package. */
export const unitPattern = '^[A-Z0-9]{2,3}$';
/** RFC 3339 in UTC with milliseconds. */
export const instantPattern = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$';

/** ISO 4217 code. */
export function currency(en: string, zh: string): JsonSchema {
  return { type: 'string', pattern: currencyPattern, 'x-title': { en, zh } };
}

/** UN/ECE Recommendation 20 code, packages as `X` + Recommendation 21 code. */
export function unit(en: string, zh: string): JsonSchema {
  return { type: 'string', pattern: unitPattern, 'x-title': { en, zh } };
}

/** `{ amount, currency }`. */
export function money(en: string, zh: string): JsonSchema {
  const fields = {
    amount: { type: 'string', pattern: decimalPattern },
    currency: { type: 'string', pattern: currencyPattern },
  };
  return { ...object(en, zh, fields, ['amount', 'currency']), 'x-type': 'money' };
}

/** `{ value, unit, unitName? }`. */
export function quantity(en: string, zh: string): JsonSchema {
  const fields = {
    value: { type: 'string', pattern: decimalPattern },
    unit: { type: 'string', pattern: unitPattern },
    unitName: { type: 'string', minLength: 1, maxLength: 50 },
  };
  return { ...object(en, zh, fields, ['value', 'unit']), 'x-type': 'quantity' };
}

/** Decimal text without a unit. */
export function decimal(en: string, zh: string, pattern = decimalPattern): JsonSchema {
  return { type: 'string', pattern, 'x-title': { en, zh }, 'x-type': 'decimal' };
}

/** Fraction as decimal text: 13 % is `0.13`. */
export function rate(en: string, zh: string): JsonSchema {
  return { type: 'string', pattern: ratePattern, 'x-title': { en, zh }, 'x-type': 'rate' };
}

/** RFC 3339 in UTC with milliseconds. */
export function instant(en: string, zh: string): JsonSchema {
  return { type: 'string', format: 'date-time', pattern: instantPattern, 'x-title': { en, zh }, 'x-type': 'instant' };
}

/** Calendar day. */
export function date(en: string, zh: string): JsonSchema {
  return { type: 'string', format: 'date', 'x-title': { en, zh }, 'x-type': 'date' };
}

/** Reference to a record (`{ id }`), or before it is resolved to a row of the same connection (`{ native: { stream, id } }`). */
export function ref(entity: string, en: string, zh: string): JsonSchema {
  const native = {
    type: 'object',
    properties: {
      stream: { type: 'string', minLength: 1, maxLength: 200 },
      id: { type: 'string', minLength: 1, maxLength: 500 },
    },
    required: ['stream', 'id'],
    additionalProperties: false,
  };
  return {
    type: 'object',
    properties: { id: { type: 'string', pattern: UUID }, native },
    minProperties: 1,
    maxProperties: 1,
    additionalProperties: false,
    'x-title': { en, zh },
    'x-ref': entity,
  };
}

/** A thing of a source system that the hub keeps no record of: an employee, a department, a till. */
export function externalRef(en: string, zh: string): JsonSchema {
  const fields = {
    system: code('System', '系统'),
    externalId: code('Id there', '外部编号'),
    name: text('Name', '名称'),
  };
  return object(en, zh, fields);
}

/** The fields that make up a postal address. */
export const addressFields = {
  country: { type: 'string', pattern: countryPattern, 'x-title': { en: 'Country', zh: '国家或地区' } },
  region: text('State or province', '省'),
  city: text('City', '市'),
  district: text('District', '区县'),
  divisionCode: { type: 'string', pattern: '^\\d{6}$', 'x-title': { en: 'Division code', zh: '行政区划代码' } },
  lines: personal(list('Street lines', '详细地址', { type: 'string', minLength: 1, maxLength: 500 })),
  postalCode: code('Postal code', '邮政编码', { maxLength: 20 }),
} as const satisfies { readonly [name: string]: JsonSchema };

/** A postal address. */
export function address(en: string, zh: string): JsonSchema {
  return object(en, zh, addressFields);
}

/** Name and value, for example a variant's colour. */
export function optionList(en: string, zh: string): JsonSchema {
  return list(
    en,
    zh,
    object('Option', '选项', { name: text('Name', '名称'), value: text('Value', '值') }, ['name', 'value']),
    ['name'],
  );
}

/** Campaign and channel that something came from. */
export function attribution(firstTouch: boolean): JsonSchema {
  const fields = {
    channel: text('Channel', '渠道'),
    campaign: text('Campaign', '活动'),
    state: text('State parameter', '渠道参数'),
  };
  return object(
    'Attribution',
    '来源归因',
    firstTouch ? { ...fields, firstTouchAt: instant('First touch', '首次接触时间') } : fields,
  );
}

/** Labels of a record. */
export function tags(): JsonSchema {
  const fields = {
    group: text('Group', '标签组'),
    name: text('Name', '名称'),
    externalId: code('Id there', '外部编号'),
    scope: oneOf('Scope', '范围', ['corp', 'staff', 'system']),
    connectionId: code('Connection', '连接'),
  };
  return list('Tags', '标签', object('Tag', '标签', fields, ['name']), ['connectionId', 'externalId', 'group', 'name']);
}

/** The main mark of a list: at most one item has it. */
export const primary: JsonSchema = flag('Primary', '首选');
