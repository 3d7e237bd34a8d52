import type { JsonObject } from '@isthmus/json';
import { loadMapping } from '@isthmus/mapping';
import { rowWithoutPersonal, tellsOf } from './forget-personal.js';
import type { RowReader } from './forget-personal.js';

const environment = { timeZone: 'Asia/Shanghai', currency: 'CNY', country: 'CN', lookups: {} };

const text = `mapping: 1
stream: orders
entity: order
title: { en: Orders, zh: 订单 }
rules:
  - { canonical: orderNumber, native: number }
  - { canonical: note, native: remark }
  - { canonical: customerSnapshot.name, native: buyer.name }
  - { canonical: customerSnapshot.phone, native: buyer.phone, transform: { phone: { country: CN, write: national } } }
  - { canonical: shipTo.recipient, native: receiver }
  - canonical: lines
    native: lines
    list: { key: { canonical: lineId, native: id } }
    rules:
      - { canonical: itemSnapshot.name, native: title }
`;

const { compiled, findings } = loadMapping({ file: 'orders.yaml', id: 'shop/orders', text });
const stream = {
  key: (row: JsonObject) => JSON.stringify(row['id']),
  version: (row: JsonObject) => JSON.stringify(row['rev']),
};
const reader = { entity: 'order', mapping: compiled, stream } as unknown as RowReader;

const row: JsonObject = {
  id: 7,
  rev: 3,
  number: 'SO-7',
  remark: 'gift',
  buyer: { name: '王小明', phone: '13800138000', mail: 'wang@example.com' },
  receiver: '李雷',
  receiverCopy: '李 雷',
  internationalPhone: 8613800138000,
  flags: { paid: true, tags: ['vip'] },
  lines: [
    { id: '1', title: 'Tea', engraving: '王小明' },
    { id: '2', title: 'Cup', engraving: null },
  ],
};

describe('a native row of a document of an erased person', () => {
  it('keeps what the hub reads of it and loses all that says who the person is', () => {
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(rowWithoutPersonal(reader, environment, row)).toEqual({
      id: 7,
      rev: 3,
      number: 'SO-7',
      remark: 'gift',
      buyer: {},
      flags: { paid: true, tags: [] },
      lines: [
        { id: '1', title: 'Tea' },
        { id: '2', title: 'Cup' },
      ],
    });
  });

  it('says the same again: once forgotten, nothing more goes', () => {
    const once = rowWithoutPersonal(reader, environment, row) as JsonObject;
    expect(rowWithoutPersonal(reader, environment, once)).toEqual(once);
  });

  it('is not let through when the mapping refuses it, for then nobody can tell', () => {
    expect(rowWithoutPersonal(reader, environment, { ...row, lines: 'broken' })).toBeUndefined();
  });
});

describe('a text that may name somebody', () => {
  it.each([
    ['wang@example.com', true],
    ['WANG@EXAMPLE.COM ', true],
    ['customer 138-0013-8000', true],
    ['C-1042', false],
  ])('%s: %s', (native, tells) => {
    expect(tellsOf(native, ['wang@example.com', '13800138000', '王小明'], 5)).toBe(tells);
  });
});
