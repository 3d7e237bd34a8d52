import fc from 'fast-check';
import type { JsonObject } from '@isthmus/json';
import type { MergePlan } from './merge-plan.js';
import { threeWayMerge } from './three-way-merge.js';
import type { MergePolicy } from './three-way-merge.js';

const VALUE: MergePlan = { kind: 'value' };
const plan: MergePlan = {
  kind: 'object',
  others: false,
  properties: new Map<string, MergePlan>([
    ['name', VALUE],
    ['phone', VALUE],
    [
      'credit',
      {
        kind: 'object',
        others: false,
        properties: new Map([
          ['limit', VALUE],
          ['terms', VALUE],
        ]),
      },
    ],
    [
      'points',
      {
        kind: 'list',
        key: ['kind', 'value'],
        item: {
          kind: 'object',
          others: false,
          properties: new Map([
            ['kind', VALUE],
            ['value', VALUE],
            ['label', VALUE],
          ]),
        },
      },
    ],
    [
      'lines',
      {
        kind: 'list',
        key: ['id'],
        item: {
          kind: 'object',
          others: false,
          properties: new Map([
            ['id', VALUE],
            ['qty', VALUE],
          ]),
        },
      },
    ],
  ]),
};
const incomingWins: MergePolicy = { collide: () => 'incoming', mayChange: () => true };
const recordWins: MergePolicy = { collide: () => 'record', mayChange: () => true };
const ask: MergePolicy = { collide: () => 'review', mayChange: () => true };

const merge = (
  record: JsonObject,
  base: JsonObject | undefined,
  incoming: JsonObject,
  policy = incomingWins,
): ReturnType<typeof threeWayMerge> => threeWayMerge(plan, { record, base, incoming }, policy);

describe('threeWayMerge', () => {
  // What the record holds, what the source said before, what it says now → the record's value afterwards, and what it is called.
  it.each([
    ['nothing changed', 'a', 'a', 'a', 'a', 'unchanged'],
    ['only the source changed', 'a', 'a', 'b', 'b', 'changed'],
    ['only others changed', 'b', 'a', 'a', 'b', 'unchanged'],
    ['both changed to the same', 'b', 'a', 'b', 'b', 'unchanged'],
    ['both changed differently', 'b', 'a', 'c', 'c', 'collision'],
    ['the source cleared', 'a', 'a', null, undefined, 'changed'],
    ['the source cleared what others changed', 'b', 'a', null, undefined, 'collision'],
    ['the source does not supply the field', 'a', 'a', undefined, 'a', 'unchanged'],
    ['the source set what nobody had', undefined, undefined, 'a', 'a', 'changed'],
    ['others cleared, the source did not touch it', undefined, 'a', 'a', undefined, 'unchanged'],
    ['others cleared, the source changed', undefined, 'a', 'b', 'b', 'collision'],
  ])('%s', (_case, record, base, incoming, after, what) => {
    const side = (value: string | null | undefined): JsonObject => (value === undefined ? {} : { name: value });
    const result = merge(side(record as string), side(base as string), side(incoming as string));
    expect(result.body['name']).toBe(after);
    expect(result.changed.length > 0).toBe(what !== 'unchanged');
    expect(result.collisions.length > 0).toBe(what === 'collision');
  });

  it('lets two people who edit different fields both win', () => {
    const base = { name: 'A', phone: '1', credit: { limit: '10', terms: 'net30' } };
    const record = { ...base, credit: { limit: '20', terms: 'net30' } };
    const result = merge(record, base, { ...base, phone: '2' });
    expect(result.body).toEqual({ name: 'A', phone: '2', credit: { limit: '20', terms: 'net30' } });
    expect(result.changed).toEqual(['/phone']);
  });

  it('keeps the record and tells the source when policy decides for the record', () => {
    const result = merge({ phone: '2' }, { phone: '1' }, { phone: '3' }, recordWins);
    expect(result.body).toEqual({ phone: '2' });
    expect(result.refused).toEqual(['/phone']);
    expect(result.collisions[0]).toMatchObject({ record: '2', incoming: '3', base: '1', chosen: 'record' });
  });

  it('keeps the record and both values when a person must decide', () => {
    expect(merge({ phone: '2' }, { phone: '1' }, { phone: '3' }, ask)).toMatchObject({
      body: { phone: '2' },
      collisions: [{ chosen: 'review' }],
    });
  });

  it('puts back what a source may not change, without a conflict', () => {
    const strict: MergePolicy = { collide: () => 'incoming', mayChange: (pointer) => pointer !== '/credit/limit' };
    const base = { credit: { limit: '10' }, phone: '1' };
    const result = merge(base, base, { credit: { limit: '99' }, phone: '2' }, strict);
    expect(result.body).toEqual({ credit: { limit: '10' }, phone: '2' });
    expect(result.refused).toEqual(['/credit/limit']);
  });

  it('joins what only one side has at first contact, and collides where both differ', () => {
    const result = merge({ name: 'A', phone: '1' }, undefined, { name: 'B', credit: { limit: '5' } }, recordWins);
    expect(result.body).toEqual({ name: 'A', phone: '1', credit: { limit: '5' } });
    expect(result.collisions.map((collision) => collision.pointer)).toEqual(['/name']);
  });

  it('never clears by omission at first contact', () => {
    expect(merge({ phone: '1' }, undefined, { phone: null }).body).toEqual({ phone: '1' });
  });

  it('merges list items by key: added, changed and removed on different sides', () => {
    const base = {
      lines: [
        { id: '1', qty: '1' },
        { id: '2', qty: '2' },
        { id: '3', qty: '3' },
      ],
    };
    const record = {
      lines: [
        { id: '1', qty: '10' },
        { id: '2', qty: '2' },
        { id: '3', qty: '3' },
        { id: '9', qty: '9' },
      ],
    };
    const incoming = {
      lines: [
        { id: '1', qty: '1' },
        { id: '2', qty: '20' },
        { id: '4', qty: '4' },
      ],
    };
    expect(merge(record, base, incoming).body).toEqual({
      lines: [
        { id: '1', qty: '10' },
        { id: '2', qty: '20' },
        { id: '9', qty: '9' },
        { id: '4', qty: '4' },
      ],
    });
  });

  it('puts a changed phone in the place of the old one and keeps what the source does not know of it', () => {
    const record: JsonObject = {
      points: [
        { kind: 'mobile', value: '1', label: 'first' },
        { kind: 'mobile', value: '2' },
      ],
    };
    const result = merge(
      record,
      { points: [{ kind: 'mobile', value: '1' }] },
      { points: [{ kind: 'mobile', value: '3' }] },
    );
    expect(result.body).toEqual({
      points: [
        { kind: 'mobile', value: '3', label: 'first' },
        { kind: 'mobile', value: '2' },
      ],
    });
  });

  it('does not bring back an item that others removed while the source left it alone', () => {
    const base = { lines: [{ id: '1', qty: '1' }] };
    expect(merge({ lines: [] }, base, base).body).toEqual({ lines: [] });
  });

  it('calls an item that the source removed while others edited it a collision', () => {
    const result = merge(
      { lines: [{ id: '1', qty: '5' }] },
      { lines: [{ id: '1', qty: '1' }] },
      { lines: [] },
      recordWins,
    );
    expect(result.body).toEqual({ lines: [{ id: '1', qty: '5' }] });
    expect(result.collisions).toHaveLength(1);
  });

  const value = fc.constantFrom('a', 'b', 'c');
  const body = fc
    .record(
      {
        name: value,
        phone: value,
        lines: fc.uniqueArray(fc.record({ id: fc.constantFrom('1', '2', '3'), qty: value }), {
          selector: (line) => line.id,
        }),
      },
      { requiredKeys: [] },
    )
    .map((made) => made as JsonObject);

  it('finds nothing to do when the source repeats itself, whatever others did (echoes die)', () => {
    fc.assert(fc.property(body, body, (record, said) => expect(merge(record, said, said).changed).toEqual([])));
  });

  it('takes the source over entirely when nobody else changed anything', () => {
    fc.assert(
      fc.property(body, body, (base, incoming) => {
        const whole: JsonObject = { name: null, phone: null, ...incoming, lines: incoming['lines'] ?? [] };
        const result = merge(base, base, whole);
        for (const field of ['name', 'phone']) expect(result.body[field]).toEqual(incoming[field]);
        const lines = (from: JsonObject): unknown =>
          new Set(((from['lines'] ?? []) as JsonObject[]).map((line) => JSON.stringify([line['id'], line['qty']])));
        expect(lines(result.body)).toEqual(lines(incoming));
        expect(result.collisions).toEqual([]);
      }),
    );
  });

  it('is stable: merging the result again as what the source says changes nothing', () => {
    fc.assert(
      fc.property(body, body, body, (record, base, incoming) => {
        const once = merge(record, base, incoming).body;
        expect(merge(once, once, once).changed).toEqual([]);
      }),
    );
  });
});
