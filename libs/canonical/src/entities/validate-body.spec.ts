import { schemasByTypeName } from '../schemas/schemas.js';
import { deriveOrder } from './derive-order.js';
import { entityDefinition, entityNames } from './entities.js';
import type { Body } from './entity-definition.js';
import { newAjv } from './new-ajv.js';
import { fieldsOf } from './schema-fields.js';
import { line, order } from './sample-orders.spec-data.js';
import { validateBody } from './validate-body.js';

const person: Body = { kind: 'person', displayName: '王芳', person: { fullName: '王芳' } };

describe('validateBody', () => {
  it('accepts references in both forms and vendor fields in extensions', () => {
    const native = { native: { stream: 'contacts', id: '501' } };
    const body = deriveOrder(
      order([line(1, { skuId: native })], { customerId: native, extensions: { kingdee: { ioStatus: 'C' } } }),
    );
    expect(validateBody('order', body)).toEqual([]);
  });

  it.each([
    [{ ...person, colour: 'red' }, 'schema.additionalProperties', '/colour'],
    [{ kind: 'person', person: {} }, 'schema.required', '/displayName'],
    [{ kind: 'organization', displayName: 'X' }, 'schema.required', '/organization'],
    [{ ...person, displayName: null }, 'schema.type', '/displayName'],
    [{ ...person, note: '' }, 'schema.minLength', '/note'],
    [{ ...person, lifecycleStage: 'fan' }, 'schema.enum', '/lifecycleStage'],
    [{ ...person, credit: { limit: { amount: 10, currency: 'CNY' } } }, 'schema.type', '/credit/limit/amount'],
    [{ ...person, credit: { limit: { amount: '1e3', currency: 'CNY' } } }, 'schema.pattern', '/credit/limit/amount'],
    [{ ...person, parentId: { id: '501' } }, 'schema.pattern', '/parentId/id'],
    [{ ...person, parentId: {} }, 'schema.minProperties', '/parentId'],
    [
      { ...person, attribution: { firstTouchAt: '2026-02-31T00:00:00.000Z' } },
      'schema.format',
      '/attribution/firstTouchAt',
    ],
    [
      { ...person, attribution: { firstTouchAt: '2026-02-01T00:00:00Z' } },
      'schema.pattern',
      '/attribution/firstTouchAt',
    ],
  ])('refuses a customer like %j', (body, code, path) => {
    expect(validateBody('customer', body as Body)).toContainEqual(
      expect.objectContaining({ severity: 'error', code, path }),
    );
  });

  it('names the field in both languages', () => {
    expect(validateBody('customer', { kind: 'person', person: {} })[0]?.message).toEqual({
      en: 'Display name is required.',
      zh: '名称必填。',
    });
  });

  it('asks for a customer unless the order comes from a till', () => {
    const { customerId: _, ...anonymous } = deriveOrder(order([line(1)]));
    expect(validateBody('order', anonymous).map(({ code }) => code)).toEqual(['schema.any-of']);
    expect(validateBody('order', { ...anonymous, channel: { kind: 'pos', code: 'T1' } })).toEqual([]);
  });

  it('lets a partial body leave out fields, but not misspell them', () => {
    expect(validateBody('customer', { displayName: '王芳' }, { partial: true })).toEqual([]);
    expect(validateBody('customer', { displayname: '王芳' }, { partial: true })).toHaveLength(1);
  });

  it('reports at most 50 findings', () => {
    const body = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`field${index}`, 1]));
    expect(validateBody('customer', body)).toHaveLength(50);
  });
});

describe('every schema', () => {
  it.each(entityNames)('%s compiles by itself, has titles on every field, and refuses unknown ones', (name) => {
    const { schema } = entityDefinition(name);
    expect(() => newAjv().compile(schema)).not.toThrow();
    const fields = fieldsOf(schema).filter(({ pointer }) => !pointer.endsWith('/*'));
    expect(fields.filter(({ schema: field }) => !field['x-title']).map(({ pointer }) => pointer)).toEqual([]);
    const open = fields.filter(({ schema: field }) => field.properties && field['additionalProperties'] !== false);
    expect(open.map(({ pointer }) => pointer)).toEqual([]);
  });

  it('is listed for the generated types', () => {
    expect(Object.values(schemasByTypeName)).toEqual(entityNames.map((name) => entityDefinition(name).schema));
  });

  it.each(entityNames)('%s keys its lists by fields that the items have', (name) => {
    const { schema, listKeys } = entityDefinition(name);
    const pointers = new Set(fieldsOf(schema).map(({ pointer }) => pointer));
    expect(
      listKeys
        .flatMap(({ pointer, key }) => key.map((field) => `${pointer}/*/${field}`))
        .filter((path) => !pointers.has(path)),
    ).toEqual([]);
  });
});
