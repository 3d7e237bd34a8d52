import fc from 'fast-check';
import { emptyProvenance, provenanceOf, withProvenance, type ProvenanceSource } from './provenance.js';
import { newRecordId } from './record-envelope.js';

const by = (connectionId: string): ProvenanceSource => ({
  connectionId,
  changeId: `${connectionId}-1`,
  at: '2026-11-23T06:30:00.000Z',
});
const pointers = ['', '/a', '/a/b', '/a/b/c', '/a/d', '/ab', '/e~1f'];

describe('provenance', () => {
  it('inherits from the nearest ancestor', () => {
    const provenance = withProvenance(withProvenance(emptyProvenance, [''], by('crm')), ['/credit'], by('erp'));
    expect(
      ['', '/name', '/credit/limit', '/creditor'].map((pointer) => provenanceOf(provenance, pointer)?.connectionId),
    ).toEqual(['crm', 'crm', 'erp', 'crm']);
    expect(provenanceOf(emptyProvenance, '/name')).toBeUndefined();
  });

  it('drops entries inside what is written, entries that say nothing new, and unused sources', () => {
    const first = withProvenance(withProvenance(emptyProvenance, [''], by('crm')), ['/credit/limit'], by('erp'));
    expect(withProvenance(first, ['/credit'], by('crm'))).toEqual({ sources: [by('crm')], fields: { '': 0 } });
    expect(withProvenance(first, [''], by('shop'))).toEqual({ sources: [by('shop')], fields: { '': 0 } });
    expect(withProvenance(first, [], by('shop'))).toBe(first);
  });

  it('always answers as a plain history of writes would', () => {
    const write = fc.record({
      fields: fc.uniqueArray(fc.constantFrom(...pointers), { minLength: 1, maxLength: 3 }),
      connection: fc.constantFrom('crm', 'erp', 'shop'),
    });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 12 }), (writes) => {
        const provenance = writes.reduce(
          (sum, { fields, connection }) => withProvenance(sum, fields, by(connection)),
          emptyProvenance,
        );
        for (const pointer of pointers) {
          const last = writes.findLast(({ fields }) =>
            fields.some((field) => pointer === field || pointer.startsWith(`${field}/`)),
          );
          expect(provenanceOf(provenance, pointer)?.connectionId).toBe(last?.connection);
        }
        expect(new Set(Object.values(provenance.fields)).size).toBe(provenance.sources.length);
      }),
    );
  });
});

it('record ids are UUID v7 and sort by time', () => {
  const ids = Array.from({ length: 100 }, newRecordId);
  expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(
    true,
  );
  expect([...ids].sort()).toEqual(ids);
});
