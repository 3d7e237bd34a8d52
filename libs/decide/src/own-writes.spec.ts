import fc from 'fast-check';
import type { JsonObject } from '@isthmus/json';
import type { MergePlan } from './merge-plan.js';
import { withOwnWrite } from './own-writes.js';
import type { OwnWrite } from './own-writes.js';

const VALUE: MergePlan = { kind: 'value' };
const object = (...names: string[]): MergePlan => ({
  kind: 'object',
  others: false,
  properties: new Map(names.map((name) => [name, VALUE])),
});
const plan: MergePlan = {
  kind: 'object',
  others: false,
  properties: new Map<string, MergePlan>([
    ['name', VALUE],
    ['phone', VALUE],
    ['credit', object('limit', 'terms')],
    ['lines', { kind: 'list', key: ['id'], item: object('id', 'qty') }],
  ]),
};

function write(before: JsonObject, body: JsonObject, isFromSource: OwnWrite['isFromSource'] = () => false): OwnWrite {
  return { before, body, isFromSource };
}

describe('the base of a source after a write without an answer', () => {
  it('is what the write said, where the source says it now', () => {
    const base = { name: 'A', phone: '1' };
    const known = withOwnWrite(plan, base, { name: 'B', phone: '1' }, write({ name: 'A' }, { name: 'B' }));
    expect(known).toEqual({ name: 'B', phone: '1' });
  });

  it('is the old one where the write did not take effect, or somebody edited since', () => {
    const base = { name: 'A' };
    const ours = write({ name: 'A' }, { name: 'B' });
    expect(withOwnWrite(plan, base, { name: 'A' }, ours)).toBe(base);
    expect(withOwnWrite(plan, base, { name: 'C' }, ours)).toBe(base);
  });

  it('leaves to people what the write did not change: their going back to an old value is an edit', () => {
    const base = { name: 'B', phone: '2' };
    const ours = write({ name: 'A', phone: '1' }, { name: 'A', phone: '2' });
    expect(withOwnWrite(plan, base, { name: 'A', phone: '2' }, ours)).toBe(base);
  });

  it('leaves to people what the source itself had set: that value the write did not bring', () => {
    const base = { name: 'X' };
    const ours = write({ name: 'A' }, { name: 'B' }, (pointer) => pointer === '/name');
    expect(withOwnWrite(plan, base, { name: 'B' }, ours)).toBe(base);
  });

  it.each([
    ['an item that the write added', { lines: [] }, { lines: [{ id: '1', qty: '2' }] }, [{ id: '1', qty: '2' }]],
    ['an item that the write took out', { lines: [{ id: '1', qty: '2' }] }, { lines: [] }, undefined],
    [
      'a field of an item that the write changed',
      { lines: [{ id: '1', qty: '2' }] },
      { lines: [{ id: '1', qty: '9' }] },
      [{ id: '1', qty: '9' }],
    ],
  ])('counts %s as known', (_what, before, body, known) => {
    expect(withOwnWrite(plan, before, body, write(before, body))?.['lines']).toEqual(known);
  });

  it('knows the items that the write did not touch as before, and those of people as theirs', () => {
    const base = { lines: [{ id: '1', qty: '2' }] };
    const ours = write(base, { lines: [...base.lines, { id: '2', qty: '5' }] });
    const incoming = {
      lines: [
        { id: '2', qty: '5' },
        { id: '3', qty: '7' },
      ],
    };
    expect(withOwnWrite(plan, base, incoming, ours)).toEqual({
      lines: [
        { id: '1', qty: '2' },
        { id: '2', qty: '5' },
      ],
    });
  });

  it('is known member by member where an object was cleared as a whole', () => {
    const base = { credit: { limit: '10', terms: '30d' } };
    const ours = write(base, { credit: { terms: '30d' } });
    expect(withOwnWrite(plan, base, { credit: null }, ours)).toEqual({ credit: { terms: '30d' } });
  });

  it('is nothing at first contact, but for what a create of ours brought', () => {
    const ours = write({}, { name: 'A', phone: '1' });
    expect(withOwnWrite(plan, undefined, { name: 'A', phone: '2' }, ours)).toEqual({ name: 'A' });
    expect(withOwnWrite(plan, undefined, { name: 'Z' }, ours)).toBeUndefined();
  });

  it('is always the whole of what the source says, where it says exactly what the write made of its base', () => {
    const bodies = fc.record(
      {
        name: fc.constantFrom('A', 'B'),
        credit: fc.record({ limit: fc.constantFrom('1', '2') }, { requiredKeys: [] }),
        lines: fc.uniqueArray(fc.record({ id: fc.constantFrom('1', '2', '3'), qty: fc.constantFrom('1', '2') }), {
          selector: ({ id }) => id,
        }),
      },
      { requiredKeys: ['lines'] },
    );
    fc.assert(
      fc.property(bodies, bodies, (before, body) => {
        const incoming = { name: null, ...body, credit: { limit: null, ...body.credit } };
        const known = withOwnWrite(plan, before, incoming, write(before, body)) ?? {};
        expect(textOf(known)).toEqual(textOf(body));
      }),
    );
  });
});

/** Empty lists and objects say nothing, and the order of items neither. */
function textOf({ name, credit, lines = [] }: JsonObject): string {
  const items = (lines as JsonObject[]).map((line) => JSON.stringify([line['id'], line['qty']])).sort();
  return JSON.stringify([name ?? null, (credit as JsonObject | undefined)?.['limit'] ?? null, items]);
}
