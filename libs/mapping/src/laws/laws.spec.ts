import fc from 'fast-check';
import { equalJson, type Json, type JsonObject } from '@isthmus/json';
import type { CompiledMapping, MapEnvironment } from '../contract.js';
import { loadMapping } from '../load-mapping.js';
import { checkRoundTrip } from './check-round-trip.js';
import { layOver, withoutNulls } from './lay-over.js';

const environment: MapEnvironment = { timeZone: 'Europe/Berlin', currency: 'EUR', country: 'DE', lookups: {} };

const customers = `
mapping: 1
stream: people
entity: customer
title: { en: People, zh: 个人 }
lookups: { stages: { L: lead, P: prospect, C: customer } }
rules:
  - { canonical: kind, constant: person }
  - { canonical: displayName, native: [last, first], transform: person-name }
  - { canonical: customerNumber, native: no, transform: code }
  - { canonical: lifecycleStage, native: stage, transform: { enum: { table: stages } } }
  - { canonical: 'contactPoints[kind=email].value', native: mail, transform: email, canonicalExtras: { isPrimary: true } }
  - { canonical: 'contactPoints[kind=mobile].value', native: phones.mobile, transform: { phone: { write: national } } }
  - { canonical: 'contactPoints[kind=mobile][1].value', native: phones.other, transform: phone }
  - { canonical: 'addresses[key=home].lines', native: [street1, street2], transform: address-lines }
  - { canonical: 'addresses[key=home].country', native: country, transform: { country: { write: name-en } } }
  - { canonical: credit.limit, native: limit, transform: { money: { as: number, digits: 2, round: true } } }
  - { canonical: attribution.firstTouchAt, native: touched, transform: { instant: { format: local } } }
  - { canonical: tags, native: labels, transform: { keyed-texts: { field: name, separator: ';' } }, emptyNative: '' }
  - { canonical: parentId, native: parent, transform: number-text, reference: { entity: customer, stream: people }, emptyNative: 0 }
  - { canonical: note, native: memo }
`;

const orders = `
mapping: 1
stream: orders
entity: order
title: { en: Orders, zh: 订单 }
rules:
  - { canonical: orderNumber, native: number, transform: { template: { prefix: SO- } } }
  - { canonical: currency, native: cur, transform: currency }
  - { canonical: orderDate, native: day, transform: { date: { format: yyyyMMdd } } }
  - { canonical: priceIncludesTax, native: gross, transform: { boolean: { yes: '1', no: '0' } } }
  - canonical: lines
    native: rows
    list: { key: { canonical: lineId, native: id } }
    rules:
      - { canonical: quantity, native: [qty, unit], transform: quantity }
      - { canonical: unitPrice, native: cents, transform: { minor-units: { currencyFrom: { native: cur, canonical: currency } } } }
      - { canonical: taxRate, native: tax, transform: percent-rate }
      - { canonical: 'options[name=colour].value', native: colour }
`;

function compile(text: string): CompiledMapping {
  const { compiled, findings } = loadMapping({ file: 'sample.yaml', id: 'test/sample', text });
  if (!compiled) throw new Error(JSON.stringify(findings, null, 1));
  return compiled;
}

const word = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('Anna', '王', '小明', ' x  y ', 'a\nb', ''),
);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 5 });
const present = { requiredKeys: [] as never[] };

const person = fc.record(
  {
    last: maybe(word),
    first: maybe(word),
    no: maybe(word),
    stage: maybe(fc.constantFrom('L', 'P', 'C', ' L')),
    mail: maybe(fc.oneof(fc.emailAddress(), word)),
    phones: maybe(
      fc.record(
        {
          mobile: maybe(fc.constantFrom('0171 2345678', '+49 171 2345678', '138', '+8613800138000')),
          other: maybe(fc.constantFrom('030 901820', '+49171 2345678')),
        },
        present,
      ),
    ),
    street1: maybe(word),
    street2: maybe(word),
    country: maybe(fc.constantFrom('DE', 'Germany', '中国', 'us')),
    limit: maybe(
      fc.oneof(
        fc.integer({ min: -99999, max: 99999 }),
        fc.double({ min: 0, max: 1e6, noNaN: true }).map((value) => Number(value.toFixed(4))),
      ),
    ),
    touched: maybe(
      fc
        .date({ min: new Date('1995-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString().slice(0, 19).replace('T', ' ')),
    ),
    labels: maybe(fc.array(word, { maxLength: 4 }).map((labels) => labels.join(';'))),
    parent: maybe(fc.nat()),
    memo: maybe(word),
    unmapped: word,
  },
  present,
);

const order = fc.record(
  {
    number: maybe(fc.stringMatching(/^SO-[a-z0-9]{1,6}$/)),
    cur: maybe(fc.constantFrom('EUR', 'usd', 'JPY', '人民币')),
    day: maybe(fc.constantFrom('20261123', '2026-01-31')),
    gross: maybe(fc.constantFrom('0', '1')),
    rows: maybe(
      fc.uniqueArray(
        fc.record({
          id: fc.stringMatching(/^[a-z0-9]{1,4}$/),
          qty: maybe(fc.integer({ min: 0, max: 999 })),
          unit: fc.constantFrom('个', 'kg', '斤', 'KGM', 'XCT'),
          cents: maybe(fc.integer()),
          tax: maybe(fc.constantFrom('13', '6.5', 19)),
          colour: maybe(word),
        }),
        { selector: (line) => line.id, maxLength: 4 },
      ),
    ),
  },
  present,
);

describe.each<[string, CompiledMapping, fc.Arbitrary<object>]>([
  ['customers', compile(customers), person],
  ['orders', compile(orders), order],
])('laws of a mapping of %s', (_name, mapping, rows) => {
  it('get-put and stability: writing back what was read changes nothing, and writing twice is writing once', () => {
    let mapped = 0;
    fc.assert(
      fc.property(rows, (row) => {
        if (mapping.toCanonical(row as JsonObject, environment).ok) mapped += 1;
        expect(checkRoundTrip(mapping, row as JsonObject, environment)).toEqual([]);
      }),
      { numRuns: 500 },
    );
    expect(mapped).toBeGreaterThan(100);
  });

  it('put-get: what one row says, written over any other row, is read back', () => {
    fc.assert(
      fc.property(rows, rows, (from, over) => {
        const body = mapping.toCanonical(from as JsonObject, environment);
        if (!body.ok) return;
        const written = mapping.toNative(body.body, environment, () => undefined);
        expect(written.ok).toBe(true);
        if (!written.ok) return;
        const again = mapping.toCanonical(layOver(over as JsonObject, written.row), environment);
        expect(again.ok && withoutNulls(again.body)).toEqual(withoutNulls(body.body));
      }),
      { numRuns: 500 },
    );
  });

  it('the same input gives the same output and is left as it was', () => {
    fc.assert(
      fc.property(rows, (row) => {
        const before = structuredClone(row) as Json;
        const first = mapping.toCanonical(row as JsonObject, environment);
        expect(mapping.toCanonical(row as JsonObject, environment)).toEqual(first);
        expect(equalJson(before, row as Json)).toBe(true);
      }),
    );
  });
});

describe('checkRoundTrip', () => {
  it('finds a default that empties do not survive', () => {
    const mapping = compile(
      'mapping: 1\nstream: s\nentity: customer\ntitle: { en: S, zh: 流 }\nrules:\n  - { canonical: note, native: n, nativeDefault: none }',
    );
    expect(checkRoundTrip(mapping, { n: null }, environment)).toMatchObject([
      { law: 'get-put', after: { note: 'none' } },
    ]);
  });
});
